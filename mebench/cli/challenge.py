"""Files of a challenge: ``mebench template``, ``mebench merge`` and ``mebench blind``."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from mebench.cli import options
from mebench.cli.output import print_or_write
from mebench.util.atomic_write import to_json_text


def template(
    protocol: Annotated[str, Option("--protocol", help="The protocol of the submission.")],
    truth: options.Truth = None,
    output: options.Output = None,
) -> None:
    """Write an empty submission to fill in, with comments that explain its fields.

    With --truth (a blind one is enough) it lists every video in scope; for synthetic data sets it
    always does.
    """
    from mebench.evaluation import challenge_files
    from mebench.protocols.loader import load_protocol

    content = challenge_files.template(load_protocol(protocol), truth)
    print_or_write(to_json_text(content), output)


def merge(
    files: Annotated[list[Path], Argument(help="Submissions of one or more folds each.")],
    output: options.Output = None,
) -> None:
    """Merge the submissions of single folds; all must have the same protocol and system."""
    from mebench.evaluation import challenge_files

    print_or_write(to_json_text(challenge_files.merge(files).to_json()), output)


def blind(
    truth: Annotated[Path, Argument(help="The truth file.")], output: options.Output = None
) -> None:
    """Remove the labels from a truth file, so that organizers of a challenge can publish it."""
    from mebench.evaluation import challenge_files

    print_or_write(to_json_text(challenge_files.blind(truth).to_json()), output)
