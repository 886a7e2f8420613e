"""``mebench blind``."""

from pathlib import Path
from typing import Annotated

import typer

from mebench.cli import options
from mebench.cli.output import print_or_write


def blind(
    truth: Annotated[Path, typer.Argument(help="The truth file.")],
    output: options.Output = None,
) -> None:
    """Remove the labels from a truth file, so that organizers of a challenge can publish it."""
    from mebench.evaluation.challenge_files import blind as remove_labels
    from mebench.util.atomic_write import to_json_text

    print_or_write(to_json_text(remove_labels(truth).to_json()), output)
