"""``mebench leaderboard``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from mebench.cli import options
from mebench.cli.output import echo, echo_text
from mebench.util.text import pluralize

if TYPE_CHECKING:
    from mebench.leaderboard.build_board import Board
    from mebench.leaderboard.edit_board import EntryPreview

ROWS_AROUND = 3  # the number of rows shown above and below a previewed entry

app = options.command_group(
    "Build leaderboards; add, remove or rescore an entry.", no_args_is_help=True
)

Boards = Annotated[
    Path | None,
    Option("--boards", metavar="DIR", help="The folder of boards; default: ./leaderboards."),
]
Truths = Annotated[
    list[str] | None,
    Option("--truth", metavar="PROTOCOL=FILE", help="The truth file of a board; repeatable."),
]
Reason = Annotated[str, Option("--reason", help="The reason, for the log.")]
Name = Annotated[str, Argument(metavar="NAME", help="The name of the entry.")]
ProtocolId = Annotated[str, Option("--protocol", help="The protocol of the board.")]


@app.command()
def build(
    protocol: Annotated[
        list[str] | None, Argument(metavar="[PROTOCOL]", help="Build only these boards.")
    ] = None,
    boards: Boards = None,
    truth: Truths = None,
    output: Annotated[
        Path | None, Option("-o", "--output", help="Write the tables into this folder instead.")
    ] = None,
    check: Annotated[
        bool, Option("--check", help="Write nothing; exit 1 if a table is out of date.")
    ] = False,
) -> None:
    """Rescore all submissions whose truth is available, and write all tables and the page.

    Exit status: 0 no problems, 1 refused entries or outdated tables, 2 invalid command.
    """
    from mebench.leaderboard.board_folder import boards_root, lock_boards

    root = boards_root(boards)
    truths = _parse_truths(truth or [])
    writes_boards = not check and output is None
    with lock_boards(root) if writes_boards else nullcontext():
        built = _build(root, protocol or [], truths, cleans=writes_boards)
        changed = _write(built, output or root, with_index=not protocol, check=check)
    is_valid = not any(board.refused for board in built) and not (check and changed)
    raise typer.Exit(0 if is_valid else 1)


def _build(
    root: Path, protocols: Sequence[str], truths: Mapping[str, Path], *, cleans: bool
) -> list[Board]:
    """Build some boards, or all, and report on them; ``cleans``: remove incomplete files."""
    from mebench.diagnostics.formatting import as_text
    from mebench.leaderboard.board_folder import all_boards, board_of
    from mebench.leaderboard.build_board import build_board
    from mebench.util.atomic_write import remove_stale_files
    from mebench.util.terminal import show_progress

    folders = [board_of(root, name) for name in protocols] if protocols else all_boards(root)
    if cleans:
        remove_stale_files(root)
        for folder in folders:
            folder.remove_stale_files()
    entries = sum(len(folder.names()) for folder in folders)
    with show_progress("Scoring submissions", entries) as advance:
        built = [build_board(folder, truths, advance) for folder in folders]
    for board in built:
        echo(_summary(board), err=True)
        for reasons in board.refused.values():
            echo_text(as_text(list(reasons), {}), err=True)
    return built


def _write(
    boards: Sequence[Board], target: Path, *, with_index: bool, check: bool
) -> Mapping[str, bytes]:
    """Write what changed, or report it; return it."""
    from mebench.leaderboard.export import board_files, changed_files
    from mebench.util.atomic_write import write_bytes

    texts = board_files(boards, with_index=with_index)
    changed = changed_files(target, texts)
    if check:
        for name in changed:
            echo(f"{name} is out of date. Run `mebench leaderboard build`.", err=True)
        return changed
    for name, content in changed.items():
        write_bytes(target / name, content, with_folder=True)
    unchanged = len(texts) - len(changed)
    echo(f"Wrote {pluralize(len(changed), 'file')}; {unchanged} unchanged.", err=True)
    return changed


def _parse_truths(given: Iterable[str]) -> dict[str, Path]:
    """Return truth files by protocol, from ``--truth PROTOCOL=FILE``."""
    from mebench.diagnostics import UsageError
    from mebench.protocols.loader import load_shipped_protocol

    truths: dict[str, Path] = {}
    for text in given:
        name, _, file = text.partition("=")
        if not file:
            raise UsageError.of(
                "bad-truth-option",
                f"--truth {text[:200]!r} is not of the form PROTOCOL=FILE.",
                "Pass for example --truth casme2-str@1=truth.json.",
            )
        truths[load_shipped_protocol(name).id] = Path(file)
    return truths


def _summary(board: Board) -> str:
    text = f"{board.folder.id}: {pluralize(len(board.rows), 'row')}"
    entries = len(board.folder.names())
    if entries and board.is_recomputed:
        text += f"; {pluralize(entries, 'submission')} scored again"
    elif entries:
        text += (
            f"; {pluralize(entries, 'submission')} only reported, not scored again, because the "
            f"truth is not available (scored on truth {board.truth})"
        )
    if board.refused:
        text += f"; {len(board.refused)} refused"
    return text + "."


@app.command()
def add(
    predictions: Annotated[Path, Argument(help="A submission in mebench's own format.")],
    boards: Boards = None,
    truth: Truths = None,
    name: Annotated[str | None, Option(help="The name of the entry and of its files.")] = None,
    method: Annotated[
        str | None, Option(help="The method's name in tables; default: from the file.")
    ] = None,
    year: Annotated[int | None, Option(min=1990, max=2100, help="Year of publication.")] = None,
    source: Annotated[
        str | None, Option(help="A link or citation; default: from the file.")
    ] = None,
    caveat: Annotated[
        list[str] | None, Option(help="A restriction that readers must know; repeatable.")
    ] = None,
    reason: Reason = "submitted",
    dry_run: Annotated[
        bool, Option("--dry-run", help="Show the resulting rank; write nothing.")
    ] = False,
) -> None:
    """Score a submission, show its rank, and add it to its board."""
    from mebench.leaderboard import edit_board
    from mebench.leaderboard.board_folder import boards_root

    preview = edit_board.preview_entry(
        boards_root(boards),
        predictions,
        _parse_truths(truth or []),
        name=name,
        method=method,
        year=year,
        source=source,
        caveats=caveat or [],
    )
    echo_text(_describe(preview))
    if dry_run:
        echo("Nothing was written.", err=True)
        return
    edit_board.add(preview, reason)
    echo(
        f"Added {preview.entry.name} to {preview.board.id}; "
        "`mebench leaderboard build` writes the tables.",
        err=True,
    )


def _describe(preview: EntryPreview) -> str:
    """Return the rows around a previewed entry, and its rank."""
    from mebench.diagnostics.formatting import escape_unprintable
    from mebench.leaderboard.board_rows import board_columns, ranking_column
    from mebench.tables.grid import Grid

    protocol, rows = preview.board.protocol, preview.group.rows
    columns = board_columns(protocol)
    position = rows.index(preview.row)
    grid = Grid(["", "method", *(column.title for column in columns)], "ll" + "r" * len(columns))
    for row in rows[max(0, position - ROWS_AROUND) : position + ROWS_AROUND + 1]:
        mark = "→" if row is preview.row else ""
        grid.rows.append([mark, row.method, *(cell.text for cell in row.cells)])
    standing = (
        preview.group.title
        if preview.rank is None
        else f"{preview.group.title}: rank {preview.rank} of {len(rows)} by "
        f"{ranking_column(protocol).title}"
    )
    lines = [
        f"{protocol.title}  ({protocol.id})",
        standing,
        *(f"Not ranked: {reason}." for reason in preview.row.not_ranked),
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


@app.command()
def remove(name: Name, protocol: ProtocolId, reason: Reason, boards: Boards = None) -> None:
    """Remove an entry from its board."""
    from mebench.leaderboard import edit_board
    from mebench.leaderboard.board_folder import board_of, boards_root

    board = board_of(boards_root(boards), protocol)
    edit_board.remove(board, name, reason)
    echo(f"Removed {name} from {board.id}.", err=True)


@app.command()
def rescore(
    name: Name, protocol: ProtocolId, reason: Reason, boards: Boards = None, truth: Truths = None
) -> None:
    """Score an entry again and accept the new score, with the reason in the log."""
    from mebench.leaderboard import edit_board
    from mebench.leaderboard.board_folder import board_of, boards_root

    board = board_of(boards_root(boards), protocol)
    report = edit_board.rescore(board, name, _parse_truths(truth or []), reason)
    echo(f"Rescored {name}: {report.signature}", err=True)
