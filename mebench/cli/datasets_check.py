"""``mebench datasets check``, ``repairs`` and ``where``: what a copy is like, and where it lies."""

from typing import Annotated, Literal

import typer

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
    from mebench.datasets.checking import showing
    from mebench.datasets.checking.checkup import check_copy
    from mebench.datasets.mending import disable_repairs
    from mebench.datasets.progress import show_progress
    from mebench.datasets.registry import adapter
    from mebench.datasets.roots import root_given, root_of
    from mebench.machine import usable_cores

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
        typer.echo(_ascii_json(showing.as_dict(checkup)))
    else:
        typer.echo(showing.as_text(checkup), nl=False)
    raise typer.Exit(checkup.exit_status)


def repairs(
    name: DatasetId,
    root: Root = None,
    without_repair: WithoutRepair = None,
    layout: OutputFormat = "table",
) -> None:
    """List what mebench mends in the annotations of a data set; of a copy, in which rows."""
    from mebench.datasets.mending import as_dict, as_text, disable_repairs, repairs_of
    from mebench.datasets.registry import adapter, open_dataset
    from mebench.datasets.roots import root_given
    from mebench.datasets.roots import where as configured

    one = adapter(name)
    disable_repairs(without_repair or [], [name])
    given = root_given(root or [], name)
    folder = (given or configured(name)) if one.needs_root else None
    known = repairs_of(one)
    dataset = open_dataset(name, folder) if folder is not None and known else None
    if layout == "json":
        typer.echo(_ascii_json(as_dict(name, known, dataset)))
    elif known:
        typer.echo(as_text(known, dataset))
    else:
        typer.echo(f"Nothing is mended in {name}.")
    if dataset is None and known:
        print_roots_problem()


def where(layout: OutputFormat = "table") -> None:
    """Say where the data sets lie on this machine, and who says so."""
    from mebench.datasets import whereabouts
    from mebench.datasets.roots import roots_file

    rows = whereabouts.whereabouts()
    if layout == "json":
        typer.echo(_ascii_json(whereabouts.as_dict(rows)))
        return
    typer.echo("\n".join(whereabouts.as_grid(rows).as_text("")))
    path = roots_file()
    typer.echo(f"\nFile of roots: {path}{'' if path.is_file() else ' (not there)'}")
    print_roots_problem()


def print_roots_problem() -> None:
    """Say what is wrong with the file of roots, where it made a data set seem to be missing."""
    from mebench.datasets.roots import roots_file_problem
    from mebench.diagnostics.showing import as_text

    error = roots_file_problem()
    if error is not None:
        typer.echo(as_text(error.diagnostics, error.omitted), err=True)


def _ascii_json(content: object) -> str:
    """Return JSON for a pipe: names that are not UTF-8 are escapes in it."""
    import json

    return json.dumps(content, indent=2)
