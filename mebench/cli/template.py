"""``mebench template``."""

from typing import Annotated

import typer

from mebench.cli import options
from mebench.cli.output import print_or_write


def template(
    protocol: Annotated[str, typer.Option("--protocol", help="The protocol to answer.")],
    truth: options.Truth = None,
    output: options.Output = None,
) -> None:
    """Write an empty submission to fill in, with remarks that say what goes where.

    With --truth (a blind one does) every video in scope is listed; the synthetic ones always are.
    """
    from mebench.evaluation.challenge_files import template as write
    from mebench.protocols.loader import load_protocol
    from mebench.util.atomic_write import to_json_text

    print_or_write(to_json_text(write(load_protocol(protocol), truth)), output)
