"""``mebench inspect``: what a file looks like, and a mapping to read it with."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from mebench.cli import options
from mebench.cli.output import echo, echo_text

if TYPE_CHECKING:
    from mebench.evaluation.scoring_options import ScoringOptions


@options.takes_scoring_options(*options.SCORING_OPTIONS)
def inspect(
    file: Annotated[Path, Argument(help="A table of any kind, a zip, or a workbook.")],
    protocol: options.ProtocolId = None,
    truth: Annotated[
        Path | None, Option("--truth", help="The truth, for the command that is printed.")
    ] = None,
    output: Annotated[
        Path | None, Option("-o", "--output", help="Write the mapping to this file.")
    ] = None,
    *,
    settings: "ScoringOptions",
) -> None:
    """Show what a file looks like, how it is read, and a mapping for `score --mapping`.

    With --protocol, labels are compared with its classes.
    """
    from mebench.diagnostics import Findings, formatting
    from mebench.evaluation.inspection import inspect as inspect_file
    from mebench.formats.mapping_file import to_toml
    from mebench.formats.packed_files import read_sources
    from mebench.protocols.loader import load_protocol
    from mebench.tables.grid import Grid
    from mebench.util.atomic_write import write_text

    rules = None if protocol is None else load_protocol(protocol)
    findings = Findings()
    for source in read_sources(file, findings, settings.mapping):
        found = inspect_file(source, settings.mapping, rules)
        echo(f"{source.name}: {found.title}")
        rows: list[list[str | None]] = [
            [one.name, one.examples, one.field or "–"] for one in found.columns
        ]
        if rows:
            echo_text("\n".join(Grid(["column", "values", "read as"], "lll", rows).as_text()))
        for fact in found.facts:
            echo(f"  {fact}")
        if found.findings:
            echo_text(formatting.as_text(found.findings))
        use = ["mebench", "score", str(file)]
        if found.mapping is not None:
            text = to_toml(found.mapping, found.comments)
            if output is None:
                for line in ("", "Mapping (-o FILE writes it):", "", *text.split("\n")):
                    echo(line)
            else:
                write_text(output, text)
                echo(f"Wrote {output}.")
            use += ["--mapping", str(output or "MAPPING.toml")]
        else:
            for comment in found.comments:
                echo(comment)
        if found.facts:
            use += ["--truth", str(truth or "TRUTH"), "--protocol", protocol or "ID"]
            echo(f"To score: {shlex.join(use)}")
