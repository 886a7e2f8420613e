"""``mebench challenge``: everything that the organizers of a challenge need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from mebench.cli import options
from mebench.cli.output import echo, echo_text

if TYPE_CHECKING:
    from mebench.challenge.organizer_folder import OrganizerFolder

app = options.command_group(
    "Prepare a challenge: rules, template, blind truth, a board and a Codabench bundle.",
    no_args_is_help=True,
)


@app.command()
def init(
    folder: Annotated[Path, Argument(metavar="DIR", help="A new or empty folder.")],
    protocol: options.RequiredProtocol,
    start: Annotated[str, Option(metavar="DATE", help="The first day or moment.")],
    end: Annotated[str, Option(metavar="DATE", help="The last day or moment: the deadline.")],
    truth: options.Truth = None,
    title: Annotated[str | None, Option(help="The title; default: that of the protocol.")] = None,
    organizer: Annotated[str | None, Option(help="Who organizes the challenge.")] = None,
    contact: Annotated[str | None, Option(help="The e-mail address for questions.")] = None,
    image: Annotated[
        str | None, Option(help="The Docker image in which Codabench will score.")
    ] = None,
) -> None:
    """Write the folder of a challenge, with a file challenge.toml to edit.

    The complete truth is kept in the folder `secret`; without --truth it is the one that comes with
    mebench. A date is the complete day in UTC.
    """
    from mebench.challenge.organizer_folder import write_challenge

    opened = write_challenge(
        folder,
        protocol,
        truth,
        start=start,
        end=end,
        title=title,
        organizer=organizer,
        contact=contact,
        image=image,
    )
    _warn(opened)
    echo(f"Wrote {folder}; {folder / 'README.md'} describes the next steps.", err=True)


@app.command()
def pack(
    folder: Annotated[Path, Argument(metavar="DIR", help="The folder that `init` wrote.")],
    output: Annotated[
        Path | None, Option("-o", "--output", help="The bundle; default: DIR/secret/codabench.zip.")
    ] = None,
) -> None:
    """Check the folder of a challenge, update it, and write the Codabench bundle.

    The rules, the template, the blind truth and the settings of the board are computed again. The
    bundle contains the complete truth, as reference data that only the scoring program sees.
    """
    from mebench.challenge.bundle import pack_challenge

    opened, path = pack_challenge(folder, output)
    _warn(opened)
    echo(f"Wrote {path}, which contains the truth: upload it, but do not publish it.", err=True)


def _warn(opened: OrganizerFolder) -> None:
    from mebench.diagnostics.formatting import as_text

    if opened.warnings:
        echo_text(as_text(opened.warnings), err=True)
