"""``mebench merge``."""

from pathlib import Path
from typing import Annotated

import typer

from mebench.cli import options
from mebench.cli.output import print_or_write


def merge(
    files: Annotated[list[Path], typer.Argument(help="Native submissions, a fold or more each.")],
    output: options.Output = None,
) -> None:
    """Put the submissions of single folds together; they must agree on protocol and system."""
    from mebench.evaluation.challenge_files import merge as put_together
    from mebench.util.atomic_write import to_json_text

    print_or_write(to_json_text(put_together(files).to_json()), output)
