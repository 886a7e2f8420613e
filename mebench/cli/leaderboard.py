"""``mebench leaderboard``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from mebench.cli import options
from mebench.cli.completion import complete_boards
from mebench.cli.output import echo, echo_text
from mebench.util.text import pluralize

if TYPE_CHECKING:
    from mebench.leaderboard.build_board import Board
    from mebench.leaderboard.edit_board import EntryPreview
    from mebench.models.leaderboard import PageSettings

ROWS_AROUND = 3  # the number of rows shown above and below a previewed entry

app = options.command_group(
    "List and build leaderboards; add, remove or rescore entries.", no_args_is_help=True
)

Boards = Annotated[
    Path | None,
    Option("--boards", metavar="DIR", help="The folder of boards; default: ./leaderboards."),
]
Truths = Annotated[
    list[str] | None,
    Option(
        "--truth",
        metavar="[PROTOCOL=]FILE",
        help="The truth file of a board; repeatable. With --protocol, FILE is enough.",
    ),
]
Reason = Annotated[str, Option("--reason", help="The reason, for the log.")]
Name = Annotated[str, Argument(metavar="NAME", help="The name of the entry.")]
ProtocolId = Annotated[
    str,
    Option(
        "--protocol",
        help="The protocol of the board: its id, or your own .toml file.",
        autocompletion=complete_boards,
    ),
]


@app.command()
def build(
    protocol: Annotated[
        list[str] | None,
        Argument(
            metavar="[PROTOCOL]", help="Build only these boards.", autocompletion=complete_boards
        ),
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
    from mebench.leaderboard.board_folder import lock_boards
    from mebench.leaderboard.find_boards import boards_root, page_settings

    root = boards_root(boards)
    truths = _parse_truths(root, truth or [])
    writes_boards = not check and output is None
    with lock_boards(root) if writes_boards else nullcontext():
        built = _build(root, protocol or [], truths, cleans=writes_boards)
        page = None if protocol else page_settings(root)
        changed = _write(built, output or root, page, check=check)
    is_valid = not any(board.refused for board in built) and not (check and changed)
    raise typer.Exit(0 if is_valid else 1)


def _build(
    root: Path, protocols: Sequence[str], truths: Mapping[str, Path], *, cleans: bool
) -> list[Board]:
    """Build some boards, or all, and report on them; ``cleans``: remove incomplete files."""
    from mebench.diagnostics.formatting import as_text
    from mebench.leaderboard.build_board import build_board
    from mebench.leaderboard.find_boards import all_boards, board_of
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
    boards: Sequence[Board], target: Path, page: PageSettings | None, *, check: bool
) -> Mapping[str, bytes]:
    """Write what changed, or report it; return it. Without ``page`` there is no index."""
    from mebench.leaderboard.export import board_files, changed_files
    from mebench.util.atomic_write import write_bytes

    texts = board_files(boards, page)
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


def _parse_truths(root: Path, given: Iterable[str], protocol: str | None = None) -> dict[str, Path]:
    """Return truth files by protocol, from ``--truth PROTOCOL=FILE``.

    With ``--protocol``, a file without ``PROTOCOL=`` is the truth of its board.
    """
    from mebench.diagnostics import UsageError
    from mebench.leaderboard.find_boards import board_of, board_of_option

    truths: dict[str, Path] = {}
    own = board_of_option(root, protocol).id if protocol else None
    for text in given:
        name, _, file = text.partition("=")
        if not file and own is not None:
            truths[own] = Path(text)
            continue
        if not file:
            raise UsageError.of(
                "bad-truth-option",
                f"--truth {text[:200]!r} is not of the form PROTOCOL=FILE.",
                "Pass for example --truth casme2-str@1=truth.json.",
            )
        is_own = own is not None and name in (own, own.rpartition("@")[0])
        truths[own if is_own and own else board_of(root, name).id] = Path(file)
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


@app.command("list")
def list_boards(boards: Boards = None) -> None:
    """List the boards with the numbers of their entries and of their rows from the literature."""
    from mebench.leaderboard.find_boards import all_boards, boards_root
    from mebench.protocols.loader import is_shipped
    from mebench.published.loader import read_published
    from mebench.tables.grid import Grid
    from mebench.util.terminal import stdout_width

    grid = Grid(["board", "entries", "literature", "protocol", "deadline", "title"], "lrrlll")
    for board in all_boards(boards_root(boards)):
        published = board.published
        rows = read_published(published, board.protocol) if published.exists() else []
        origin = "mebench" if is_shipped(board.protocol) else "own"
        counts = map(str, (len(board.names()), len(rows)))
        grid.rows.append([board.id, *counts, origin, board.settings.deadline, board.title])
    echo_text("\n".join(grid.as_text(width=stdout_width())))


@app.command()
def add(
    predictions: Annotated[
        list[Path], Argument(help="Submissions in mebench's own format.", metavar="FILE...")
    ],
    protocol: Annotated[
        str | None,
        Option(
            "--protocol",
            help="Your own protocol, a .toml file, which is kept with the board; by default the "
            "one that the file states.",
        ),
    ] = None,
    boards: Boards = None,
    truth: Truths = None,
    received: Annotated[
        str | None,
        Option(metavar="DATE", help="When it was received, to compare with the deadline."),
    ] = None,
    name: Annotated[
        str | None, Option(help="The name of the entry and of its files; for a single file.")
    ] = None,
    method: Annotated[
        str | None,
        Option(help="The method's name in tables, for a single file; default: from the file."),
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
    """Score submissions, show their ranks, and add them to their boards.

    Of several files, those with errors are named and the others are added.

    Exit status: 0 no errors, 1 errors in a file, 2 invalid command.
    """
    from mebench.diagnostics import MebenchError
    from mebench.diagnostics.formatting import as_text
    from mebench.leaderboard import edit_board
    from mebench.leaderboard.find_boards import boards_root

    if len(predictions) > 1 and (name is not None or method is not None):
        raise typer.BadParameter("--name and --method work with a single file.")
    root = boards_root(boards)
    truths = _parse_truths(root, truth or [], protocol)
    refused = []
    for file in predictions:
        try:
            preview = edit_board.preview_entry(
                root,
                file,
                truths,
                protocol=protocol,
                received=received,
                name=name,
                method=method,
                year=year,
                source=source,
                caveats=caveat or [],
            )
            echo_text(_describe(preview))
            if preview.warnings:
                echo_text(as_text(preview.warnings), err=True)
            if not dry_run:
                edit_board.add(preview, reason)
        except MebenchError as error:
            if len(predictions) == 1:
                raise
            refused.append(file)
            echo_text(as_text(error.diagnostics, error.omitted), err=True)
            continue
        if not dry_run:
            echo(
                f"Added {preview.entry.name} to {preview.board.id}; "
                "`mebench leaderboard build` writes the tables.",
                err=True,
            )
    if dry_run:
        echo("Nothing was written.", err=True)
    if refused:
        names = ", ".join(map(str, refused))
        echo(f"Refused {len(refused)} of {len(predictions)} files: {names}", err=True)
        raise typer.Exit(1)


def _describe(preview: EntryPreview) -> str:
    """Return the rows around a previewed entry, and its rank."""
    from mebench.diagnostics.formatting import escape_unprintable
    from mebench.leaderboard.board_rows import board_columns, ranking_column
    from mebench.tables.grid import Grid

    protocol, rows = preview.board.protocol, preview.group.rows
    columns = board_columns(protocol, preview.board.metrics)
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
        f"{preview.board.title}  ({protocol.id})",
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
    from mebench.leaderboard.find_boards import board_of_option, boards_root

    board = board_of_option(boards_root(boards), protocol)
    edit_board.remove(board, name, reason)
    echo(f"Removed {name} from {board.id}.", err=True)


@app.command()
def rescore(
    name: Name, protocol: ProtocolId, reason: Reason, boards: Boards = None, truth: Truths = None
) -> None:
    """Score an entry again and accept the new score, with the reason in the log."""
    from mebench.leaderboard import edit_board
    from mebench.leaderboard.find_boards import board_of_option, boards_root

    board = board_of_option(boards_root(boards), protocol)
    truths = _parse_truths(board.path.parent, truth or [], protocol)
    report = edit_board.rescore(board, name, truths, reason)
    echo(f"Rescored {name}: {report.signature}", err=True)
