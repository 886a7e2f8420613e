"""What the commands on leaderboards print, and the files that they write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from mebench.diagnostics import UsageError
from mebench.diagnostics.formatting import as_text, escape_unprintable
from mebench.leaderboard.board_folder import BoardFolder
from mebench.leaderboard.board_rows import board_columns, ranking_column
from mebench.leaderboard.build_board import Board, build_board
from mebench.leaderboard.entry_preview import EntryPreview
from mebench.leaderboard.export.board_data import board_data
from mebench.leaderboard.export.html_page import render_html
from mebench.leaderboard.export.tables import board_latex, board_markdown, flat_grid, index_markdown
from mebench.protocols.loader import load_shipped_protocol
from mebench.tables.grid import Grid
from mebench.util.atomic_write import to_json_text, write_text
from mebench.util.text import pluralize


def board_files(boards: Sequence[Board], *, with_index: bool) -> dict[str, str]:
    """Return the content of every file, by its path below the folder of boards.

    Parameters
    ----------
    boards : sequence of Board
        Built.
    with_index : bool
        Whether they are all boards there are, so that the list and the page are written too.
    """
    found: dict[str, str] = {}
    for board in boards:
        name = board.folder.id
        found[f"{name}/board.md"] = board_markdown(board)
        found[f"{name}/board.csv"] = flat_grid([board]).as_csv()
        found[f"{name}/board.tex"] = board_latex(board)
        found[f"{name}/board.json"] = to_json_text(board_data(board))
    if with_index:
        found["README.md"] = index_markdown(boards)
        found["index.html"] = render_html(boards)
    return found


def write_files(root: Path, files: dict[str, str]) -> list[Path]:
    """Write files that are not there yet, or differ; return their paths."""
    written = []
    for name, text in files.items():
        path = root / name
        if path.is_file() and path.read_bytes() == text.encode():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
        written.append(path)
    return written


ROWS_AROUND = 3
"""So many rows above and below are shown of where a submission stands."""


def parse_truths(given: Iterable[str]) -> dict[str, Path]:
    """Return truth files by protocol, as ``--truth PROTOCOL=FILE`` names them.

    Raises
    ------
    UsageError
        ``bad-truth-option`` or ``unknown-protocol``.
    """
    found: dict[str, Path] = {}
    for text in given:
        name, equals, file = text.partition("=")
        if not equals or not file:
            raise UsageError.of(
                "bad-truth-option",
                f"--truth {text[:200]!r} names no protocol and file.",
                "Write --truth casme2-str@1=truth.json.",
            )
        found[load_shipped_protocol(name).id] = Path(file)
    return found


def build_and_report(
    folders: Sequence[BoardFolder],
    truths: Mapping[str, Path],
    output: Path,
    *,
    with_index: bool,
    check: bool,
    say: Callable[[str], None],
) -> bool:
    """Build boards, write their files, and say what happened.

    Parameters
    ----------
    folders : sequence of BoardFolder
        The boards.
    truths : mapping of str to Path
        Truth files by protocol.
    output : Path
        Where the tables are written.
    with_index : bool
        Whether they are all boards.
    check : bool
        Whether nothing is written, and a file that would change is a finding.
    say : callable
        Takes the lines.

    Returns
    -------
    bool
        Whether every entry stands on its board, and with ``check`` no file would change.
    """
    from mebench.util.progress import show_progress

    boards: list[Board] = []
    with show_progress("Scoring submissions", sum(len(one.names()) for one in folders)) as advance:
        boards.extend(build_board(folder, truths, advance) for folder in folders)
    for board in boards:
        say(_summary(board))
        for one in board.refused:
            say(as_text(list(one.reasons), {}))
    files = board_files(boards, with_index=with_index)
    if check:
        stale = [name for name, text in files.items() if not _is_same(output / name, text)]
        for name in stale:
            say(f"{name} is out of date: `mebench leaderboard build` writes it.")
        return not stale and not any(board.refused for board in boards)
    written = write_files(output, files)
    say(f"Wrote {pluralize(len(written), 'file')}; {len(files) - len(written)} were as they are.")
    return not any(board.refused for board in boards)


def describe_preview(one: EntryPreview) -> str:
    """Return the rows around a candidate, and its rank."""
    protocol = one.board.protocol
    columns, by = board_columns(protocol), ranking_column(protocol)
    rows = one.group.rows
    at = rows.index(one.row)
    grid = Grid(["", "method", *(column.title for column in columns)], "ll" + "r" * len(columns))
    for row in rows[max(0, at - ROWS_AROUND) : at + ROWS_AROUND + 1]:
        mark = "→" if row is one.row else ""
        grid.rows.append([mark, row.method, *(cell.text for cell in row.cells)])
    lines = [
        f"{protocol.title}  ({protocol.id})",
        f"{one.group.title}; by {by.title}: {one.rank} of {len(rows)}",
        "",
        *grid.as_text(),
        "",
        one.report.signature,
    ]
    lines += [
        f"warning [{found.code}] {found.message}"
        for found in one.report.findings
        if found.severity == "warning"
    ]
    return "\n".join(map(escape_unprintable, lines))


def _summary(board: Board) -> str:
    number = sum(len(group.rows) for group in board.groups)
    text = f"{board.folder.id}: {pluralize(number, 'row')}"
    entries = len(board.folder.names())
    if entries and board.is_recomputed:
        text += f"; {pluralize(entries, 'submission')} scored again"
    elif entries:
        text += (
            f"; the truth is not at hand, so that {pluralize(entries, 'submission')} keep their "
            f"last score, on truth {board.truth}"
        )
    if board.refused:
        text += f"; {len(board.refused)} refused"
    return text + "."


def _is_same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()
