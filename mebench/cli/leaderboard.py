"""``mebench leaderboard``."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Build leaderboards; add, remove or score anew an entry.",
)

Boards = Annotated[
    Path | None,
    typer.Option("--boards", metavar="DIR", help="The folder of boards; else ./leaderboards."),
]
Truths = Annotated[
    list[str] | None,
    typer.Option("--truth", metavar="PROTOCOL=FILE", help="The truth of a board; repeatable."),
]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the log.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The entry's name.")]
ProtocolId = Annotated[str, typer.Option("--protocol", help="The board's protocol.")]


@app.command()
def build(
    protocol: Annotated[
        list[str] | None, typer.Argument(metavar="[PROTOCOL]", help="Only these boards.")
    ] = None,
    boards: Boards = None,
    truth: Truths = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write the tables there instead.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a table is out of date.")
    ] = False,
) -> None:
    """Score every submission again where its truth is at hand, and write all tables and the page.

    Exit status: 0 fine, 1 entries that are refused or tables out of date, 2 cannot be carried out.
    """
    from mebench.leaderboard.board_folder import all_boards, board_of, boards_root
    from mebench.leaderboard.cli_output import build_and_report, parse_truths

    root = boards_root(boards)
    chosen = [board_of(root, one) for one in protocol] if protocol else all_boards(root)
    good = build_and_report(
        chosen,
        parse_truths(truth or []),
        output or root,
        with_index=not protocol,
        check=check,
        say=lambda text: typer.echo(text, err=True),
    )
    raise typer.Exit(0 if good else 1)


@app.command()
def add(
    predictions: Annotated[Path, typer.Argument(help="A submission in mebench's own format.")],
    boards: Boards = None,
    truth: Truths = None,
    name: Annotated[
        str | None, typer.Option("--name", help="The entry's name, for its files.")
    ] = None,
    method: Annotated[
        str | None, typer.Option("--method", help="As tables show it; else what the file says.")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", min=1990, max=2100, help="Of it.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="Where it is described; else what the file says.")
    ] = None,
    caveat: Annotated[
        list[str] | None, typer.Option("--caveat", help="What a reader has to know; repeatable.")
    ] = None,
    reason: Reason = "submitted",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show where it would stand, and write nothing.")
    ] = False,
) -> None:
    """Score a submission, show where it stands, and put it on its board."""
    from mebench.leaderboard import edit
    from mebench.leaderboard.board_folder import boards_root
    from mebench.leaderboard.cli_output import describe_preview, parse_truths
    from mebench.leaderboard.entry_preview import preview_entry

    one = preview_entry(
        boards_root(boards),
        predictions,
        parse_truths(truth or []),
        name=name,
        method=method,
        year=year,
        source=source,
        caveats=caveat or [],
    )
    typer.echo(describe_preview(one))
    if dry_run:
        typer.echo("Nothing was written.", err=True)
        return
    edit.add(one, reason)
    typer.echo(
        f"Added {one.entry.name} to {one.board.id}; `mebench leaderboard build` writes the tables.",
        err=True,
    )


@app.command()
def remove(name: Name, protocol: ProtocolId, reason: Reason, boards: Boards = None) -> None:
    """Take an entry off its board."""
    from mebench.leaderboard import edit
    from mebench.leaderboard.board_folder import board_of, boards_root

    board = board_of(boards_root(boards), protocol)
    edit.remove(board, name, reason)
    typer.echo(f"Removed {name} from {board.id}.", err=True)


@app.command()
def rescore(
    name: Name,
    protocol: ProtocolId,
    reason: Reason,
    boards: Boards = None,
    truth: Truths = None,
) -> None:
    """Score an entry anew and keep what comes out, with the reason in the log."""
    from mebench.leaderboard import edit
    from mebench.leaderboard.board_folder import board_of, boards_root
    from mebench.leaderboard.cli_output import parse_truths

    board = board_of(boards_root(boards), protocol)
    report = edit.rescore(board, name, parse_truths(truth or []), reason)
    typer.echo(f"Scored {name} anew: {report.signature}", err=True)
