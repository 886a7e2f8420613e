"""``mebench plot``: pictures of a score, and the curves of a run."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

from mebench.cli import options
from mebench.cli.completion import complete_metrics
from mebench.cli.output import echo, echo_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mebench.evaluation.scoring_options import ScoringOptions
    from mebench.plots.read_score import DrawnScore

app = options.command_group(
    "Draw pictures of a score, or the curves of a run.", no_args_is_help=True
)

Predictions = Annotated[Path, Argument(help="A prediction file, or the folder of a run.")]
Picture = Annotated[Path, Option("-o", "--output", help="The picture: .png, .pdf or .svg.")]
Format = Annotated[
    Literal["png", "pdf", "svg"], Option("--format", help="The format of the pictures.")
]
Videos = Annotated[
    list[str] | None,
    Option(metavar="SUBJECT/VIDEO", help="Draw only this video; repeatable; default: all."),
]


def _read(
    predictions: Path,
    output: Path,
    truth: Path | None,
    protocol: str | None,
    settings: "ScoringOptions",
    curves: Path | None = None,
) -> "DrawnScore":
    """Score predictions for a picture; print warnings about the score."""
    from mebench.diagnostics.formatting import as_text
    from mebench.plots.figure import picture_format
    from mebench.plots.read_score import read_score

    picture_format(output)
    score = read_score(predictions, truth, protocol, settings, curves)
    warnings = [finding for finding in score.findings.kept if finding.severity == "warning"]
    if warnings:
        echo_text(as_text(warnings, score.findings.omitted), err=True)
    return score


def _wrote(output: Path) -> None:
    echo(f"Wrote {output}.", err=True)


@app.command()
@options.takes_scoring_options()
def timeline(
    predictions: Predictions,
    output: Annotated[
        Path,
        Option("-o", "--output", help="The picture of all videos, or a folder: one per video."),
    ],
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
    curves: options.Curves = None,
    video: Videos = None,
    layout: Format = "png",
    *,
    settings: "ScoringOptions",
) -> None:
    """Draw truth and predictions of each video, colored by their outcome.

    Videos with only misses are drawn too. Outcomes are those of `mebench diagnose`.
    """
    from mebench.plots.run_videos import file_names
    from mebench.plots.scored import caption_of
    from mebench.plots.timeline import draw_timeline, draw_timelines, fitting_videos
    from mebench.plots.timelines_of_result import timelines
    from mebench.util.atomic_write import make_folder
    from mebench.util.text import pluralize

    is_folder = not output.suffix or output.is_dir()
    example = output / f"a.{layout}" if is_folder else output
    score = _read(predictions, example, truth, protocol, settings, curves)
    videos = timelines(score.result, score.curves, video or [])
    if is_folder:
        make_folder(output)
        for name, file in file_names(videos, layout).items():
            draw_timeline(output / file, videos[name], caption_of(score.result, name))
        echo(f"Wrote {pluralize(len(videos), 'picture')} into {output}.", err=True)
        return
    target = os.path.realpath(output)
    if len(videos) == 1:
        [(name, only)] = videos.items()
        draw_timeline(target, only, caption_of(score.result, name))
    else:
        drawn = fitting_videos(list(videos.values()))
        if len(drawn) < len(videos):
            echo(
                f"The picture has space for {len(drawn)} of {len(videos)} videos; choose some with "
                "--video, or pass a folder with -o.",
                err=True,
            )
        draw_timelines(target, drawn, caption_of(score.result))
    _wrote(output)


def _add_picture(name: str, help: str, draw: "Callable[[DrawnScore, str], None]") -> None:
    """Add a command that draws one picture of a score and has no options of its own."""

    @app.command(name, help=help)
    @options.takes_scoring_options()
    def command(
        predictions: Predictions,
        output: Picture,
        truth: options.Truth = None,
        protocol: options.ProtocolId = None,
        *,
        settings: "ScoringOptions",
    ) -> None:
        draw(_read(predictions, output, truth, protocol, settings), os.path.realpath(output))
        _wrote(output)


def _draw_precision_recall(score: "DrawnScore", path: str) -> None:
    from mebench.plots.precision_recall import draw_precision_recall, precision_recall
    from mebench.plots.scored import caption_of

    draw_precision_recall(path, precision_recall(score.result, caption_of(score.result)))


def _draw_f1_by_iou(score: "DrawnScore", path: str) -> None:
    from mebench.plots.f1_by_iou import draw_f1_by_iou, f1_by_iou
    from mebench.plots.scored import caption_of

    draw_f1_by_iou(path, f1_by_iou(score.result), caption_of(score.result))


def _draw_diagnosis(score: "DrawnScore", path: str) -> None:
    from mebench.diagnosis.diagnose import diagnose_result
    from mebench.plots.diagnosis_bars import draw_diagnosis
    from mebench.plots.scored import caption_of

    draw_diagnosis(path, diagnose_result(score.result, score.findings), caption_of(score.result))


def _draw_durations(score: "DrawnScore", path: str) -> None:
    from mebench.plots.durations import draw_durations, durations
    from mebench.plots.scored import caption_of

    draw_durations(path, durations(score.result), caption_of(score.result))


_add_picture(
    "pr",
    "Draw precision against recall at the ten IoU thresholds, with the AP of each.",
    _draw_precision_recall,
)
_add_picture(
    "f1-iou",
    "Draw F1, precision and recall against the IoU threshold of a hit.",
    _draw_f1_by_iou,
)


@app.command()
@options.takes_scoring_options()
def confusion(
    predictions: Annotated[
        Path, Argument(help="A prediction file, a report, or the folder of a run.")
    ],
    output: Picture,
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
    *,
    settings: "ScoringOptions",
) -> None:
    """Draw the confusion matrix: counts, with the share of each true class as color.

    A report is drawn as it is (`mebench score --format json`); predictions are scored.
    """
    from mebench.plots.confusion_matrix import (
        confusions_from_report,
        draw_confusions,
        read_confusions,
    )
    from mebench.plots.figure import picture_format
    from mebench.plots.read_score import is_report

    picture_format(output)
    if truth is None and (predictions.is_dir() or is_report(predictions)):
        matrices, caption = read_confusions(predictions)
    else:
        from mebench.evaluation.build_report import build_report
        from mebench.plots.scored import caption_of

        score = _read(predictions, output, truth, protocol, settings)
        report = build_report(score.result, score.findings, intervals=False)
        matrices = confusions_from_report(report, str(predictions))
        caption = caption_of(score.result)
    draw_confusions(os.path.realpath(output), matrices, caption)
    _wrote(output)


@app.command()
@options.takes_scoring_options()
def forest(
    predictions: Predictions,
    output: Picture,
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
    metric: Annotated[
        str | None,
        Option(
            help="The metric; default: spotting_f1, in recognition accuracy.",
            autocompletion=complete_metrics,
        ),
    ] = None,
    *,
    settings: "ScoringOptions",
) -> None:
    """Draw a metric of each subject, and of all subjects with its confidence interval."""
    from mebench.plots.forest import draw_forest
    from mebench.plots.forest import forest as forest_of
    from mebench.plots.scored import caption_of

    if metric is not None:
        settings = replace(settings, metrics=[metric])
    result = _read(predictions, output, truth, protocol, settings).result
    draw_forest(os.path.realpath(output), forest_of(result, caption_of(result), metric))
    _wrote(output)


_add_picture(
    "diagnosis",
    "Draw the errors by cause, and what correcting each cause alone would gain.",
    _draw_diagnosis,
)
_add_picture("durations", "Draw how long true and predicted expressions are.", _draw_durations)


@app.command()
def curves(
    run: Annotated[Path, Argument(help="The folder of a run of `mebench run-baseline`.")],
    output: Annotated[Path, Option("-o", "--output", help="The folder for the pictures.")],
    video: Videos = None,
    layout: Format = "png",
    truth: options.Truth = None,
) -> None:
    """Draw the scores of each video over its frames, with predicted and true expressions.

    The truth of the synthetic data sets comes with mebench; for other data sets pass --truth.
    """
    from mebench.plots.run_videos import file_names, read_run_videos
    from mebench.plots.score_curves import draw_curves
    from mebench.util.atomic_write import make_folder
    from mebench.util.text import pluralize

    videos = read_run_videos(run, truth)
    chosen = videos.select(video or [])
    if not videos.has_truth:
        echo("The truth is not available and not drawn; pass --truth FILE.", err=True)
    make_folder(output)
    for name, file in file_names(videos.videos, layout).items():
        if name in chosen:
            draw_curves(output / file, chosen[name])
    echo(f"Wrote {pluralize(len(chosen), 'picture')} into {output}.", err=True)
