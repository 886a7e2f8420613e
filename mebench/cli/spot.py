"""``mebench spot``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer import Argument, Option

from mebench.cli.completion import complete_baselines
from mebench.cli.groups import option_names
from mebench.cli.options import FeatureStore
from mebench.cli.output import echo, echo_text

if TYPE_CHECKING:
    from mebench.runner.user_videos import UserVideo

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("spot", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def spot(
    ctx: typer.Context,
    videos: Annotated[
        list[str],
        Argument(
            metavar="VIDEO...",
            help="Video files, folders of frames, or folders with several of these.",
        ),
    ],
    weights: Annotated[
        list[Path],
        Option(help="The folder of `run-baseline --final`, or one or two files of the authors."),
    ],
    baseline: Annotated[
        str,
        Option(help="The baseline that the weights belong to.", autocompletion=complete_baselines),
    ] = "mean",
    output: Annotated[
        Path, Option("-o", "--output", help="The prediction file: .csv, or else JSON.")
    ] = Path("preds.json"),
    picture: Annotated[
        Path | None,
        Option(
            help="The picture: .png, .pdf or .svg; default: the output's name with .png. With "
            "several videos, a folder for a picture of each; default: no pictures."
        ),
    ] = None,
    fps: Annotated[
        float | None,
        Option(min=0.1, max=1e6, help="Frames per second, if the files do not state it."),
    ] = None,
    one_per_video: Annotated[
        bool | None,
        Option(
            "--one-per-video/--several",
            help="Keep only the highest-scoring expression, or several; default: as in training.",
        ),
    ] = None,
    subject: Annotated[
        str | None,
        Option(help="The id of the subject; default: own, or the name of an inner folder."),
    ] = None,
    store: FeatureStore = None,
    layout: Annotated[
        Literal["table", "json"], Option("--format", help="The format of the summary.")
    ] = "table",
) -> None:
    """Spot micro-expressions in your own videos and recognize their emotions.

    A folder with numbered images is one video; of any other folder, each video file and each
    folder of frames in it is one. Videos with errors are named, and do not stop the others.

    The options of the baseline can be added, as in `mebench run-baseline`.

    Exit status: 0 no errors, 1 errors in a video, 2 invalid command, 130 stopped with Ctrl-C.
    """
    from mebench.diagnostics import Diagnostic
    from mebench.diagnostics.formatting import as_text
    from mebench.runner.registry import baseline_class
    from mebench.runner.run_config import options_from_arguments
    from mebench.runner.spot_video import errors_of
    from mebench.runner.spot_video import spot as spot_videos
    from mebench.runner.spotted_videos import (
        SpottedVideo,
        spotted_csv,
        summary_json,
        summary_text,
    )
    from mebench.runner.user_videos import find_user_videos, is_one_video
    from mebench.util.atomic_write import make_folder, to_json_text, write_text
    from mebench.util.terminal import stdout_width
    from mebench.util.text import pluralize

    kind = baseline_class(baseline)
    names: list[str] = []
    options = options_from_arguments(kind, videos, option_names(ctx), names)
    if not names:
        raise typer.BadParameter("Name a video.", param_hint="VIDEO")
    if subject == "":
        raise typer.BadParameter("The id is empty.", param_hint="--subject")
    paths = [Path(name) for name in names]
    is_single = len(paths) == 1 and is_one_video(paths[0])
    found = find_user_videos(paths, subject=subject, fps=fps)
    # Check that everything can be written before minutes of computing.
    if output.is_dir():
        raise typer.BadParameter("It is a folder; give the name of a file.", param_hint="--output")
    make_folder(output.parent)
    is_csv = output.suffix.lower() == ".csv"
    if is_csv:  # ids that a CSV cannot contain
        spotted_csv([one.ids() | {"intervals": []} for one in found])
    files = _picture_files(found, output, picture, is_single)
    drawn: list[UserVideo] = []

    def draw(video: UserVideo, spotted: SpottedVideo) -> None:
        from mebench.plots.score_curves import draw_curves

        draw_curves(os.path.realpath(files[video]), spotted.picture(kind.name))
        drawn.append(video)

    warnings: list[Diagnostic] = []
    try:
        result = spot_videos(
            kind,
            options,
            tuple(weights),
            found,
            one_per_video=one_per_video,
            store=store,
            thumbnails=bool(files),
            warn=warnings.append,
            keep=draw if files and not is_single else None,
        )
    except KeyboardInterrupt:
        some = f" {pluralize(len(drawn), 'picture')} in {picture}." if drawn else ""
        echo(f"Stopped; no prediction file was written.{some}", err=True)
        raise typer.Exit(130) from None
    finally:
        if warnings:
            echo_text(as_text(warnings), err=True)
    submission, spotted, failed = result
    document = submission.to_json()
    text = spotted_csv(document["videos"]) if is_csv else to_json_text(document)
    write_text(output, text, follow_links=True)
    wrote = [str(output)]
    if is_single:
        draw(found[0], spotted[found[0]])
        wrote.append(str(files[found[0]]))
    elif drawn:
        wrote.append(f"{pluralize(len(drawn), 'picture')} in {picture}")
    echo(f"Wrote {' and '.join(wrote)}.", err=True)
    if layout == "json":
        echo_text(to_json_text(summary_json(found, spotted, failed)))
    elif is_single:
        echo_text(spotted[found[0]].as_text())
    else:
        echo_text(summary_text(found, spotted, failed, stdout_width()))
    if failed:
        errors = errors_of(failed)
        echo_text(as_text(errors.diagnostics, errors.omitted), err=True)
        echo(f"{len(failed)} of {pluralize(len(found), 'video')} not spotted.", err=True)
        raise typer.Exit(1)


def _picture_files(
    videos: Sequence[UserVideo], output: Path, picture: Path | None, is_single: bool
) -> dict[UserVideo, Path]:
    """Return the picture of each video, if there shall be any, after checking the paths."""
    from mebench.plots.figure import picture_format
    from mebench.plots.run_videos import file_names
    from mebench.util.atomic_write import make_folder

    if is_single:
        file = picture if picture is not None else output.with_suffix(".png")
        picture_format(file)
        if file.resolve() == output.resolve():
            raise typer.BadParameter(
                "The picture and the prediction file have the same name; rename one of them.",
                param_hint="--picture",
            )
        make_folder(file.parent)
        return {videos[0]: file}
    if picture is None:
        return {}
    if picture.suffix and not picture.is_dir():
        raise typer.BadParameter("With several videos, name a folder.", param_hint="--picture")
    picture_format("a.png")  # reports a missing package
    make_folder(picture)
    names = {f"{video.subject}/{video.video}": video for video in videos}
    return {names[name]: picture / file for name, file in file_names(names, "png").items()}
