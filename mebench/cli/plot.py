"""``mebench plot``."""

import os
from pathlib import Path
from typing import Annotated, Literal

from typer import Argument, Option

from mebench.cli import options
from mebench.cli.output import echo

app = options.command_group("Draw a confusion matrix or the curves of a run.", no_args_is_help=True)


@app.command()
def confusion(
    report: Annotated[
        Path, Argument(help="A report (`mebench score --format json`), or the folder of a run.")
    ],
    output: Annotated[Path, Option("-o", "--output", help="The picture: .png, .pdf or .svg.")],
) -> None:
    """Draw the confusion matrix: counts, with the share of each true class as color."""
    from mebench.plots.confusion_matrix import draw_confusions, read_confusions
    from mebench.plots.figure import picture_format

    picture_format(output)
    draw_confusions(os.path.realpath(output), read_confusions(report))
    echo(f"Wrote {output}.", err=True)


@app.command()
def curves(
    run: Annotated[Path, Argument(help="The folder of a run of `mebench run-baseline`.")],
    output: Annotated[Path, Option("-o", "--output", help="The folder for the pictures.")],
    video: Annotated[
        list[str] | None,
        Option(metavar="SUBJECT/VIDEO", help="Draw only this video; repeatable; default: all."),
    ] = None,
    layout: Annotated[
        Literal["png", "pdf", "svg"], Option("--format", help="The format of the pictures.")
    ] = "png",
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
