"""``mebench blind``."""

from pathlib import Path
from typing import Annotated

import typer

from mebench.cli import options
from mebench.cli.output import print_or_write


def blind(
    truth: Annotated[Path, typer.Argument(help="The truth.")],
    output: options.Output = None,
) -> None:
    """Take the answers out of a truth manifest, for organisers to hand out."""
    from mebench.evaluation.challenge_files import blind as take_out
    from mebench.util.atomic_write import to_json_text

    print_or_write(to_json_text(take_out(truth).to_json()), output)
