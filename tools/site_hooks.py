"""What the documentation site adds to the pages of the repository; mkdocs.yml names this file.

The pages are written for a reader of the repository. On the site

- files outside ``docs/`` that pages refer to are part of the site, at their path in the repository;
- a file that a snippet writes has its name above it;
- an item ``- [`mebench.NAME`](SOURCE)`` of the pages in ``docs/api`` becomes the documentation of
  that name, made from its docstring.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

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

API_ITEM = re.compile(r"^- \[`(mebench[\w.]*)`\]\([^)\s]*\)$", re.MULTILINE)
_NAMED_FENCE = re.compile(r"^<!-- file: (\S+) -->\n+```(\w*)$", re.MULTILINE)
_LINK = re.compile(
    r"(?P<fence>^```.*?^```$)|(?P<code>`[^`\n]+`)|(?<=\]\()(?P<target>[^)#\s:]+)", re.M | re.S
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the files outside ``docs/``."""
    for pattern in OUTSIDE:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return a page as the site shows it."""
    name = page.file.src_uri
    markdown = API_ITEM.sub(r"\n::: \1\n", markdown)
    markdown = _NAMED_FENCE.sub(
        lambda fence: f'```{fence[2] or "text"} title="{fence[1]}"', markdown
    )


    def shown(found: re.Match[str]) -> str:
        if found["target"]:
            return link_on_site(found["target"], name)
        # In a table, a bar in code is escaped in the repository, and is not on the site.
        return found["fence"] or found["code"].replace(r"\|", "|")

    return _LINK.sub(shown, markdown)


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
        path += "/index.html"
    return posixpath.relpath(path.removeprefix("docs/"), posixpath.dirname(name) or ".")
