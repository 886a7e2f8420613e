"""``mebench leaderboard``."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Build leaderboards; add, remove or rescore an entry.",
)

Boards = Annotated[
    Path | None,
    typer.Option("--boards", metavar="DIR", help="The folder of boards; default: ./leaderboards."),
]
Truths = Annotated[
    list[str] | None,
    typer.Option("--truth", metavar="PROTOCOL=FILE", help="The truth file of a board; repeatable."),
]
Reason = Annotated[str, typer.Option("--reason", help="The reason, for the log.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of the entry.")]
ProtocolId = Annotated[str, typer.Option("--protocol", help="The protocol of the board.")]


@app.command()
def build(
    protocol: Annotated[
        list[str] | None, typer.Argument(metavar="[PROTOCOL]", help="Build only these boards.")
    ] = None,
    boards: Boards = None,
    truth: Truths = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write the tables into this folder instead."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a table is out of date.")
    ] = False,
) -> None:
    """Rescore all submissions whose truth is available, and write all tables and the page.

    Exit status: 0 no problems, 1 refused entries or outdated tables, 2 invalid command.
    """
    from mebench.leaderboard.board_folder import all_boards, board_of, boards_root
    from mebench.leaderboard.cli_output import build_and_report, parse_truths

    root = boards_root(boards)
    chosen = [board_of(root, name) for name in protocol] if protocol else all_boards(root)
    is_valid = build_and_report(
        chosen,
        parse_truths(truth or []),
        output or root,
        with_index=not protocol,
        check=check,
        echo=lambda text: typer.echo(text, err=True),
    )
    raise typer.Exit(0 if is_valid else 1)


@app.command()
def add(
    predictions: Annotated[Path, typer.Argument(help="A submission in mebench's own format.")],
    boards: Boards = None,
    truth: Truths = None,
    name: Annotated[
        str | None, typer.Option("--name", help="The name of the entry and of its files.")
    ] = None,
    method: Annotated[
        str | None,
        typer.Option("--method", help="The method's name in tables; default: from the file."),
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", min=1990, max=2100, help="Year of publication.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="A link or citation; default: from the file.")
    ] = None,
    caveat: Annotated[
        list[str] | None,
        typer.Option("--caveat", help="A restriction that readers must know; repeatable."),
    ] = None,
    reason: Reason = "submitted",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the resulting rank; write nothing.")
    ] = False,
) -> None:
    """Score a submission, show its rank, and add it to its board."""
    from mebench.leaderboard import edit_board
    from mebench.leaderboard.board_folder import boards_root
    from mebench.leaderboard.cli_output import describe_preview, parse_truths
    from mebench.leaderboard.entry_preview import preview_entry

    preview = preview_entry(
        boards_root(boards),
        predictions,
        parse_truths(truth or []),
        name=name,
        method=method,
        year=year,
        source=source,
        caveats=caveat or [],
    )
    typer.echo(describe_preview(preview))
    if dry_run:
        typer.echo("Nothing was written.", err=True)
        return
    edit_board.add(preview, reason)
    typer.echo(
        f"Added {preview.entry.name} to {preview.board.id}; "
        "`mebench leaderboard build` writes the tables.",
        err=True,
    )


@app.command()
def remove(name: Name, protocol: ProtocolId, reason: Reason, boards: Boards = None) -> None:
    """Remove an entry from its board."""
    from mebench.leaderboard import edit_board
    from mebench.leaderboard.board_folder import board_of, boards_root

    board = board_of(boards_root(boards), protocol)
    edit_board.remove(board, name, reason)
    typer.echo(f"Removed {name} from {board.id}.", err=True)


@app.command()
def rescore(
    name: Name,
    protocol: ProtocolId,
    reason: Reason,
    boards: Boards = None,
    truth: Truths = None,
) -> None:
    """Score an entry again and accept the new score, with the reason in the log."""
    from mebench.leaderboard import edit_board
    from mebench.leaderboard.board_folder import board_of, boards_root
    from mebench.leaderboard.cli_output import parse_truths

    board = board_of(boards_root(boards), protocol)
    report = edit_board.rescore(board, name, parse_truths(truth or []), reason)
    typer.echo(f"Rescored {name}: {report.signature}", err=True)
