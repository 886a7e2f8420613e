"""``mebench demo``."""

from pathlib import Path
from typing import Annotated

import typer

from mebench.cli.output import print_or_write, should_use_bold


def demo(
    write: Annotated[
        Path | None,
        typer.Option("--write", help="Write the files of the example into this folder instead."),
    ] = None,
) -> None:
    """Score a small example that comes with mebench, or write its files for you to edit."""
    from mebench.evaluation.score import score
    from mebench.tables.rendering import report_as_text
    from mebench.util.atomic_write import make_folder, write_text
    from mebench.util.terminal import stdout_width

    files = Path(__file__).parent.parent / "demo"
    if write is None:
        report = score(files / "predictions.json", files / "truth.json", files / "protocol.toml")
        print_or_write(
            report_as_text(report, bold=should_use_bold(None), width=stdout_width()), None
        )
        return
    make_folder(write)
    for path in sorted(files.iterdir()):
        write_text(write / path.name, path.read_text(encoding="utf-8"))
    typer.echo(
        f"mebench score {write}/predictions.json --truth {write}/truth.json "
        f"--protocol {write}/protocol.toml"
    )
