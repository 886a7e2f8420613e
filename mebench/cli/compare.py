"""``mebench compare``."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer import Argument, Option

from mebench.cli import options
from mebench.cli.completion import complete_metric_lists
from mebench.cli.output import echo, print_or_write
from mebench.util.terminal import stdout_width

if TYPE_CHECKING:
    from mebench.evaluation.scoring_options import ScoringOptions


@options.takes_scoring_options()
def compare(
    predictions: Annotated[list[Path], Argument(help="Prediction files of at least two systems.")],
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
    layout: Annotated[
        Literal["table", "json", "markdown", "csv", "latex"],
        Option("--format", help="The output format."),
    ] = "table",
    output: options.Output = None,
    metric: Annotated[
        list[str] | None,
        Option(
            "--metric",
            "--metrics",
            help="The metrics to compare, also those of installed packages.",
            metavar="ID,...",
            autocompletion=complete_metric_lists,
        ),
    ] = None,
    group: Annotated[
        str | None, Option(help="Compare a kind, overall, or a data set of the protocol.")
    ] = None,
    baseline: Annotated[
        Path | None,
        Option(help="Compare the others with this file only; default: all pairs.", metavar="FILE"),
    ] = None,
    seed: Annotated[int, Option(min=0, help="The seed of the random swaps.")] = 0,
    plot: Annotated[
        Path | None, Option(help="Also draw a picture: .png, .pdf or .svg.", metavar="FILE")
    ] = None,
    *,
    settings: "ScoringOptions",
) -> None:
    """Compare systems: whether a difference is more than chance, and which one could be found.

    The unit is the subject. All systems must be scored by the same rules on the same truth. With
    more than two, all pairs are compared and p values are corrected.

    Exit status: 0 compared, 1 errors in a file or different rules, 2 invalid command.
    """
    if len(predictions) < 2:
        raise typer.BadParameter("Pass at least two prediction files.", param_hint="PREDICTIONS")
    if baseline is not None and baseline not in predictions:
        raise typer.BadParameter(
            f"{str(baseline)!r} is not one of the prediction files.", param_hint="--baseline"
        )
    from mebench.evaluation.compare_systems import compare_with_options
    from mebench.tables.comparison_tables import finding_lines, render_comparison

    if plot is not None:
        from mebench.plots.figure import picture_format

        picture_format(plot)
    settings = replace(
        settings, metrics=[name.strip() for text in metric or () for name in text.split(",")]
    )
    comparison = compare_with_options(
        predictions,
        truth,
        protocol,
        settings,
        metrics=settings.metric_ids or None,
        group=group,
        baseline=None if baseline is None else predictions.index(baseline),
        seed=seed,
    )
    print_or_write(render_comparison(comparison, layout, width=stdout_width()), output)
    if layout != "table" or output is not None:
        for line in finding_lines(comparison):
            echo(line, err=True)
    if plot is not None:
        from mebench.plots.critical_difference import draw_comparison

        draw_comparison(plot, comparison)
        echo(f"Wrote {plot}.", err=True)
