"""``mebench audit``."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from typer import Argument, Option

from mebench.cli import options
from mebench.cli.completion import complete_protocols
from mebench.cli.output import echo_text, print_or_write


def audit(
    files: Annotated[
        list[Path] | None, Argument(help="Files of published rows: .toml or .csv.")
    ] = None,
    everything: Annotated[
        bool, Option("--all", help="Audit every row that comes with mebench.")
    ] = False,
    rules: Annotated[bool, Option("--rules", help="List the rules and exit.")] = False,
    protocol: Annotated[
        str | None,
        Option(
            "--protocol",
            help="The protocol of rows that name none, or that name its id: an id, or the path "
            "of your own .toml file.",
            autocompletion=complete_protocols,
        ),
    ] = None,
    percent: Annotated[
        bool, Option("--percent", help="Rates without a percent sign are percentages.")
    ] = False,
    layout: Annotated[Literal["text", "json", "markdown"], Option("--format")] = "text",
    output: options.Output = None,
) -> None:
    """Check that published numbers agree with each other and with their counts.

    Exit status: 0 no contradictions, 1 contradictions or an open question, 2 invalid command.
    """
    from mebench.audit import audit_report

    if rules:
        as_markdown = layout == "markdown"
        lister = audit_report.rules_as_markdown if as_markdown else audit_report.rules_as_text
        print_or_write(lister(), output)
        return
    from mebench.audit.run_audit import audit as run_audit
    from mebench.diagnostics.formatting import as_text
    from mebench.protocols.loader import load_protocol
    from mebench.published.loader import shipped_files

    if everything and (percent or protocol):
        raise typer.BadParameter(
            "The rows that come with mebench need neither --percent nor --protocol: audit your "
            "own files without --all.",
            param_hint="--all",
        )
    paths = [*(shipped_files() if everything else []), *(files or [])]
    if not paths:
        raise typer.BadParameter("Name a file, or pass --all.", param_hint="FILES")
    own = load_protocol(protocol) if protocol else None
    result = run_audit(paths, protocol=own, percent=percent)
    if result.remarks:
        echo_text(as_text(result.remarks), err=True)
    print_or_write(audit_report.format_audit(result, layout), output)
    raise typer.Exit(1 if result.has_contradictions else 0)
