"""Plain English: words that no user-facing text of the repository may use.

Text is: every ``README.md`` and page of the documentation, the catalog of diagnostics, titles and
descriptions of protocols, the page of the leaderboards, and every docstring, comment and string
literal of the Python code. Not scanned: code in backquotes, strings of a single word (keys, option
names), and names of parameters in docstrings.

``python -m tests.docs.test_plain_english`` prints all findings with counts per folder.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
CODE_FOLDERS = ("mebench", "baselines", "datasets", "benchmarks", "tools")
PAGE_FOLDER = ROOT / "mebench" / "leaderboard" / "export" / "page"

_THING = (
    "array|entry|field|file|float|folder|interval|line|module|number|object|picture|point|process"
    "|row|seed|table|task|thread"
)
_UNIT = (
    "baseline|class|clip|command|core|day|file|fold|format|frame|kind|method|metric|pair|person"
    "|prediction|process|row|rule|second|study|subject|verb|video"
)
_AMOUNT = "bytes|counts|frames|intervals|ms|predictions|samples|seconds|times|[mg]i?b"

PHRASES = {
    r"mend(?:s|ed|ing)?": "correct, repair",
    r"at hand": "available, installed",
    r"aloud": "reported",
    r"on the quiet": "silently",
    r"astray": "wrong",
    r"so many": "a number",
    r"as (?:it|they) (?:was|were|stood)(?! delivered\b)": "unchanged",
    r"were as they are": "unchanged",
    r"wanted": "expected",
    r"tells|told": "prints, reports",
    r"lies|stands(?! for\b)": "is, is stored",
    r"(?:is|are|be|was|were) whole(?! numbers?\b)": "is complete, is valid",
    r"said|says? (?:of )?(?:it|them)sel(?:f|ves)": "stated, states",
    r"taken for": "a statement with an actor",
    r"do(?:es)? not compare": "is not comparable",
    rf"(?:{_THING}) an? (?:{_UNIT})": "one X per Y",
    rf"(?:{_AMOUNT}) an? (?:{_UNIT})": "X per Y",
    r"verbs?": "command",
}
SPELLINGS = {
    r"analys(?:ed|ing)": "analyzed",
    r"artefacts?": "artifact",
    r"behaviour(?:s|al)?": "behavior",
    r"catalogues?": "catalog",
    r"cent(?:re|res|red)": "center",
    r"colou\w*": "color",
    r"favou\w*": "favor",
    r"grey\w*": "gray",
    r"labell(?:ed|ing)": "labeled",
    r"learnt|spelt|spoilt|whilst": "learned, spelled",
    r"licences?": "license",
    r"(?:un|non-)?neighbou\w*": "neighbor",
    r"(?:de|un)?normalis\w+": "normalize",
    r"(?:re|un)?organis(?!m)\w+": "organize",
    r"(?:un)?recognis\w+": "recognize",
    r"summaris\w+|categoris\w+": "summarize, categorize",
    r"(?:general|initial|maxim|minim|optim|random|serial|visual)"
    r"is(?:e|es|ed|er|ers|ing|ation)": "-ize",
}

ALLOWED: dict[tuple[str, str], str] = {
    ("docs/datasets.md", "licence"): "a field of dataset.toml, and a column of the output",
}
"""Findings that stay: file, the words found in lower case, and the reason."""


class Text(NamedTuple):
    """A piece of prose: its file relative to the repository, its first line, and its words."""

    file: str
    line: int
    words: str


class Finding(NamedTuple):
    """Words that are not used."""

    file: str
    line: int
    words: str
    instead: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.words!r} ({self.instead})"

    @property
    def folder(self) -> str:
        """The folder, two levels deep at most."""
        return "/".join(Path(self.file).parent.parts[:2]) or "."


def _compiled(phrases: dict[str, str]) -> list[tuple[re.Pattern[str], str]]:
    return [
        (re.compile(r"(?<![\w-])(?:" + phrase.replace(" ", r"\s+") + r")(?![\w-])", re.I), instead)
        for phrase, instead in phrases.items()
    ]


_PATTERNS = _compiled(PHRASES | SPELLINGS)
# One search for all, in lower case, is much faster than one per phrase that ignores the case.
_ANY = re.compile(
    r"(?<![\w-])(?:" + "|".join(PHRASES | SPELLINGS).replace(" ", r"\s+") + r")(?![\w-])"
)
_CODE = re.compile(r"(`+)(?:(?!\1).)+\1|\{\w*\}", re.DOTALL)
_FENCE = re.compile(r"^```\w*$", re.MULTILINE)
_PARAMETER = re.compile(r"^ *[\w, ]+ : ", re.MULTILINE)


def scan(text: Text) -> Iterator[Finding]:
    """Yield the words of a text that are not used."""
    prose = _CODE.sub(lambda code: "\n" * code[0].count("\n"), text.words)
    if not _ANY.search(prose.lower()):
        return
    for pattern, instead in _PATTERNS:
        for match in pattern.finditer(prose):
            line = text.line + prose.count("\n", 0, match.start())
            yield Finding(text.file, line, " ".join(match[0].lower().split()), instead)


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _python(path: Path) -> Iterator[Text]:
    """Yield strings with several words, and blocks of comments."""
    source = path.read_text(encoding="utf-8")
    waiting: list[object] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and " " in node.value:
                yield Text(_relative(path), node.lineno, _PARAMETER.sub("", node.value))
        elif isinstance(node, list):
            waiting += node
        elif isinstance(node, ast.AST) and not isinstance(node, ast.Name):
            waiting += vars(node).values()
    # Python's tokenizer is slow: it is asked only where it matters.
    marked = [line.partition("#") for line in source.splitlines()]
    if any(scan(Text("", 1, "\n".join(mark + text for _, mark, text in marked)))):
        yield from _comments(path, source)


def _comments(path: Path, source: str) -> Iterator[Text]:
    """Yield blocks of comments."""
    start, block = 0, ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        if block and token.start[0] == start + block.count("\n") + 1:
            block += "\n" + token.string
        else:
            yield Text(_relative(path), start, block)
            start, block = token.start[0], token.string
    yield Text(_relative(path), start, block)


def _values(document: object) -> Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for value in document.values():
            yield from _values(value)


def _page(path: Path) -> Iterator[Text]:
    """Yield the text of a page, and the strings and comments of its script and style."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        yield Text(_relative(path), 1, re.sub(r"<[^>]*>", "", source))
        return
    pieces = re.compile(r'//[^\n]*|/\*.*?\*/|"[^"\n]* [^"\n]*"|`[^`]* [^`]*`', re.DOTALL)
    for piece in pieces.finditer(source):
        line = source.count("\n", 0, piece.start()) + 1
        yield Text(_relative(path), line, piece[0].strip("`"))


def texts() -> Iterator[Text]:
    """Yield all user-facing text of the repository."""
    pages = {ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md")}
    pages |= {*ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md"), *ROOT.glob("*/*/README.md")}
    for path in sorted(pages | {ROOT / "README.md"}):
        # Fences stay: they quote the program. Their marks would be read as code in backquotes.
        yield Text(_relative(path), 1, _FENCE.sub("", path.read_text(encoding="utf-8")))
    catalog = ROOT / "mebench" / "diagnostics" / "catalog.toml"
    for value in _values(tomllib.loads(catalog.read_text(encoding="utf-8"))):
        yield Text(_relative(catalog), 1, value)
    for path in sorted(ROOT.glob("protocols/*.toml")):
        protocol = tomllib.loads(path.read_text(encoding="utf-8"))
        yield Text(_relative(path), 1, f"{protocol['title']}\n{protocol.get('description', '')}")
    for path in sorted(PAGE_FOLDER.iterdir()):
        yield from _page(path)
    for folder in CODE_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from _python(path)


def findings(pieces: Iterable[Text]) -> list[Finding]:
    """Return what the texts should not contain, in order."""
    return sorted({finding for piece in pieces for finding in scan(piece)})


@cache
def repository_findings() -> tuple[Finding, ...]:
    """Return the findings in the repository, with the allowed ones."""
    return tuple(findings(texts()))


def not_allowed() -> list[Finding]:
    """Return the findings in the repository, without the allowed ones."""
    return [each for each in repository_findings() if (each.file, each.words) not in ALLOWED]


def test_texts_are_in_plain_english() -> None:
    wrong = not_allowed()
    counts = Counter(finding.folder for finding in wrong)
    assert not wrong, "\n".join([f"{dict(counts)}", *map(str, wrong)])


def test_every_allowed_finding_occurs() -> None:
    assert set(ALLOWED) <= {(finding.file, finding.words) for finding in repository_findings()}


@pytest.mark.parametrize(
    "words",
    [
        "Swap them, or mend the one that is wrong.",
        "one file a rule",
        "at 200 frames a second",
        "It is kept as\nit was.",
        "The file is whole.",
        "A grey image.",
        "The folder lies in the root.",
    ],
)
def test_the_scan_fails_on_other_words(words: str) -> None:
    assert [finding.file for finding in findings([Text("here", 1, words)])] == ["here"]


@pytest.mark.parametrize(
    "words",
    [
        "Correct the wrong value.",
        "one file per rule, 200 frames per second",
        "A dash stands for a missing number.",
        "The numbers are whole numbers.",
        "The field `licence` and the code `no-analysed-pair`.",
        "the baseline whole-video",
        "The terms: {licence}",
    ],
)
def test_the_scan_passes_plain_words(words: str) -> None:
    assert not findings([Text("here", 1, words)])


def test_the_scan_reads_docstrings() -> None:
    path = ROOT / "tests" / "docs" / "snippets.py"
    words = " ".join(text.words for text in _python(path))
    assert "Run what the documentation shows." in words
    assert "a ``python`` fence is run" in words


if __name__ == "__main__":
    listed = not_allowed()
    print(*listed, sep="\n")
    for name, count in sorted(Counter(finding.folder for finding in listed).items()):
        print(f"{count:5d}  {name}")
