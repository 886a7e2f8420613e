"""``mebench protocols``."""

from typing import Annotated

import typer
from typer import Argument

from mebench.cli import options

app = options.command_group(
    "List the protocols that come with mebench or show one.", invoke_without_command=True
)


@app.callback()
def listing(ctx: typer.Context) -> None:
    """List the protocols that come with mebench or show one."""
    if ctx.invoked_subcommand is not None:
        return
    from mebench.protocols.loader import load_protocol, shipped_protocol_ids
    from mebench.tables.grid import Grid
    from mebench.util.terminal import stdout_width

    grid = Grid(
        ["protocol", "task", "subjects", "videos", "samples", "title"],
        "llrrrl",
        optional=["task", "samples", "videos", "subjects"],
    )
    for name in shipped_protocol_ids():
        protocol = load_protocol(name)
        expected = protocol.expected
        counts = (expected.subjects, expected.videos, expected.samples)
        cells = [None if count is None else str(count) for count in counts]
        grid.rows.append([name, protocol.task, *cells, protocol.title])
    typer.echo("\n".join(grid.as_text("", stdout_width())))


@app.command()
def show(
    name: Annotated[str, Argument(metavar="ID", help="The id of a protocol.")],
    layout: options.TextOrJson = "text",
) -> None:
    """Show one protocol: its rules and the counts it expects."""
    from mebench.protocols.loader import load_protocol
    from mebench.tables.rendering import protocol_as_text
    from mebench.util.atomic_write import to_json_text

    protocol = load_protocol(name)
    if layout == "json":
        typer.echo(to_json_text(protocol.model_dump(mode="json")), nl=False)
    else:
        typer.echo(protocol_as_text(protocol))
