"""``mebench datasets``."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from mebench.cli import options

DatasetId = Annotated[str, typer.Argument(metavar="ID", help="A data set's id.")]
Root = Annotated[
    list[str] | None,
    typer.Option("--root", metavar="[ID=]DIR", help="The folder of the data set."),
]
WithoutRepair = Annotated[
    list[str] | None,
    typer.Option(
        "--without-repair",
        metavar="NAME",
        help="Leave annotations as they are, where this repair would mend them; repeatable.",
    ),
]
OutputFormat = Annotated[
    Literal["table", "json"], typer.Option("--format", help="How to write the result.")
]


def check(
    name: DatasetId,
    root: Root = None,
    protocol: Annotated[
        list[str] | None,
        typer.Option("--protocol", help="Compare counts with this protocol's alone; repeatable."),
    ] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Decode every frame; find frozen and doubled ones.")
    ] = False,
    without_repair: WithoutRepair = None,
    layout: OutputFormat = "table",
) -> None:
    """Check a copy of a data set: truth, counts, and the files of every video.

    Exit status: 0 nothing wrong, 1 findings, 2 the command cannot be carried out.
    """
    from mebench.datasets.checking import check_report
    from mebench.datasets.checking.run_checks import check_copy
    from mebench.datasets.dataset_paths import root_of
    from mebench.datasets.registry import adapter, root_given
    from mebench.datasets.repair_config import disable_repairs
    from mebench.util.progress import show_progress
    from mebench.util.system import usable_cores

    one = adapter(name)
    disable_repairs(without_repair or [], [name])
    given = root_given(root or [], name)
    folder = root_of(name, given) if one.needs_root else None
    try:
        checkup = check_copy(
            one, folder, protocols=protocol, deep=deep, jobs=usable_cores(), showing=show_progress
        )
    except KeyboardInterrupt:
        typer.echo("Stopped. The frames that were decoded are not decoded again.", err=True)
        raise typer.Exit(130) from None
    if layout == "json":
        typer.echo(_ascii_json(check_report.as_dict(checkup)))
    else:
        typer.echo(check_report.as_text(checkup), nl=False)
    raise typer.Exit(checkup.exit_status)


def repairs(
    name: DatasetId,
    root: Root = None,
    without_repair: WithoutRepair = None,
    layout: OutputFormat = "table",
) -> None:
    """List what mebench mends in the annotations of a data set; of a copy, in which rows."""
    from mebench.datasets.dataset_paths import configured_folder
    from mebench.datasets.registry import adapter, open_dataset, root_given
    from mebench.datasets.repair_config import disable_repairs
    from mebench.datasets.summary import repairs_as_dict, repairs_as_text

    one = adapter(name)
    disable_repairs(without_repair or [], [name])
    given = root_given(root or [], name)
    folder = (given or configured_folder(name)) if one.needs_root else None
    known = one.repairs
    dataset = open_dataset(name, folder) if folder is not None and known else None
    if layout == "json":
        typer.echo(_ascii_json(repairs_as_dict(name, known, dataset)))
    elif known:
        typer.echo(repairs_as_text(known, dataset))
    else:
        typer.echo(f"Nothing is mended in {name}.")
    if dataset is None and known:
        print_roots_problem()


def where(layout: OutputFormat = "table") -> None:
    """Say where the data sets lie on this machine, and who says so."""
    from mebench.datasets import summary
    from mebench.datasets.dataset_paths import roots_file

    rows = summary.locations()
    if layout == "json":
        typer.echo(_ascii_json(summary.as_dict(rows)))
        return
    typer.echo("\n".join(summary.locations_table(rows).as_text("")))
    path = roots_file()
    typer.echo(f"\nFile of roots: {path}{'' if path.is_file() else ' (not there)'}")
    print_roots_problem()


def print_roots_problem() -> None:
    """Say what is wrong with the file of roots, where it made a data set seem to be missing."""
    from mebench.datasets.dataset_paths import roots_file_problem
    from mebench.diagnostics.formatting import as_text

    error = roots_file_problem()
    if error is not None:
        typer.echo(as_text(error.diagnostics, error.omitted), err=True)


def _ascii_json(content: object) -> str:
    """Return JSON for a pipe: names that are not UTF-8 are escapes in it."""
    import json

    return json.dumps(content, indent=2)


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
    from mebench.datasets.summary import dataset_table

    typer.echo("\n".join(dataset_table().as_text(indent="")))
    print_roots_problem()


@app.command()
def show(name: DatasetId, root: Root = None, without_repair: WithoutRepair = None) -> None:
    """Show what is known of a data set; of a copy that is at hand, what is in it."""
    from mebench.datasets import summary
    from mebench.datasets.dataset_paths import configured_folder
    from mebench.datasets.registry import adapter, open_dataset, root_given
    from mebench.datasets.repair_config import disable_repairs

    one = adapter(name)
    disable_repairs(without_repair or [], [name])
    given = root_given(root or [], name)
    folder = (given or configured_folder(name)) if one.needs_root else None
    at_hand = not one.needs_root or folder is not None
    dataset = open_dataset(name, folder) if at_hand else None
    typer.echo("\n".join(summary.describe(one, dataset, folder)))
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
    from mebench.datasets.registry import merge_truths, open_datasets
    from mebench.datasets.repair_config import disable_repairs
    from mebench.diagnostics import formatting
    from mebench.util.atomic_write import to_json_text

    if (name is None) == (protocol is None):
        raise typer.BadParameter(
            "Name a data set, or --protocol for all of its data sets.", param_hint="ID"
        )
    if name is not None:
        from mebench.datasets.registry import open_dataset, root_given

        disable_repairs(without_repair or [], [name])
        datasets = [open_dataset(name, root_given(root or [], name))]
    else:
        from mebench.protocols.loader import load_protocol

        names = [one.id for one in load_protocol(str(protocol)).datasets]
        disable_repairs(without_repair or [], names)
        datasets = open_datasets(names, root or [])
    for one in datasets:
        for remark in one.remarks:
            typer.echo(formatting.as_text([remark]), err=True)
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
    from mebench.datasets.preview.render import make_preview
    from mebench.datasets.registry import open_dataset, root_given

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
    from mebench.datasets.frames.file_storage import check_space, estimate, free_space
    from mebench.datasets.registry import open_dataset, root_given
    from mebench.util.progress import show_progress
    from mebench.util.text import format_bytes

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
    folder = frame_cache_folder()
    told = estimate([video.source for video in lacking])
    typer.echo(
        f"{told.to_text()}, in {folder}; {format_bytes(free_space(folder))} are free.",
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
