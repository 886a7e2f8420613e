"""``mebench explain``."""

from typing import Annotated

import typer


def explain(
    code: Annotated[
        str | None, typer.Argument(help="A code: findings show it in brackets.")
    ] = None,
) -> None:
    """Explain the code of a finding or of an undefined metric; without a code, list all."""
    from textwrap import fill

    from mebench.diagnostics import UsageError
    from mebench.diagnostics.catalog import catalog
    from mebench.tables.grid import Grid
    from mebench.util.terminal import stdout_width
    from mebench.util.text import did_you_mean

    entries = catalog()
    if code is None:
        rows: list[list[str | None]] = [
            [name, entry.severity, entry.title] for name, entry in entries.items()
        ]
        lines = Grid(["", "", ""], "lll", rows).as_text("", stdout_width())
        typer.echo("\n".join(lines))
        return
    name = code.strip("[]").casefold()
    if name not in entries:
        from mebench.audit.run_audit import BY_CODE, explain_rule

        if name in BY_CODE:
            typer.echo(explain_rule(BY_CODE[name]))
            return
        raise UsageError.of(
            "unknown-code",
            f"There is no code {code!r}.{did_you_mean(code, [*entries, *BY_CODE])}",
            "`mebench explain` lists the codes; `mebench audit --rules` lists those of the audit.",
        )
    entry = entries[name]
    text = fill(entry.text.strip(), stdout_width(), break_long_words=False, break_on_hyphens=False)
    typer.echo(f"{name}  ({entry.severity})\n{entry.title}\n\n{text}")
