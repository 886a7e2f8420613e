"""``mebench datasets``."""

from pathlib import Path
from typing import Annotated

import typer

from mebench.cli import options

app = typer.Typer(
    add_completion=False,
    invoke_without_command=True,
    rich_markup_mode=None,
    help="List the data sets; show, check, preview, cache or export one.",
)

Identifier = Annotated[str, typer.Argument(metavar="ID", help="A data set's id.")]
Root = Annotated[
    list[str] | None,
    typer.Option("--root", metavar="[ID=]DIR", help="The folder of the data set."),
]


@app.callback()
def listing(ctx: typer.Context) -> None:
    """List the data sets; show, check, preview, cache or export one."""
    if ctx.invoked_subcommand is not None:
        return
    from mebench.datasets.listing import table

    typer.echo("\n".join(table().as_text(indent="")))
    _complain()


@app.command()
def show(name: Identifier, root: Root = None) -> None:
    """Show what is known of a data set; of a copy that is at hand, what is in it."""
    from mebench.datasets import listing
    from mebench.datasets.registry import adapter, open_dataset
    from mebench.datasets.roots import root_given, where

    one = adapter(name)
    given = root_given(root or [], name)
    folder = (given or where(name)) if one.needs_root else None
    at_hand = not one.needs_root or folder is not None
    dataset = open_dataset(name, folder) if at_hand else None
    typer.echo("\n".join(listing.shown(one, dataset, folder)))
    if one.needs_root and dataset is None:
        _complain()


@app.command()
def check(
    name: Identifier,
    root: Root = None,
    protocol: Annotated[
        list[str] | None,
        typer.Option("--protocol", help="Compare counts with this protocol's alone; repeatable."),
    ] = None,
    all_frames: Annotated[
        bool, typer.Option("--all-frames", help="Read every frame, not the first and last.")
    ] = False,
) -> None:
    """Check a copy of a data set: truth, counts, and the frames of every video.

    Exit status: 0 nothing wrong, 1 findings, 2 the command cannot be carried out.
    """
    from mebench.datasets import check as checking
    from mebench.datasets.progress import shown
    from mebench.datasets.registry import adapter
    from mebench.datasets.roots import root_given, root_of
    from mebench.diagnostics import Findings, MebenchError, showing
    from mebench.wording import counted

    one = adapter(name)
    given = root_given(root or [], name)
    folder = root_of(name, given) if one.needs_root else None
    findings = Findings()
    dataset = checking.open_for_check(one, folder, findings)
    compared: list[str] = []
    if dataset is not None:
        videos = dataset.truth().videos
        with shown("Checking videos", len(videos)) as advance:
            try:
                compared = checking.check(
                    dataset,
                    findings,
                    protocols=protocol,
                    all_frames=all_frames,
                    progress=advance,
                )
            except MebenchError as error:
                if error.exit_status != 1:
                    raise
                findings.take_in(error)
    text = showing.as_text(findings.kept, findings.omitted)
    if text:
        typer.echo(text)
    number = findings.error_count
    verdict = f"{number or 'no'} error{'s' * (number != 1)}"
    if dataset is None:
        typer.echo(f"{name}: {verdict}; not checked to the end.")
        raise typer.Exit(1)
    expressions = sum(len(video.intervals or []) for video in videos)
    typer.echo(
        showing.printable(
            f"{dataset.id}: {verdict}; {counted(len({one.subject for one in videos}), 'subject')}, "
            f"{counted(len(videos), 'video')}, {counted(expressions, 'expression')}; counts "
            f"compared with {', '.join(compared) or 'no protocol'}."
        )
    )
    raise typer.Exit(1 if number else 0)


@app.command("export-truth")
def export_truth(name: Identifier, root: Root = None, output: options.Output = None) -> None:
    """Write the truth of a data set as a manifest, the file that `mebench score` takes."""
    from mebench.cli.output import deliver
    from mebench.datasets.registry import open_dataset
    from mebench.datasets.roots import root_given
    from mebench.files import as_json

    dataset = open_dataset(name, root_given(root or [], name))
    deliver(as_json(dataset.truth().to_json()), output)


@app.command()
def preview(
    name: Identifier,
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
    name: Identifier,
    root: Root = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Remove what is cached.")] = False,
) -> None:
    """Store the frames of a data set losslessly, so that they are rendered or decoded once."""
    import sys

    from mebench.datasets.frames.cache import CachedVideo, cache_base
    from mebench.datasets.frames.estimating import estimate
    from mebench.datasets.frames.storing import check_space, free_space, in_units
    from mebench.datasets.progress import shown
    from mebench.datasets.registry import open_dataset
    from mebench.datasets.roots import root_given

    dataset = open_dataset(name, root_given(root or [], name))
    videos = [CachedVideo(video) for video in dataset.videos()]
    if remove:
        freed = sum(video.remove() for video in videos)
        typer.echo(f"Removed {in_units(freed)} from {cache_base()}.", err=True)
        return
    lacking = [video for video in videos if not video.is_complete()]
    if not lacking:
        typer.echo(f"All frames are in {cache_base()} already.", err=True)
        return
    told = estimate([video.source for video in lacking])
    typer.echo(
        f"{told.in_words()}, in {cache_base()}; {in_units(free_space(cache_base()))} are free.",
        err=True,
    )
    check_space(cache_base(), told.size)
    if not yes:
        if not sys.stdin.isatty():
            raise typer.BadParameter("Pass --yes where nobody can be asked.", param_hint="--yes")
        typer.confirm("Store them?", abort=True, err=True)
    with shown("Storing frames", told.frames) as advance:
        for video in lacking:
            video.fill(advance)
    typer.echo(f"Stored the frames in {cache_base()}.", err=True)


def _complain() -> None:
    """Say what is wrong with the file of roots, where it made a data set seem to be missing."""
    from mebench.datasets.roots import complaint
    from mebench.diagnostics.showing import as_text

    error = complaint()
    if error is not None:
        typer.echo(as_text(error.diagnostics, error.omitted), err=True)
