"""``mebench spot``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from mebench.cli.output import echo, echo_text

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("spot", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def spot(
    ctx: typer.Context,
    video: Annotated[Path, Argument(help="A video file, or a folder of frames.")],
    weights: Annotated[
        list[Path],
        Option(help="The folder of `run-baseline --final`, or one or two files of the authors."),
    ],
    baseline: Annotated[str, Option(help="The baseline that the weights belong to.")] = "mean",
    output: Annotated[Path, Option("-o", "--output", help="The submission to write.")] = Path(
        "preds.json"
    ),
    picture: Annotated[
        Path | None,
        Option(help="The picture: .png, .pdf or .svg; default: the output's name with .png."),
    ] = None,
    fps: Annotated[
        float | None,
        Option(min=0.1, max=1e6, help="Frames per second, if the file does not state it."),
    ] = None,
    one_per_video: Annotated[
        bool | None,
        Option(
            "--one-per-video/--several",
            help="Keep only the highest-scoring expression, or several; default: as in training.",
        ),
    ] = None,
    subject: Annotated[str, Option(help="The id of the subject.")] = "own",
    store: Annotated[Path | None, Option(help="The folder of the feature cache.")] = None,
) -> None:
    """Spot micro-expressions in your own video and recognize their emotions.

    The options of the baseline can be added, as in `mebench run-baseline`.
    """
    from mebench.diagnostics.formatting import as_text
    from mebench.plots.figure import picture_format
    from mebench.plots.score_curves import draw_curves
    from mebench.runner.registry import baseline_class
    from mebench.runner.run_config import options_from_arguments
    from mebench.runner.spot_video import UserVideo
    from mebench.runner.spot_video import spot as spot_video
    from mebench.util.atomic_write import make_folder, to_json_text, write_text

    kind = baseline_class(baseline)
    if not subject:
        raise typer.BadParameter("The id is empty.", param_hint="--subject")
    # Check that the output can be written before minutes of computing.
    if output.is_dir():
        raise typer.BadParameter("It is a folder; give the name of a file.", param_hint="--output")
    picture = picture if picture is not None else output.with_suffix(".png")
    picture_format(picture)
    if picture.resolve() == output.resolve():
        raise typer.BadParameter(
            "The picture and the submission have the same name; rename one of them.",
            param_hint="--picture",
        )
    for path in (output, picture):
        make_folder(path.parent)
    path = video.resolve()
    try:
        submission, spotted = spot_video(
            kind,
            options_from_arguments(kind, ctx.args),
            tuple(weights),
            UserVideo(video, subject, path.name if video.is_dir() else path.stem, fps),
            one_per_video=one_per_video,
            store=store,
            warn=lambda warning: echo(as_text([warning]), err=True),
        )
    except KeyboardInterrupt:
        echo("Stopped; no files were written.", err=True)
        raise typer.Exit(130) from None
    write_text(output, to_json_text(submission.to_json()), follow_links=True)
    draw_curves(os.path.realpath(picture), spotted.picture(submission.system.name))
    echo(f"Wrote {output} and {picture}.", err=True)
    echo_text(spotted.as_text())
