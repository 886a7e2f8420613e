"""What the documentation site adds to the pages of the repository; mkdocs.yml names this file.

The pages are written for a reader of the repository. On the site

- files outside ``docs/`` that pages refer to are part of the site, at their path in the repository;
- a file that a snippet writes has its name above it;
- a notebook is a page;
- in ``docs/api``, an item ``- [`mebench.NAME`](SOURCE)`` becomes the documentation of that name,
  made from its docstring; ``- All other names of [`mebench.MODULE`](SOURCE)`` becomes that of the
  names in ``__all__`` that no other item has.
"""

from __future__ import annotations

import ast
import gc
import posixpath
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from pygments.lexers.shell import BashSessionLexer

from tools.notebook_page import notebook_page

ROOT = Path(__file__).parents[1]
OUTSIDE = (
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "benchmarks/README.md",
    "benchmarks/*.txt",
    "conformance/README.md",
    "conformance/*.json",
    "leaderboards/index.html",
    "schemas/*.json",
)
"""Files outside ``docs/`` that are part of the site."""

_API_ITEM = re.compile(
    r"^- (?P<others>All other names of )?\[`(?P<name>mebench[\w.]*)`\]\([^)\s]*\)$", re.MULTILINE
)
_NAMED_FENCE = re.compile(r"^<!-- file: (\S+) -->\n+```(\w*)$", re.MULTILINE)
_LINK = re.compile(
    r"(?P<fence>^```.*?^```$)|(?P<code>`[^`\n]+`)|(?<=\]\()(?P<target>[^)#\s:]+)", re.M | re.S
)


# A build makes many objects and little garbage: a tenth of its time would be spent looking for it.
gc.set_threshold(200_000)
# A command begins with `$ `; a line of an output may begin with `#` or `%`.
BashSessionLexer._ps1rgx = re.compile(r"^(\$ )(.*\n?)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the files outside ``docs/``, a list of the schemas, and a page per notebook."""
    schemas = "".join(f"- [{path.stem}]({path.name})\n" for path in sorted(ROOT.glob("schemas/*")))
    text = f"# JSON Schemas\n\n`mebench schema NAME` prints one.\n\n{schemas}"
    files.append(File.generated(config, "schemas/index.md", content=text))
    for path in sorted(ROOT.glob("docs/*.ipynb")):
        name = path.with_suffix(".md").name
        files.append(File.generated(config, name, content=notebook_page(path)))
    for pattern in OUTSIDE:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return a page as the site shows it."""
    name = page.file.src_uri
    markdown = _API_ITEM.sub(
        lambda item: "".join(map("\n::: {}\n".format, names_of(item))), markdown
    )
    markdown = _NAMED_FENCE.sub(
        lambda fence: f'```{fence[2] or "text"} title="{fence[1]}"', markdown
    )

    def shown(found: re.Match[str]) -> str:
        if found["target"]:
            return link_on_site(found["target"], name)
        # In a table, a bar in code is escaped in the repository, and is not on the site.
        return found["fence"] or found["code"].replace(r"\|", "|")

    return _LINK.sub(shown, markdown)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the content of a page, with corrections of the reference.

    A type such as ``path, dict or Report`` is read as a tuple, and gets parentheses; an attribute
    without a description gets a dash.
    """
    html = re.sub(r"\(<code>\((.*?)\)</code>", r"(<code>\1</code>", html)
    return re.sub(r"–\s*<div class=\"doc-md-description\">\s*</div>", "", html)


def names_of(item: re.Match[str]) -> Iterator[str]:
    """Yield the names that an item of the reference stands for."""
    if not item["others"]:
        yield item["name"]
        return
    for name in public_names(item["name"]):
        full = f"{item['name']}.{name}"
        exported = item["name"] != "mebench" and name in public_names("mebench")
        if not exported and full not in named_items():
            yield full


@cache
def named_items() -> frozenset[str]:
    """Return the names that have an item of their own."""
    texts = [page.read_text(encoding="utf-8") for page in ROOT.glob("docs/api/*.md")]
    items = [item for text in texts for item in _API_ITEM.finditer(text)]
    return frozenset(item["name"] for item in items if not item["others"])


def public_names(module: str) -> list[str]:
    """Return ``__all__`` of a package, which is not imported; none if it has none."""
    source = ROOT.joinpath(*module.split("."), "__init__.py").read_text(encoding="utf-8")
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(statement.value)
            return names
    return []


def link_on_site(target: str, name: str) -> str:
    """Return a link of a page, with paths of the repository, as a link of the site.

    Parameters
    ----------
    target : str
        The path that the page refers to, relative to its folder in the repository.
    name : str
        The path of the page in the site.
    """
    source = name if name in OUTSIDE else f"docs/{name}"
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
    if (ROOT / path).is_dir():
        path += "/index.md" if path == "schemas" else "/index.html"
    path = path.removeprefix("docs/").replace(".ipynb", ".md")
    return posixpath.relpath(path, posixpath.dirname(name) or ".")
