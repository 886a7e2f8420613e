"""``mebench schema``."""

from typing import Annotated

import typer

from mebench.cli.output import print_or_write


def schema(
    name: Annotated[
        str | None, typer.Argument(help="submission, truth, protocol, published or report.")
    ] = None,
) -> None:
    """Print a record's JSON Schema; without a name, list them."""
    from mebench.diagnostics import UsageError
    from mebench.models.schemas import SCHEMAS, schema_of
    from mebench.util.atomic_write import to_json_text
    from mebench.util.text import did_you_mean

    if name is None:
        print_or_write("\n".join(SCHEMAS), None)
        return
    newest = {one.rpartition("-")[0]: one for one in sorted(SCHEMAS)}
    found = newest.get(name, name)
    if found not in SCHEMAS:
        known = [*newest, *SCHEMAS]
        raise UsageError.of(
            "unknown-schema",
            f"There is no schema {name!r}.{did_you_mean(name, known)}",
            f"There are {', '.join(newest)}.",
        )
    print_or_write(to_json_text(schema_of(found)), None)
