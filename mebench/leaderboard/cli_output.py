"""The output of the leaderboard commands: printed lines and exported files."""

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
    """Return the content of all exported files, by path relative to the folder of boards.

    Parameters
    ----------
    boards : sequence of Board
        The boards.
    with_index : bool
        Whether these are all boards; then the index and the HTML page are included.
    """
    files: dict[str, str] = {}
    for board in boards:
        name = board.folder.id
        files[f"{name}/board.md"] = board_markdown(board)
        files[f"{name}/board.csv"] = flat_grid([board]).as_csv()
        files[f"{name}/board.tex"] = board_latex(board)
        files[f"{name}/board.json"] = to_json_text(board_data(board))
    if with_index:
        files["README.md"] = index_markdown(boards)
        files["index.html"] = render_html(boards)
    return files


def write_files(root: Path, files: dict[str, str]) -> list[Path]:
    """Write new and changed files; return their paths."""
    written = []
    for name, text in files.items():
        path = root / name
        if _is_unchanged(path, text):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
        written.append(path)
    return written


ROWS_AROUND = 3
"""The number of rows shown above and below a previewed entry."""


def parse_truths(given: Iterable[str]) -> dict[str, Path]:
    """Return truth files by protocol, from ``--truth PROTOCOL=FILE``.

    Raises
    ------
    UsageError
        ``bad-truth-option`` or ``unknown-protocol``.
    """
    truths: dict[str, Path] = {}
    for text in given:
        name, equals, file = text.partition("=")
        if not equals or not file:
            raise UsageError.of(
                "bad-truth-option",
                f"--truth {text[:200]!r} is not of the form PROTOCOL=FILE.",
                "Pass for example --truth casme2-str@1=truth.json.",
            )
        truths[load_shipped_protocol(name).id] = Path(file)
    return truths


def build_and_report(
    folders: Sequence[BoardFolder],
    truths: Mapping[str, Path],
    output: Path,
    *,
    with_index: bool,
    check: bool,
    echo: Callable[[str], None],
) -> bool:
    """Build boards, write their files, and print a summary.

    Parameters
    ----------
    folders : sequence of BoardFolder
        The boards.
    truths : mapping of str to Path
        Truth files by protocol.
    output : Path
        The folder for the exported files.
    with_index : bool
        Whether these are all boards.
    check : bool
        Write nothing; only report files that are out of date.
    echo : callable
        Called with each line to print.

    Returns
    -------
    bool
        Whether all entries are shown on their board; with ``check`` also whether no file is out
        of date.
    """
    from mebench.util.terminal import show_progress

    boards: list[Board] = []
    with show_progress(
        "Scoring submissions", sum(len(folder.names()) for folder in folders)
    ) as advance:
        boards.extend(build_board(folder, truths, advance) for folder in folders)
    for board in boards:
        echo(_summary(board))
        for entry in board.refused:
            echo(as_text(list(entry.reasons), {}))
    files = board_files(boards, with_index=with_index)
    if check:
        stale = [name for name, text in files.items() if not _is_unchanged(output / name, text)]
        for name in stale:
            echo(f"{name} is out of date. Run `mebench leaderboard build`.")
        return not stale and not any(board.refused for board in boards)
    written = write_files(output, files)
    echo(f"Wrote {pluralize(len(written), 'file')}; {len(files) - len(written)} unchanged.")
    return not any(board.refused for board in boards)


def describe_preview(preview: EntryPreview) -> str:
    """Return the rows around a previewed entry, and its rank."""
    protocol = preview.board.protocol
    columns, by = board_columns(protocol), ranking_column(protocol)
    rows = preview.group.rows
    position = rows.index(preview.row)
    grid = Grid(["", "method", *(column.title for column in columns)], "ll" + "r" * len(columns))
    for row in rows[max(0, position - ROWS_AROUND) : position + ROWS_AROUND + 1]:
        mark = "→" if row is preview.row else ""
        grid.rows.append([mark, row.method, *(cell.text for cell in row.cells)])
    lines = [
        f"{protocol.title}  ({protocol.id})",
        f"{preview.group.title}: rank {preview.rank} of {len(rows)} by {by.title}",
        "",
        *grid.as_text(),
        "",
        preview.report.signature,
    ]
    lines += [
        f"warning [{finding.code}] {finding.message}"
        for finding in preview.report.findings
        if finding.severity == "warning"
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
            f"; {pluralize(entries, 'submission')} not scored again, because the truth is not "
            f"available (scored on truth {board.truth})"
        )
    if board.refused:
        text += f"; {len(board.refused)} refused"
    return text + "."


def _is_unchanged(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()
