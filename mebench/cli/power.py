"""``mebench power``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

from mebench.cli import options
from mebench.cli.output import echo, print_or_write
from mebench.util.terminal import stdout_width

if TYPE_CHECKING:
    from mebench.evaluation.scoring_options import ScoringOptions


@options.takes_scoring_options()
def power(
    predictions: Annotated[
        Path | None,
        Argument(help="Predictions with typical errors; default: a documented profile."),
    ] = None,
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
    difference: Annotated[
        list[float] | None,
        Option(help="What would show this difference? Repeatable; default: 0.05 and 0.1."),
    ] = None,
    shared_difficulty: Annotated[
        float,
        Option(
            min=0.0,
            max=1.0,
            help="1: both systems find the same subjects difficult; 0: independent.",
            metavar="R",
        ),
    ] = 1.0,
    trials: Annotated[
        int, Option(min=100, max=100_000, help="Simulated comparisons per difference.")
    ] = 1000,
    seed: Annotated[int, Option(min=0, help="The seed of the simulation.")] = 0,
    layout: Annotated[
        Literal["table", "json", "markdown", "csv", "latex"],
        Option("--format", help="The output format."),
    ] = "table",
    output: options.Output = None,
    plot: Annotated[
        Path | None, Option(help="Also draw a picture: .png, .pdf or .svg.", metavar="FILE")
    ] = None,
    *,
    settings: "ScoringOptions",
) -> None:
    """Show which differences between two systems a data set can show, by simulation.

    The result is the smallest difference that a comparison on this truth finds in four of five
    cases, and how many subjects or expressions would find a given one.

    Exit status: 0 estimated, 1 errors in a file, 2 invalid command.
    """
    from mebench.evaluation.estimate_power import DIFFERENCES, estimate_power
    from mebench.tables.comparison_tables import finding_lines
    from mebench.tables.power_tables import render_power

    if plot is not None:
        from mebench.plots.figure import picture_format

        picture_format(plot)
    analysis = estimate_power(
        predictions,
        truth,
        protocol,
        settings,
        differences=difference or DIFFERENCES,
        shared_difficulty=shared_difficulty,
        trials=trials,
        seed=seed,
    )
    print_or_write(render_power(analysis, layout, width=stdout_width()), output)
    if layout != "table" or output is not None:
        for line in finding_lines(analysis):
            echo(line, err=True)
    if plot is not None:
        from mebench.plots.power_curves import draw_power

        draw_power(plot, analysis)
        echo(f"Wrote {plot}.", err=True)
