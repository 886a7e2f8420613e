"""``mebench template``."""

from typing import Annotated

import typer

from mebench.cli import options
from mebench.cli.output import print_or_write


def template(
    protocol: Annotated[str, typer.Option("--protocol", help="The protocol of the submission.")],
    truth: options.Truth = None,
    output: options.Output = None,
) -> None:
    """Write an empty submission to fill in, with comments that explain its fields.

    With --truth (a blind one is enough) it lists every video in scope; for synthetic data sets it
    always does.
    """
    from mebench.evaluation.challenge_files import template as make_template
    from mebench.protocols.loader import load_protocol
    from mebench.util.atomic_write import to_json_text

    print_or_write(to_json_text(make_template(load_protocol(protocol), truth)), output)
