"""What comes with mebench: its schemas, test vectors and example."""

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer
from typer import Argument, Option

from mebench.cli.completion import complete_schemas
from mebench.cli.output import echo, echo_text, print_or_write, should_use_bold
from mebench.util.atomic_write import make_folder, to_json_text, write_text
from mebench.util.terminal import stdout_width
from mebench.util.text import did_you_mean


def schema(
    name: Annotated[
        str | None,
        Argument(
            help="submission, truth, protocol, published or report.",
            autocompletion=complete_schemas,
        ),
    ] = None,
) -> None:
    """Print a JSON Schema; without a name, list all."""
    from mebench.diagnostics import UsageError
    from mebench.models.schemas import SCHEMAS, schema_of

    if name is None:
        echo_text("\n".join(SCHEMAS))
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


def conformance(
    folder: Annotated[
        Path | None, Argument(help="A folder of test vectors; default: those of the standard.")
    ] = None,
) -> None:
    """Run the standard's test vectors on this installation; exit status 1 if any fails."""
    from mebench.evaluation.conformance import list_vectors, run_vector

    paths = list_vectors(folder)
    if not paths:
        raise typer.BadParameter(
            "The folder contains no test vectors (*.json).", param_hint="FOLDER"
        )
    outcomes = [run_vector(path) for path in paths]
    for outcome in outcomes:
        for difference in outcome.differences:
            echo(f"{outcome.name} ({outcome.title}): {difference}")
    failed = sum(bool(outcome.differences) for outcome in outcomes)
    echo(f"{len(outcomes) - failed} of {len(outcomes)} vectors passed.")
    raise typer.Exit(1 if failed else 0)


def demo(
    write: Annotated[
        Path | None, Option(help="Write the files of the example into this folder instead.")
    ] = None,
) -> None:
    """Score a small example that comes with mebench, or write its files for you to edit."""
    from mebench import score
    from mebench.tables.rendering import report_as_text

    files = Path(__file__).parent.parent / "demo"
    if write is None:
        report = score(files / "predictions.json", files / "truth.json", files / "protocol.toml")
        bold, width = should_use_bold(None), stdout_width()
        print_or_write(report_as_text(report, bold=bold, width=width), None)
        return
    make_folder(write)
    for path in sorted(files.iterdir()):
        write_text(write / path.name, path.read_text(encoding="utf-8"))
    echo(
        f"mebench score {quote(f'{write}/predictions.json')} "
        f"--truth {quote(f'{write}/truth.json')} --protocol {quote(f'{write}/protocol.toml')}"
    )
