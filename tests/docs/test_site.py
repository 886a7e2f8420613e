"""The documentation site: built strictly and once; its links, text, reference and search."""

from __future__ import annotations

import html
import inspect
import os
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tests.docs.snippets import PAGES, ROOT
from tests.leaderboard.browsing import browser, needs_chromium
from tests.sharing import shared_folder

pytest.importorskip("mkdocs", reason="the site is built with the extra [docs]")

MODULES = [
    ".".join(file.relative_to(ROOT).parent.parts)
    for file in sorted([*ROOT.glob("mebench/__init__.py"), *ROOT.glob("mebench/*/__init__.py")])
    if "\n__all__ = " in file.read_text(encoding="utf-8")
]
"""The modules whose names are public."""
ON_SITE = [page for page in PAGES if page.parent != ROOT and page.parent.name != "api"]
OUTSIDE = ["CHANGELOG.md", "CONTRIBUTING.md", "benchmarks/README.md", "conformance/README.md"]
API_LINK = re.compile(r"^- \[`(mebench[\w.]*)\.(\w+)`\]\((\S+)\)$", re.MULTILINE)
WIDTHS: list[tuple[int, Any]] = [(1280, "light"), (390, "dark")]


@pytest.fixture(scope="session")
def site() -> Path:
    """Return the folder of the site; any warning of the builder is an error."""
    return shared_folder("site", build) / "site"


def build(folder: Path) -> None:
    # Not with --quiet, which hides the warnings that --strict counts.
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir"]
    done = subprocess.run(
        [*command, str(folder / "site")],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@cache
def source(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def broken_links(folder: Path) -> list[str]:
    """Return the links and files in the pages of a folder that do not exist there."""
    broken = []
    for page in sorted(folder.rglob("*.html")):
        text = re.sub(r"(<script\b[^>]*>).*?</script>", r"\1", source(page), flags=re.DOTALL)
        for link in set(re.findall(r'(?:href|src)="([^"]*)"', text)):
            target, _, anchor = html.unescape(link).partition("#")
            if re.match(r"\w+:", target):
                continue
            path = page.parent / target if target else page
            if not path.is_file() or (anchor and not has_anchor(path, anchor)):
                broken.append(f"{page.relative_to(folder)}: {link}")
    return broken


def has_anchor(page: Path, anchor: str) -> bool:
    return page.suffix != ".html" or f'id="{html.escape(anchor)}"' in source(page)


def test_links_and_anchors_exist(site: Path) -> None:
    # Its links begin at the root of a web server.
    assert [link for link in broken_links(site) if not link.startswith("404.html")] == []


def test_broken_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<p id="here"><a href="b.html"><img src="c.png">')
    (tmp_path / "d.html").write_text('<a href="a.html#here"><a href="a.html#there"><a href="#x">')
    assert sorted(broken_links(tmp_path)) == [
        *("a.html: b.html", "a.html: c.png"),
        *("d.html: #x", "d.html: a.html#there"),
    ]


def test_nothing_comes_from_the_network(site: Path) -> None:
    loads = re.compile(
        r'(?:src|<link[^>]*href)="(?!data:)\w+:|srcset=|@import|url\(["\']?http|"mermaid"'
    )
    pages = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert {page.name: found for page in pages if (found := loads.findall(source(page)))} == {}


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_is_documented(site: Path, module: str) -> None:
    pages = "".join(source(page) for page in site.glob("api/*.html"))
    top, package = import_module("mebench"), import_module(module)
    for name in package.__all__:
        same = name in top.__all__ and getattr(top, name) is getattr(package, name)
        full = f"mebench.{name}" if same else f"{module}.{name}"
        assert f'id="{full}"' in pages, f"add {full} to a page of docs/api"


def test_the_reference_has_signatures_docstrings_and_fields(site: Path) -> None:
    text = " ".join(visible(source(site / "api" / "scoring.html")))
    assert re.search(r"score\( predictions: PredictionsInput,", text)
    assert "Score predictions against the truth under a protocol" in text
    assert "signature (str) – One line that states exactly" in text


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "api").glob("*.md")), ids=lambda p: p.stem)
def test_the_reference_in_the_repository_links_to_the_source(page: Path) -> None:
    for module, name, link in API_LINK.findall(source(page)):
        value: Any = getattr(import_module(module), name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert (page.parent / link).resolve() == Path(inspect.getfile(value)), name


def visible(text: str) -> list[str]:
    """Return the words of a page, with marks of list items, cells and headings."""
    text = re.sub(r'<a class="headerlink".*?</a>|<span class="filename">.*?</span>', "", text)
    text = re.sub(r"</?(?:span|a|code|em|strong)\b[^>]*>|<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"<(li|td|th|h[1-6])\b[^>]*>", r" &lt;\1&gt; ", text)
    return html.unescape(re.sub(r"<[^>]*>", " ", text)).split()


@pytest.mark.parametrize("name", [*OUTSIDE, *(p.relative_to(ROOT).as_posix() for p in ON_SITE)])
def test_the_site_shows_what_the_repository_shows(site: Path, name: str) -> None:
    """Their readers of Markdown differ in lists, tables and anchors."""
    page = name.removeprefix("docs/").replace("README.md", "index.html").replace(".md", ".html")
    [article] = re.findall(r"<article\b[^>]*>(.*?)</article>", source(site / page), re.DOTALL)
    shown = MarkdownIt("commonmark").enable("table").render(source(ROOT / name))
    assert visible(article) == visible(shown)


@needs_chromium
def test_in_a_browser_from_a_disk(site: Path) -> None:
    complaints: list[str] = []
    requests: list[str] = []
    with browser() as chromium:
        for width, scheme in WIDTHS:
            context = chromium.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme
            )
            page = context.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", lambda request: requests.append(request.url))
            page.goto((site / "commands.html").as_uri())
            [red, *_] = re.findall(
                r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor")
            )
            assert (int(red) < 60) == (scheme == "dark")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if width < 1000:
                page.locator("label.md-header__button[for=__search]").click()
            box = page.locator("input[name=query]")
            box.click()
            page.get_by_text("Type to start searching").wait_for()
            box.press_sequentially("jackknife")
            page.locator(".md-search-result__link", has_text="Uncertainty").click()
            page.wait_for_url("**/standard.html?h=*")
            context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
