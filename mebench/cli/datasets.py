"""``mebench datasets``."""

from pathlib import Path
from typing import Annotated

import typer

from mebench.cli import options
from mebench.cli.datasets_check import (
    DatasetId,
    Root,
    WithoutRepair,
    check,
    print_roots_problem,
    repairs,
    where,
)

app = typer.Typer(
    add_completion=False,
    invoke_without_command=True,
    rich_markup_mode=None,
    help="List the data sets; show, check, preview, cache or export one.",
)

Roots = Annotated[
    list[str] | None,
    typer.Option("--root", metavar="[ID=]DIR", help="The folder of a data set; repeatable."),
]


@app.callback()
def listing(ctx: typer.Context) -> None:
    """List the data sets; show, check, preview, cache or export one."""
    if ctx.invoked_subcommand is not None:
        return
    from mebench.datasets.listing import dataset_table

    typer.echo("\n".join(dataset_table().as_text(indent="")))
    print_roots_problem()


@app.command()
def show(name: DatasetId, root: Root = None, without_repair: WithoutRepair = None) -> None:
    """Show what is known of a data set; of a copy that is at hand, what is in it."""
    from mebench.datasets import listing
    from mebench.datasets.mending import disable_repairs
    from mebench.datasets.registry import adapter, open_dataset
    from mebench.datasets.roots import root_given, where

    one = adapter(name)
    disable_repairs(without_repair or [], [name])
    given = root_given(root or [], name)
    folder = (given or where(name)) if one.needs_root else None
    at_hand = not one.needs_root or folder is not None
    dataset = open_dataset(name, folder) if at_hand else None
    typer.echo("\n".join(listing.show_progress(one, dataset, folder)))
    if one.needs_root and dataset is None:
        print_roots_problem()


app.command()(check)
app.command()(repairs)
app.command("where")(where)


@app.command("export-truth")
def export_truth(
    name: Annotated[str | None, typer.Argument(metavar="[ID]", help="A data set's id.")] = None,
    protocol: Annotated[
        str | None,
        typer.Option("--protocol", help="Put the truths of this protocol's data sets together."),
    ] = None,
    root: Roots = None,
    without_repair: WithoutRepair = None,
    output: options.Output = None,
) -> None:
    """Write the truth of a data set as a manifest, the file that `mebench score` takes.

    With --protocol and no ID, that of all its data sets in one.
    """
    from mebench.cli.output import print_or_write
    from mebench.datasets.mending import disable_repairs
    from mebench.datasets.merging import merge_truths, open_datasets
    from mebench.diagnostics import showing
    from mebench.files import to_json_text

    if (name is None) == (protocol is None):
        raise typer.BadParameter(
            "Name a data set, or --protocol for all of its data sets.", param_hint="ID"
        )
    if name is not None:
        from mebench.datasets.registry import open_dataset
        from mebench.datasets.roots import root_given

        disable_repairs(without_repair or [], [name])
        datasets = [open_dataset(name, root_given(root or [], name))]
    else:
        from mebench.protocols import load_protocol

        names = [one.id for one in load_protocol(str(protocol)).datasets]
        disable_repairs(without_repair or [], names)
        datasets = open_datasets(names, root or [])
    for one in datasets:
        for remark in one.remarks:
            typer.echo(showing.as_text([remark]), err=True)
    print_or_write(to_json_text(merge_truths(datasets).to_json()), output)


@app.command()
def preview(
    name: DatasetId,
    subject: Annotated[str, typer.Option("--subject", help="The subject.")],
    video: Annotated[str, typer.Option("--video", help="The video.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="A .png for a contact sheet, a .mp4 for a clip.")
    ],
    root: Root = None,
    expression: Annotated[
        int | None, typer.Option("--expression", min=1, help="Only the N-th expression.")
    ] = None,
) -> None:
    """Picture a video and its annotations: a contact sheet, or a clip with a caption."""
    from mebench.datasets.preview.making import make_preview
    from mebench.datasets.registry import open_dataset
    from mebench.datasets.roots import root_given

    if output.suffix.lower() not in {".png", ".mp4"}:
        raise typer.BadParameter(f"{str(output)!r} is neither .png nor .mp4.", param_hint="-o")
    dataset = open_dataset(name, root_given(root or [], name))
    make_preview(dataset, subject, video, output, expression)
    typer.echo(f"Wrote {output}.", err=True)


@app.command()
def cache(
    name: DatasetId,
    root: Root = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Remove what is cached.")] = False,
) -> None:
    """Store the frames of a data set losslessly, so that they are rendered or decoded once."""
    import sys

    from mebench.datasets.frames.cache import CachedVideo, frame_cache_folder
    from mebench.datasets.frames.estimating import estimate
    from mebench.datasets.frames.storing import check_space, format_bytes, free_space
    from mebench.datasets.progress import show_progress
    from mebench.datasets.registry import open_dataset
    from mebench.datasets.roots import root_given

    dataset = open_dataset(name, root_given(root or [], name))
    videos = [CachedVideo(video) for video in dataset.videos()]
    if remove:
        freed = sum(video.remove() for video in videos)
        typer.echo(f"Removed {format_bytes(freed)} from {frame_cache_folder()}.", err=True)
        return
    lacking = [video for video in videos if not video.is_complete()]
    if not lacking:
        typer.echo(f"All frames are in {frame_cache_folder()} already.", err=True)
        return
    told = estimate([video.source for video in lacking])
    typer.echo(
        f"{told.to_text()}, in {frame_cache_folder()}; {format_bytes(free_space(frame_cache_folder()))} are free.",
        err=True,
    )
    check_space(frame_cache_folder(), told.size)
    if not yes:
        if not sys.stdin.isatty():
            raise typer.BadParameter("Pass --yes where nobody can be asked.", param_hint="--yes")
        typer.confirm("Store them?", abort=True, err=True)
    with show_progress("Storing frames", told.frames) as advance:
        for video in lacking:
            video.fill(advance)
    typer.echo(f"Stored the frames in {frame_cache_folder()}.", err=True)
