"""``mebench score``."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from mebench.cli import options
from mebench.cli.output import print_or_write, should_use_bold
from mebench.util.terminal import stdout_width

Format = Literal["table", "json", "markdown", "csv", "latex"]


def score(
    predictions: Annotated[list[Path], typer.Argument(help="Prediction files.")],
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
    layout: Annotated[Format, typer.Option("--format", help="The output format.")] = "table",
    output: options.Output = None,
    by: Annotated[
        Literal["subject", "video", "dataset"] | None,
        typer.Option("--by", help="Also show the scores per subject, video or data set."),
    ] = None,
    sort: Annotated[
        str | None, typer.Option("--sort", help="With several files: rank by this metric.")
    ] = None,
    clip: options.Clip = False,
    outside_as: options.OutsideAs = None,
    kind: options.KindOption = None,
    score_threshold: options.ScoreThreshold = None,
    first_frame: options.FirstFrame = None,
    truth_first_frame: options.TruthFirstFrame = None,
    log_order: options.LogOrder = None,
) -> None:
    """Score predictions against the truth, with a signature that states how.

    Predictions can be a mebench submission (JSON), a CSV, or a log of the MEGC challenges; the
    result states which format was detected.
    """
    settings = options.collect_options(
        clip=clip,
        outside_as=outside_as,
        kind=kind,
        score_threshold=score_threshold,
        first_frame=first_frame,
        truth_first_frame=truth_first_frame,
        log_order=log_order,
    )
    if len(predictions) > 1:
        if by is not None:
            raise typer.BadParameter("--by works with a single prediction file.", param_hint="--by")
        from mebench.evaluation.rank_systems import rank_systems
        from mebench.tables.rendering import render_reports

        reports, metric = rank_systems(predictions, truth, protocol, settings, sort=sort)
        print_or_write(render_reports(reports, layout, metric, width=stdout_width()), output)
        return
    if sort is not None:
        raise typer.BadParameter("--sort needs several prediction files.", param_hint="--sort")
    from mebench.evaluation.score import score_with_options
    from mebench.tables.rendering import render_report

    report = score_with_options(predictions[0], truth, protocol, settings, by=by)
    text = render_report(report, layout, bold=should_use_bold(output), width=stdout_width())
    print_or_write(text, output)
