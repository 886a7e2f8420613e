"""Groups of commands that suggest the nearest name for one that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

from mebench.diagnostics.escaping import escape_unprintable
from mebench.util.text import did_you_mean

USAGE_ERROR: Any = typer.BadParameter.__base__
"""The error of Typer for an invalid command; the package it is in depends on Typer's version."""


class SuggestingGroup(TyperGroup):
    """A group of commands; an unknown command is reported with the most similar one."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the arguments name."""
        name = args[0]
        # An argument that begins with a hyphen is an unknown option.
        if name[:1].isalnum() and self.get_command(ctx, name) is None:
            ctx.fail(f"No such command {name!r}.{did_you_mean(name, self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


@contextmanager
def readable_errors() -> Iterator[None]:
    """Suggest the nearest option in Typer's errors, and escape the arguments that they repeat."""
    try:
        yield
    except USAGE_ERROR as error:
        is_help = type(error).__name__ == "NoArgsIsHelpError"  # several lines, no arguments
        if error.message and not is_help:
            error.message = escape_unprintable(error.message)
        if hasattr(error, "possibilities") and error.ctx is not None:
            guess = did_you_mean(error.option_name, option_names(error.ctx))
            error.message, error.possibilities = f"{error.message.rstrip('.')}.{guess}", None
        raise


def option_names(ctx: Any) -> list[str]:
    """Return the options of a command, such as ``--output`` and ``-o``."""
    return [
        name
        for parameter in ctx.command.get_params(ctx)
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("-")
    ]
