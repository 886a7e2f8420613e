"""``mebench template``."""

from typing import Annotated

import typer

from mebench.cli import options
from mebench.cli.output import deliver


def template(
    protocol: Annotated[str, typer.Option("--protocol", help="The protocol to answer.")],
    truth: options.Truth = None,
    output: options.Output = None,
) -> None:
    """Write an empty submission to fill in, with remarks that say what goes where.

    With --truth (a blind one does) every video in scope is listed; the synthetic ones always are.
    """
    from mebench.files import as_json
    from mebench.protocols import load_protocol
    from mebench.scoring.template import template as write

    deliver(as_json(write(load_protocol(protocol), truth)), output)
