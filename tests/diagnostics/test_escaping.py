"""The door of each output format: what a text contains is shown, and is only text."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mebench.diagnostics import MebenchError, Place
from mebench.diagnostics.escaping import (
    escape_json,
    escape_latex,
    escape_lines,
    escape_unprintable,
    is_visible,
    markdown_code,
)
from mebench.tables.grid import Grid

INVISIBLE = (
    "\x00\x1b\x7f\x80\x9b\xad\u034f\u061c\u115f\u200b\u200d\u202e\u2066\u2800\u3164\ufe0f\ufeff"
    "\U000e0101"
)


@pytest.mark.parametrize("character", INVISIBLE)
def test_what_has_no_glyph_is_shown(character: str) -> None:
    assert escape_unprintable(f"a{character}b") == f"a{ascii(character)[1:-1]}b"


@given(st.text())
def test_a_line_stays_one_visible_line(text: str) -> None:
    assert is_visible(escape_unprintable(text))
    assert escape_unprintable(escape_unprintable(text)) == escape_unprintable(text)


@given(st.lists(st.text()))
def test_lines_stay_lines(texts: list[str]) -> None:
    text = "\n".join(texts)
    assert escape_lines(text).split("\n") == list(map(escape_unprintable, text.split("\n")))


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_keeps_its_content(content: object) -> None:
    text = escape_json(json.dumps(content, indent=2, ensure_ascii=False))
    assert json.loads(text) == content
    assert all(map(is_visible, text.split("\n")))


@given(st.text(st.sampled_from("a` \n\\*"), min_size=1) | st.text(min_size=1))
@example("`")
@example("``a`")
def test_a_code_span_contains_the_text_and_ends(text: str) -> None:
    [block] = [
        token
        for token in MarkdownIt("commonmark").parse(f"a {markdown_code(text)} b")
        if token.type == "inline"
    ]
    before, code, after = block.children or []
    assert (before.content, after.content) == ("a ", " b")
    shown = escape_unprintable(text)
    assert code.content.strip(" ") == shown.strip(" ")


@given(st.text(st.sampled_from('[]*\\{}&%$#_^~<>|"a \n')) | st.text())
def test_latex_has_no_bare_special_character(text: str) -> None:
    escaped = escape_latex(text)
    assert not escaped.lstrip().startswith(("[", "*")), "an argument of the line break before"
    bare = re.sub(r"\\[&%$#_{}]|\\\w+\{[<>]?\}|\\\^\{\}|^\{\}", "", escaped)
    assert not re.search(r"[\\{}&%$#_^~<>|\"]", bare), escaped


@pytest.mark.parametrize("cell", ["[1cm]", "*", " [x]", "*[2in] x"])
def test_latex_rows_begin_with_text(cell: str) -> None:
    """After a line break or a rule, LaTeX takes [ ] and * as arguments, also behind spaces."""
    lines = Grid([cell, "b"], "rl", [[cell, "1"], [cell, "2"]]).as_latex().split("\n")
    for line in [line for line in lines if line.endswith(r"\\")]:
        assert not line.lstrip().startswith(("[", "*"))


def test_an_exception_shows_the_names_in_it() -> None:
    error = MebenchError.of("wrong-file", "\x1b[1m\nx", place=Place(file="\u202e"))
    assert str(error).split("\n") == ["\\u202e: error [wrong-file] \\x1b[1m\\nx"]
