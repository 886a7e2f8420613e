"""``mebench audit``."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from typer import Argument, Option

from mebench.cli import options
from mebench.cli.output import echo_text, print_or_write


def audit(
    files: Annotated[
        list[Path] | None, Argument(help="Files of published rows: .toml or .csv.")
    ] = None,
    everything: Annotated[
        bool, Option("--all", help="Audit every row that comes with mebench.")
    ] = False,
    rules: Annotated[bool, Option("--rules", help="List the rules and exit.")] = False,
    layout: Annotated[Literal["text", "json", "markdown"], Option("--format")] = "text",
    output: options.Output = None,
) -> None:
    """Check that published numbers agree with each other and with their counts.

    Exit status: 0 no contradictions, 1 contradictions, 2 invalid command.
    """
    from mebench.audit import audit_report

    if rules:
        as_markdown = layout == "markdown"
        lister = audit_report.rules_as_markdown if as_markdown else audit_report.rules_as_text
        print_or_write(lister(), output)
        return
    from mebench.audit.run_audit import audit as run_audit
    from mebench.diagnostics.formatting import as_text
    from mebench.published.loader import shipped_files

    paths = [*(shipped_files() if everything else []), *(files or [])]
    if not paths:
        raise typer.BadParameter("Name a file, or pass --all.", param_hint="FILES")
    result = run_audit(paths)
    if result.remarks:
        echo_text(as_text(result.remarks), err=True)
    print_or_write(audit_report.format_audit(result, layout), output)
    raise typer.Exit(1 if result.has_contradictions else 0)
