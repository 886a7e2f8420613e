"""``mebench datasets``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer import Argument, Option

from mebench.cli import options
from mebench.cli.completion import complete_datasets, complete_protocols
from mebench.cli.output import echo, echo_text, print_or_write
from mebench.util.terminal import stdout_width

if TYPE_CHECKING:
    from mebench.datasets.contract import Adapter

DatasetId = Annotated[
    str,
    Argument(metavar="ID", help="The id of a data set.", autocompletion=complete_datasets),
]
Root = Annotated[
    list[str] | None, Option("--root", metavar="[ID=]DIR", help="The folder of the data set.")
]
WithoutRepair = Annotated[
    list[str] | None,
    Option(
        "--without-repair",
        metavar="NAME",
        help="Switch off this repair of the annotations; repeatable.",
    ),
]
Sheet = Annotated[
    list[str] | None,
    Option(
        "--sheet",
        metavar="[ROLE=]FILE",
        help="The spreadsheet of the annotations, wherever it is; repeatable.",
    ),
]
OutputFormat = Annotated[Literal["table", "json"], Option("--format", help="The output format.")]

app = options.command_group(
    "List the data sets; show, check, preview, cache or export one.", invoke_without_command=True
)


@app.callback()
def listing(ctx: typer.Context) -> None:
    """List the data sets; show, check, preview, cache or export one."""
    if ctx.invoked_subcommand is not None:
        return
    from mebench.datasets.cli_output import dataset_table

    echo_text("\n".join(dataset_table().as_text("", stdout_width())))
    print_roots_problem()


def print_roots_problem() -> None:
    """Report an error in mebench.toml, which makes a data set seem to be missing."""
    from mebench.datasets.dataset_paths import roots_file_problem
    from mebench.diagnostics.formatting import as_text

    error = roots_file_problem()
    if error is not None:
        echo_text(as_text(error.diagnostics, error.omitted), err=True)


def _print_json(content: object) -> None:
    """Print JSON in ASCII, so that names that are not UTF-8 can be printed."""
    import json

    echo_text(json.dumps(content, indent=2))


def _prepare(
    name: str,
    root: list[str] | None,
    without_repair: list[str] | None,
    sheet: list[str] | None,
) -> "tuple[Adapter, Path | None]":
    """Apply the options; return the adapter, and the folder of ``--root`` or the configured one."""
    from mebench.datasets.dataset_paths import configured_folder
    from mebench.datasets.registry import adapter, root_given
    from mebench.datasets.repair_config import disable_repairs
    from mebench.datasets.sheet_config import name_sheets

    dataset_adapter = adapter(name)
    disable_repairs(without_repair or [], [name])
    name_sheets(sheet or [], name, dataset_adapter.sheet_roles())
    folder = root_given(root or [], name)
    if folder is None and dataset_adapter.needs_root:
        folder = configured_folder(name)
    return dataset_adapter, folder


@app.command()
def show(
    name: DatasetId, root: Root = None, without_repair: WithoutRepair = None, sheet: Sheet = None
) -> None:
    """Show the facts about a data set and, for an available copy, its contents."""
    from mebench.datasets.cli_output import describe
    from mebench.datasets.registry import open_dataset

    adapter, folder = _prepare(name, root, without_repair, sheet)
    is_available = not adapter.needs_root or folder is not None
    dataset = open_dataset(name, folder) if is_available else None
    for line in describe(adapter, dataset, folder):
        echo(line)
    if dataset is None:
        print_roots_problem()


@app.command()
def check(
    name: DatasetId,
    root: Root = None,
    protocol: Annotated[
        list[str] | None,
        Option(
            help="Compare counts only with this protocol; repeatable.",
            autocompletion=complete_protocols,
        ),
    ] = None,
    deep: Annotated[
        bool, Option("--deep", help="Decode every frame; find frozen and duplicate frames.")
    ] = False,
    without_repair: WithoutRepair = None,
    sheet: Sheet = None,
    layout: OutputFormat = "table",
) -> None:
    """Check a copy of a data set: truth, counts, and the files of every video.

    Exit status: 0 no errors, 1 errors, 2 invalid command.
    """
    from mebench.datasets.checking.run_checks import check_copy
    from mebench.datasets.dataset_paths import root_of
    from mebench.util.system import usable_cores
    from mebench.util.terminal import show_progress

    adapter, folder = _prepare(name, root, without_repair, sheet)
    try:
        result = check_copy(
            adapter,
            root_of(name, folder) if adapter.needs_root else None,
            protocols=protocol,
            deep=deep,
            jobs=usable_cores(),
            showing=show_progress,
        )
    except KeyboardInterrupt:
        echo("Stopped. The next check continues from here.", err=True)
        raise typer.Exit(130) from None
    if layout == "json":
        _print_json(result.as_dict())
    else:
        echo_text(result.as_text())
    raise typer.Exit(result.exit_status)


@app.command()
def repairs(
    name: DatasetId,
    root: Root = None,
    without_repair: WithoutRepair = None,
    sheet: Sheet = None,
    layout: OutputFormat = "table",
) -> None:
    """List the repairs of a data set's annotations, and the rows repaired in an available copy."""
    from mebench.datasets.cli_output import repairs_as_dict, repairs_as_text
    from mebench.datasets.registry import open_dataset

    adapter, folder = _prepare(name, root, without_repair, sheet)
    known = adapter.repairs
    dataset = open_dataset(name, folder) if folder is not None and known else None
    content = repairs_as_dict(name, known, dataset)
    if layout == "json":
        _print_json(content)
    else:
        echo_text(repairs_as_text(content) if known else f"{name} needs no repairs.")
    if dataset is None and known:
        print_roots_problem()


@app.command()
def where(layout: OutputFormat = "table") -> None:
    """List the folders of the data sets and where each folder is configured."""
    from mebench.datasets import cli_output
    from mebench.datasets.dataset_paths import roots_file

    rows = cli_output.locations()
    if layout == "json":
        _print_json(cli_output.locations_as_dict(rows))
        return
    table = cli_output.locations_table(rows).as_text("", stdout_width(), "--format json")
    echo_text("\n".join(table))
    path = roots_file()
    echo("")
    echo(f"Configuration: {path}{'' if path.is_file() else ' (does not exist)'}")
    print_roots_problem()


@app.command("export-truth")
def export_truth(
    name: Annotated[str | None, Argument(metavar="[ID]", help="The id of a data set.")] = None,
    protocol: Annotated[
        str | None,
        Option(
            help="Merge the truths of all data sets of this protocol.",
            autocompletion=complete_protocols,
        ),
    ] = None,
    root: Annotated[
        list[str] | None, Option(metavar="[ID=]DIR", help="The folder of a data set; repeatable.")
    ] = None,
    without_repair: WithoutRepair = None,
    sheet: Sheet = None,
    output: options.Output = None,
) -> None:
    """Write the truth of a data set as a file for `mebench score`.

    With --protocol instead of ID, write the truths of all its data sets as one file.
    """
    from mebench.datasets.registry import merge_truths, open_dataset, open_datasets
    from mebench.datasets.repair_config import disable_repairs
    from mebench.diagnostics import formatting
    from mebench.util.atomic_write import to_json_text

    if (name is None) == (protocol is None):
        raise typer.BadParameter(
            "Give the id of a data set, or --protocol for all of its data sets.", param_hint="ID"
        )
    if name is not None:
        datasets = [open_dataset(name, _prepare(name, root, without_repair, sheet)[1])]
    else:
        from mebench.protocols.loader import load_protocol

        if sheet:
            raise typer.BadParameter("Pass it with the ID of a data set.", param_hint="--sheet")
        names = [dataset.id for dataset in load_protocol(str(protocol)).datasets]
        disable_repairs(without_repair or [], names)
        datasets = open_datasets(names, root or [])
    for dataset in datasets:
        for remark in dataset.remarks:
            echo_text(formatting.as_text([remark]), err=True)
    print_or_write(to_json_text(merge_truths(datasets).to_json()), output)


@app.command()
def preview(
    name: DatasetId,
    subject: Annotated[str, Option(help="The id of the subject.")],
    video: Annotated[str, Option(help="The id of the video.")],
    output: Annotated[
        Path,
        Option("-o", "--output", help="The new file: .png for a contact sheet, .mp4 for a clip."),
    ],
    root: Root = None,
    expression: Annotated[
        int | None, Option(min=1, help="Show only expression N, counted from 1.")
    ] = None,
) -> None:
    """Draw a video and its annotations: a contact sheet, or a clip with a caption."""
    from mebench.datasets.preview import make_preview
    from mebench.datasets.registry import open_dataset, root_given

    if output.suffix.lower() not in {".png", ".mp4"}:
        raise typer.BadParameter(f"{str(output)!r} is neither .png nor .mp4.", param_hint="-o")
    dataset = open_dataset(name, root_given(root or [], name))
    make_preview(dataset, subject, video, output, expression)
    echo(f"Wrote {output}.", err=True)


@app.command()
def cache(
    name: DatasetId,
    root: Root = None,
    yes: Annotated[bool, Option("--yes", help="Do not ask for confirmation.")] = False,
    remove: Annotated[bool, Option("--remove", help="Remove the cached frames.")] = False,
) -> None:
    """Store the frames of a data set losslessly, so that they are rendered or decoded only once."""
    import sys

    from mebench.datasets.frames.file_storage import check_space, estimate, free_space
    from mebench.datasets.frames.frame_cache import CachedVideo, frame_cache_folder
    from mebench.datasets.registry import open_dataset, root_given
    from mebench.util.terminal import show_progress
    from mebench.util.text import format_bytes

    dataset = open_dataset(name, root_given(root or [], name))
    videos = [CachedVideo(video) for video in dataset.videos()]
    if remove:
        freed = sum(video.remove() for video in videos)
        echo(f"Removed {format_bytes(freed)} from {frame_cache_folder()}.", err=True)
        return
    missing = [video for video in videos if not video.is_complete()]
    if not missing:
        echo(f"All frames are already in {frame_cache_folder()}.", err=True)
        return
    folder = frame_cache_folder()
    size_estimate = estimate([video.source for video in missing])
    echo(
        f"{size_estimate.to_text()}, in {folder}; {format_bytes(free_space(folder))} free.",
        err=True,
    )
    check_space(folder, size_estimate.size)
    if not yes:
        if not sys.stdin.isatty():
            raise typer.BadParameter(
                "Standard input is not a terminal; pass --yes to confirm.", param_hint="--yes"
            )
        typer.confirm("Store them?", abort=True, err=True)
    with show_progress("Storing frames", size_estimate.frames) as advance:
        for video in missing:
            video.fill(advance)
    echo(f"Stored the frames in {frame_cache_folder()}.", err=True)
