"""Boards as Markdown, CSV, LaTeX and JSON, whatever their names hold."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as draw
from markdown_it import MarkdownIt
from markdown_it.token import Token

from mebench.diagnostics.escaping import escape_unprintable
from mebench.leaderboard.export.html_page import display_text
from mebench.leaderboard.export.tables import escape_markdown
from mebench.tables.grid import Grid, shorten
from mebench.util.html_page import json_for_html
from tests.leaderboard.hostile import NAMES
from tests.leaderboard.made import SYNTHETIC, VIS, Boards, submission

MARKDOWN = MarkdownIt("commonmark").enable("table")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def inner(tokens: list[Token]) -> list[str]:
    """Return the text of inline tokens, having seen that it is text, bold or code alone."""
    found = []
    for token in tokens:
        if token.type == "inline":
            kinds = {child.type for child in token.children or []}
            allowed = {"text", "text_special", "strong_open", "strong_close", "code_inline"}
            if not token.content.startswith("Sorted by"):  # our own words
                assert kinds <= allowed, (kinds, token.content)
            found.append("".join(child.content for child in token.children or []))
    return found


def tables(text: str) -> list[list[list[str]]]:
    """Return the tables of a Markdown text, as a reader's browser would see them."""
    found: list[list[list[str]]] = []
    tokens = MARKDOWN.parse(text)
    for place, token in enumerate(tokens):
        assert token.type not in {"html_block", "code_block", "fence"} or "Written" in token.content
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in {"td_open", "th_open"}:
            found[-1][-1] += inner([tokens[place + 1]])
    return found


def text_of(boards: Boards, ending: str) -> str:
    return (boards.board(VIS) / f"board.{ending}").read_bytes().decode()


def plain(name: str) -> str:
    """Return a name as people see it: everything visible, blanks one, not too long."""
    text = shorten(escape_unprintable(name), 100)
    return " ".join(text.split())


def test_markdown_shows_names_as_text(hostile: Boards) -> None:
    text = text_of(hostile, "md")
    assert all(line.isprintable() for line in text.split("\n"))
    [table] = tables(text)
    assert len({len(row) for row in table}) == 1
    assert len(table) == 1 + len(NAMES)
    found = {row[0] for row in table[1:]}
    for name in NAMES:
        start = plain(name)[:60].rstrip("…").rstrip()
        assert any(one.startswith(start[:40]) for one in found), name
    tokens = MARKDOWN.parse(text)
    inner(tokens)
    assert {token.type for token in tokens if token.level == 0} <= {
        *("html_block", "heading_open", "heading_close", "paragraph_open", "paragraph_close"),
        *("inline", "table_open", "table_close", "ordered_list_open", "ordered_list_close"),
        *("bullet_list_open", "bullet_list_close"),
    }
    depths = [token.level for token in tokens if token.type.endswith("_list_open")]
    assert set(depths) <= {0}, "a remark that begins like a list begins none"


def test_csv_comes_back_and_is_no_program(hostile: Boards) -> None:
    text = text_of(hostile, "csv")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == len(NAMES)
    for row in rows:
        assert None not in row and None not in row.values()
        for name, cell in row.items():
            assert not cell.startswith(FORMULA), (name, cell)
    methods = {row["id"]: row["method"] for row in rows}
    for place, name in enumerate(NAMES):
        title = f"{name} {name[:100]}"
        assert methods[f"row-{place}"].removeprefix("'") == escape_unprintable(title)


def test_latex_escapes_what_is_special(hostile: Boards) -> None:
    text = text_of(hostile, "tex")
    assert all(line.isprintable() for line in text.split("\n"))
    lines = [line for line in text.splitlines() if not line.startswith("%")]
    assert [line for line in lines if "tabular" in line and line.startswith("\\")] == [
        line for line in lines if re.match(r"\\(begin|end)\{tabular\}", line)
    ]
    body = [line for line in lines if line.endswith("\\\\")]
    assert len(body) == 1 + len(NAMES)
    assert len({len(re.findall(r"(?<!\\)&", line)) for line in body}) == 1
    for line in body:
        bare = re.sub(
            r"\\\^\{\}|\\[$_%&#{}~]|\\textbackslash(\{\})?|\\(text)?asciitilde\{\}|\\\w+\{\}"
            r"|\\textbf\{[0-9.]+\}|\\ensuremath\{[<>]\}",
            "",
            line.removesuffix("\\\\"),
        )
        assert not re.search(r"[$%#~_^\\{}]", bare), line


def test_json_says_names_as_they_are(hostile: Boards) -> None:
    data = hostile.data(VIS)
    rows = {row["id"]: row for group in data["groups"] for row in group["rows"]}
    for place, name in enumerate(NAMES):
        assert rows[f"row-{place}"]["method"] == f"{name} {name[:100]}"
        assert rows[f"row-{place}"]["caveats"][0] == name.replace("\x00", "")
    missing = [row["values"] for row in rows.values()]
    assert any(None in values for values in missing), "rows without scores have no AP"


def test_the_page_holds_no_markup_of_names(hostile: Boards) -> None:
    text = (hostile.root / "index.html").read_bytes().decode()
    assert text.count("<script") == 2 and text.count("</script>") == 2
    assert "<script>document" not in text and "<i>" not in text
    assert not set(text) & set("\u2028\u2029\x85\x1b\x00\x07\u202e\u2066") - {"\n"} or (
        "\u202e" not in text.partition('id="details"')[0]
    )
    shown_part, _, rest = text.partition('<script type="application/json" id="details">')
    inside = rest.partition("</script>")[0]
    assert "<" not in inside and "\u2028" not in inside
    assert all(line.isprintable() for line in shown_part.split("\n"))
    assert json.loads(inside)[f"{VIS}/entries/row-0"]["method"].startswith("<script>")
    assert not re.search(r"""(?:src|href)=["'](?!#|data:)""", text), "nothing is fetched"


def quoted(text: str) -> str:
    """Return a text as TOML has it, whose escapes are those of JSON but for surrogates."""
    return json.dumps(text, ensure_ascii=False)


def test_hostile_text_of_published_rows(boards: Boards) -> None:
    boards.board().mkdir()
    rows = "".join(
        f"[[rows]]\nid = {quoted(f'{place}{name}')}\nmethod = {quoted(name)}\n"
        f"source = {quoted(name)}\nlink_text = {quoted(name)}\n"
        f'caveats = [{quoted(name)}]\n[rows.values.headline]\nstrs = "0.{place + 1:03d}"\n'
        for place, name in enumerate(NAMES)
    )
    text = f'format = "mebench-published/1"\nprotocol = "{SYNTHETIC}"\n{rows}'
    (boards.board() / "published.toml").write_text(text, encoding="utf-8")
    assert boards.build().status == 0
    [table] = tables((boards.board() / "board.md").read_text())
    assert len(table) == 1 + len(NAMES)
    cells = csv.reader(io.StringIO((boards.board() / "board.csv").read_text(), newline=""))
    assert not [cell for row in cells for cell in row if cell.startswith(FORMULA)]
    page = (boards.root / "index.html").read_text()
    assert page.count("<script") == 2


def test_missing_values(boards: Boards) -> None:
    """A dash for people, nothing in a CSV, null in JSON."""
    boards.added(submission("without scores", 4, scored=False))
    boards.added(submission("with scores", 5))
    assert boards.build().status == 0
    [table] = tables((boards.board() / "board.md").read_text())
    at = table[0].index("AP@[.5:.95]")
    assert [row[at] for row in table[1:]] == [table[1][at], "–"] and table[1][at] != "–"
    assert "--" in (boards.board() / "board.tex").read_text()
    rows = list(csv.DictReader(io.StringIO((boards.board() / "board.csv").read_text())))
    assert [bool(row["ap"]) for row in rows] == [True, False]
    assert [row["year"] for row in rows] == ["", ""]
    data = boards.data()
    place = [column["id"] for column in data["columns"]].index("ap")
    found = [row["values"][place] for row in data["groups"][0]["rows"]]
    assert found[1] is None and found[0]["value"] is not None


def test_a_column_without_any_number_is_not_shown_to_people(boards: Boards) -> None:
    boards.added(submission(scored=False))
    assert boards.build().status == 0
    [table] = tables((boards.board() / "board.md").read_text())
    assert not [title for title in table[0] if title.startswith("AP")]
    assert ",ap," in (boards.board() / "board.csv").read_text()


def test_bold_is_of_the_best(boards: Boards) -> None:
    boards.added(submission("worse", 4))
    boards.added(submission("better", 9))
    boards.added(submission("cheater", 16, model_selection="test"))
    assert boards.build().status == 0
    text = (boards.board() / "board.md").read_text()
    last = {
        line.split("|")[1].strip(): line.split("|")[-2] for line in text.splitlines() if "|" in line
    }
    assert [name for name, cell in last.items() if "**" in cell] == ["better"]
    latex = (boards.board() / "board.tex").read_text()
    bold = {line.split("&")[0].strip() for line in latex.splitlines() if "textbf" in line}
    assert "better" in bold and "cheater" not in bold
    assert latex.count(r"\textbf{") == text.count("**") // 2
    [first, second] = tables(text)
    assert [row[0] for row in first[1:]] == ["better", "worse"]
    assert [row[0] for row in second[1:]] == ["cheater"]


anything = draw.text(max_size=60)


@given(draw.lists(draw.lists(anything, min_size=3, max_size=3), min_size=1, max_size=4))
def test_markdown_cells_come_back(rows: list[list[str]]) -> None:
    grid = Grid(["a", "b", "c"], "llr", [list(row) for row in rows])
    [table] = tables(grid.as_markdown())
    assert table[1:] == [[plain(cell) for cell in row] for row in rows]


@given(draw.lists(draw.lists(anything, min_size=2, max_size=2), min_size=1, max_size=4))
def test_csv_cells_come_back(rows: list[list[str]]) -> None:
    grid = Grid(["a", "b"], "ll", [list(row) for row in rows])
    found = list(csv.reader(io.StringIO(grid.as_csv(), newline="")))[1:]
    for row, cells in zip(rows, found, strict=True):
        for text, cell in zip(row, cells, strict=True):
            assert cell in {escape_unprintable(text), escape_unprintable("'" + text)}
            assert not cell.startswith(("=", "@", "\t", "\r"))


@given(anything.filter(str.strip))
def test_a_remark_is_one_paragraph_of_text(text: str) -> None:
    tokens = MARKDOWN.parse(f"1. {escape_markdown(text)}\n")
    if plain(text):
        assert inner(tokens)[0].strip() == escape_unprintable(" ".join(text.split()))
    kinds = [token.type for token in tokens]
    assert kinds.count("list_item_open") == 1 and "heading_open" not in kinds


json_data: Any = draw.recursive(
    draw.none() | draw.booleans() | draw.text(),
    lambda inner: draw.lists(inner) | draw.dictionaries(draw.text(), inner),
)


@given(json_data)
def test_inlined_json_comes_back_and_ends_nothing(data: Any) -> None:
    text = json_for_html(data)
    assert json.loads(text) == data
    assert not set(text) & set("<>&\u2028\u2029")


@given(draw.text())
def test_what_the_page_shows_is_one_printable_line(text: str) -> None:
    assert display_text(text).isprintable()
    assert len(display_text(text)) <= 120


def test_a_latex_table_compiles(hostile: Boards, tmp_path: Path) -> None:
    import shutil
    import subprocess

    program = shutil.which("pdflatex")
    if program is None:
        pytest.skip("there is no pdflatex: the table's structure alone was tested")
    (tmp_path / "t.tex").write_text(
        "\\documentclass{article}\\usepackage{booktabs}\\begin{document}\n"
        + re.sub(r"[^\x00-\x7f]", "?", text_of(hostile, "tex"))
        + "\\end{document}\n"
    )
    command = [program, "-interaction=nonstopmode", "-halt-on-error", "t.tex"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
