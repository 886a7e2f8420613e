"""``mebench audit``."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from mebench.cli import options
from mebench.cli.output import print_or_write


def audit(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Published rows, as .toml or .csv.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Audit every row that comes with mebench.")
    ] = False,
    rules: Annotated[bool, typer.Option("--rules", help="List the rules, and stop.")] = False,
    layout: Annotated[Literal["text", "json", "markdown"], typer.Option("--format")] = "text",
    output: options.Output = None,
) -> None:
    """See whether published numbers agree with each other and with the counts beside them.

    Exit status: 0 nothing but what is unusual, 1 findings, 2 the command cannot be carried out.
    """
    from mebench.audit import audit_report

    if rules:
        text = (
            audit_report.rules_as_markdown()
            if layout == "markdown"
            else audit_report.rules_as_text()
        )
        print_or_write(text, output)
        return
    from mebench.audit.run_audit import audit as look
    from mebench.diagnostics.formatting import as_text
    from mebench.published.loader import shipped_files

    paths = [*(shipped_files() if everything else []), *(files or [])]
    if not paths:
        raise typer.BadParameter("Name a file, or pass --all.", param_hint="FILES")
    done = look(paths)
    if done.remarks:
        typer.echo(as_text(done.remarks), err=True)
    print_or_write(audit_report.format_audit(done, layout), output)
    raise typer.Exit(1 if done.has_contradictions else 0)
