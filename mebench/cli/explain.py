"""``mebench explain``."""

from typing import Annotated

import typer


def explain(
    code: Annotated[
        str | None, typer.Argument(help="A code, as findings show in brackets.")
    ] = None,
) -> None:
    """Explain a finding's code, or the reason of an undefined metric; without one, list all."""
    from mebench.diagnostics import UsageError
    from mebench.diagnostics.catalog import catalog
    from mebench.util.text import did_you_mean

    entries = catalog()
    if code is None:
        widest = max(map(len, entries))
        for name, entry in entries.items():
            typer.echo(f"{name:<{widest}}  {entry.severity:<7}  {entry.title}")
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
            "`mebench explain` lists them, `mebench audit --rules` those of the audit.",
        )
    entry = entries[name]
    typer.echo(f"{name}  ({entry.severity})\n{entry.title}\n\n{entry.text.strip()}")
