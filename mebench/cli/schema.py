"""``mebench schema``."""

from typing import Annotated

import typer

from mebench.cli.output import print_or_write


def schema(
    name: Annotated[
        str | None, typer.Argument(help="submission, truth, protocol, published or report.")
    ] = None,
) -> None:
    """Print a JSON Schema; without a name, list all."""
    from mebench.diagnostics import UsageError
    from mebench.models.schemas import SCHEMAS, schema_of
    from mebench.util.atomic_write import to_json_text
    from mebench.util.text import did_you_mean

    if name is None:
        print_or_write("\n".join(SCHEMAS), None)
        return
    newest = {versioned.rpartition("-")[0]: versioned for versioned in sorted(SCHEMAS)}
    full_name = newest.get(name, name)
    if full_name not in SCHEMAS:
        known = [*newest, *SCHEMAS]
        raise UsageError.of(
            "unknown-schema",
            f"There is no schema {name!r}.{did_you_mean(name, known)}",
            f"The schemas are {', '.join(newest)}.",
        )
    print_or_write(to_json_text(schema_of(full_name)), None)
