"""The door of each output format: how a text from a file or a file name is written there.

Ids, labels, titles and file names can contain anything: sequences that move the cursor, change
colors or reverse the direction of text, characters without a glyph, line breaks, and the markup of
the format that they are written into. Every format has one function here, and in all of them an
invisible character becomes its escape sequence, so that it can be seen:

=============================  ====================================
terminal, CSV, comments        :func:`escape_unprintable`, per line
Markdown                       :func:`escape_markdown`, :func:`markdown_code`
LaTeX                          :func:`escape_latex`
JSON                           :func:`escape_json`
workflow commands of GitHub    :func:`workflow_command`
=============================  ====================================

JSON keeps the exact text: its escape sequences are part of the format.
"""

from __future__ import annotations

import re

_WITHOUT_GLYPH = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001bca0-\U0001bca3\U000e0100-\U000e01ef]"
)
"""Fillers, selectors and blanks that Python counts as printable; ids that differ in them look the
same."""


def is_visible(text: str) -> bool:
    """Return whether each character of a line has a glyph, or is a normal space."""
    return text.isprintable() and (text.isascii() or not _WITHOUT_GLYPH.search(text))


def escape_unprintable(text: str, otherwise: str | None = None) -> str:
    """Return a line in which every invisible character is an escape sequence.

    A line break is escaped too: a text cannot start a line of its own. ``otherwise`` replaces the
    escape sequences.
    """
    if is_visible(text):
        return text
    return "".join(
        character
        if is_visible(character)
        else (_escape_sequence(character) if otherwise is None else otherwise)
        for character in text
    )


def escape_lines(text: str) -> str:
    """Return a text of several lines, each without invisible characters."""
    if not _NOT_ASCII.search(text):
        return text
    return "\n".join(map(escape_unprintable, text.split("\n")))


def _escape_sequence(character: str) -> str:
    return ascii(character)[1:-1]


_MARKDOWN = re.compile(r"[\\`*_\[\]<>|~&$]")
_MARKDOWN_BLOCK = re.compile(r"#|^[-+=](?!\w)|(?<=^[0-9])[.)]|(?<=^[0-9]{2})[.)]")
_BACKTICKS = re.compile("`+")


def escape_markdown(text: str, *, begins_line: bool = True) -> str:
    """Return a text on one line, with all markup escaped.

    ``begins_line`` also escapes what is markup only at the beginning of a line.
    """
    line = _MARKDOWN.sub(r"\\\g<0>", escape_unprintable(text))
    return _MARKDOWN_BLOCK.sub(r"\\\g<0>", line) if begins_line else line


def markdown_code(text: str) -> str:
    """Return a code span, which ends where the text ends, whatever backticks it contains."""
    line = escape_unprintable(text)
    longest = max(map(len, _BACKTICKS.findall(line)), default=0)
    marks = "`" * (longest + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{marks}{space}{line}{space}{marks}"


_LATEX = {
    **{character: "\\" + character for character in "&%$#_{}"},
    "^": r"\^{}",
    "~": r"\textasciitilde{}",
    "\\": r"\textbackslash{}",
    "<": r"\ensuremath{<}",
    ">": r"\ensuremath{>}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
}
_LATEX_TABLE = str.maketrans(_LATEX)


def escape_latex(text: str) -> str:
    r"""Return a text for LaTeX; ``{}`` before ``[`` and ``*`` keeps them from a ``\\`` above."""
    escaped = escape_unprintable(text).translate(_LATEX_TABLE)
    return "{}" + escaped if escaped.lstrip().startswith(("[", "*")) else escaped


_NOT_ASCII = re.compile("[^ -~\n]")


def escape_json(document: str) -> str:
    """Return a JSON document with the same content, in which invisible characters are escaped."""
    if document.isascii() and "\x7f" not in document:
        return document  # JSON escapes all other control characters itself
    return _NOT_ASCII.sub(_json_escape, document)


def _json_escape(match: re.Match[str]) -> str:
    character = match[0]
    if is_visible(character):
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


_WORKFLOW_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_WORKFLOW_DATA = str.maketrans(_WORKFLOW_TEXT)
_WORKFLOW_PROPERTY = str.maketrans(_WORKFLOW_TEXT | {":": "%3A", ",": "%2C"})


def workflow_command(name: str, text: str, **properties: str | int | None) -> str:
    """Return a line for the log of a GitHub workflow, such as ``::error file=a.json,line=3::text``.

    The text may have several lines. Neither it nor a property can end the command or begin another
    one. Properties that are None are left out.
    """
    message = "\n".join(map(escape_unprintable, text.split("\n"))).translate(_WORKFLOW_DATA)
    stated = ",".join(
        f"{key}={escape_unprintable(str(value)).translate(_WORKFLOW_PROPERTY)}"
        for key, value in properties.items()
        if value is not None
    )
    return f"::{name}{' ' * bool(stated)}{stated}::{message}"
