"""``mebench spot``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("spot", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def spot(
    ctx: typer.Context,
    video: Annotated[Path, typer.Argument(help="A video file, or a folder of frames.")],
    weights: Annotated[
        list[Path],
        typer.Option(
            "--weights",
            help="The folder that `run-baseline --final` made; or the authors' files, one or two.",
        ),
    ],
    baseline: Annotated[str, typer.Option("--baseline", help="Whose weights they are.")] = "mean",
    output: Annotated[Path, typer.Option("-o", "--output", help="The submission to write.")] = Path(
        "preds.json"
    ),
    picture: Annotated[
        Path | None,
        typer.Option("--picture", help="PNG, PDF or SVG; by default the output's name with .png."),
    ] = None,
    fps: Annotated[
        float | None,
        typer.Option(
            "--fps", min=0.1, max=1e6, help="Frames a second, where the file does not say."
        ),
    ] = None,
    one_per_video: Annotated[
        bool | None,
        typer.Option(
            "--one-per-video/--several",
            help="Whether only the surest expression counts; by default as in training.",
        ),
    ] = None,
    subject: Annotated[str, typer.Option("--subject", help="The person's id.")] = "own",
    store: Annotated[
        Path | None, typer.Option("--store", help="Where prepared arrays are kept.")
    ] = None,
) -> None:
    """Spot and name micro-expressions in a video of your own.

    The baseline's own options follow, as in `mebench run-baseline`.
    """
    from mebench.plots.figure import picture_format
    from mebench.runner.inference import UserVideo
    from mebench.runner.registry import baseline_class
    from mebench.runner.run_config import options_from_arguments
    from mebench.runner.spot_video import SpotConfig
    from mebench.runner.spot_video import spot as answer
    from mebench.util.atomic_write import make_folder

    kind = baseline_class(baseline)
    if not subject:
        raise typer.BadParameter("An id has a letter at least.", param_hint="--subject")
    # What cannot be written is to be known before minutes of computing, not after.
    if output.is_dir():
        raise typer.BadParameter("It is a folder; name a file.", param_hint="--output")
    drawn = picture if picture is not None else output.with_suffix(".png")
    picture_format(drawn)
    if drawn.resolve() == output.resolve():
        raise typer.BadParameter(
            "The picture would take the submission's place: give one of them another name.",
            param_hint="--picture",
        )
    for path in (output, drawn):
        make_folder(path.parent)
    named = video.resolve()
    request = SpotConfig(
        baseline=kind,
        options=options_from_arguments(kind, ctx.args),
        weights=tuple(weights),
        video=UserVideo(video, subject, named.name if video.is_dir() else named.stem, fps),
        one_per_video=one_per_video,
        store=store,
    )
    try:
        found = answer(request)
    except KeyboardInterrupt:
        typer.echo("Stopped; nothing was written.", err=True)
        raise typer.Exit(130) from None
    found.write(output)
    found.draw(drawn)
    typer.echo(f"Wrote {output} and {drawn}.", err=True)
    typer.echo(found.as_text(), nl=False)
