"""``mebench merge``."""

from pathlib import Path
from typing import Annotated

import typer

from mebench.cli import options
from mebench.cli.output import print_or_write


def merge(
    files: Annotated[list[Path], typer.Argument(help="Submissions of one or more folds each.")],
    output: options.Output = None,
) -> None:
    """Merge the submissions of single folds; all must have the same protocol and system."""
    from mebench.evaluation.challenge_files import merge as merge_submissions
    from mebench.util.atomic_write import to_json_text

    print_or_write(to_json_text(merge_submissions(files).to_json()), output)
