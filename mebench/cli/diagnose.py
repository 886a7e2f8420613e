"""``mebench diagnose``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

from mebench.cli import options
from mebench.cli.output import print_or_write, should_use_bold
from mebench.util.terminal import stdout_width

if TYPE_CHECKING:
    from mebench.evaluation.scoring_options import ScoringOptions


@options.takes_scoring_options()
def diagnose(
    predictions: Annotated[Path, Argument(help="The prediction file.")],
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
    layout: Annotated[
        Literal["table", "json", "markdown", "csv", "latex"],
        Option("--format", help="The output format."),
    ] = "table",
    output: options.Output = None,
    by: Annotated[
        Literal["subject", "kind", "class", "duration"] | None,
        Option(help="Also show the errors by subject, kind, class or duration."),
    ] = None,
    errors: Annotated[bool, Option("--errors", help="Also list every error.")] = False,
    curves: options.Curves = None,
    *,
    settings: "ScoringOptions",
) -> None:
    """Explain the errors: one cause per error, and what each cause costs.

    In Markdown, LaTeX and CSV, --by and --errors replace the table of causes; JSON has everything.
    With --curves, each listed error has the highest score per frame within its interval.
    """
    from mebench.diagnosis.diagnose import diagnose_with_options
    from mebench.tables.diagnosis_tables import render_diagnosis

    diagnosis = diagnose_with_options(predictions, truth, protocol, settings, curves)
    bold, width = should_use_bold(output), stdout_width()
    text = render_diagnosis(diagnosis, layout, by=by, errors=errors, bold=bold, width=width)
    print_or_write(text, output)
