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
    from mebench.files import to_json_text
    from mebench.scoring.merge import merge as put_together

    print_or_write(to_json_text(put_together(files).to_json()), output)
