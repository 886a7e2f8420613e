"""Commands that messages and explanations tell the user to type are there."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import typer
from typer.main import get_command

import mebench
from mebench.cli.main import COMMANDS

PACKAGE = Path(mebench.__file__).parent
SOURCES = sorted([*PACKAGE.rglob("*.py"), PACKAGE / "diagnostics" / "catalog.toml"])

NAMED = re.compile(r"((?<!`)`|: )mebench ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
"""In backticks a command; after a colon it may be a sentence on what mebench does."""


def verbs_of(name: str) -> set[str]:
    """Return the verbs below a verb that needs one; of any other nothing."""
    module, _, attribute = COMMANDS[name].location.partition(":")
    found = getattr(import_module(f"mebench.cli.{module}"), attribute)
    if not isinstance(found, typer.Typer):
        return set()
    return set(getattr(get_command(found), "commands", {}))


def test_every_named_command_is_there() -> None:
    found = [
        (str(path.relative_to(PACKAGE)), verb, below)
        for path in SOURCES
        for mark, verb, below in NAMED.findall(path.read_text(encoding="utf-8"))
        if mark == "`" or verb in COMMANDS
    ]
    assert len(found) > 50
    assert [one for one in found if one[1] not in COMMANDS] == []
    groups = {verb: verbs for verb in COMMANDS if (verbs := verbs_of(verb))}
    assert [
        one for one in found if one[2] and one[1] in groups and one[2] not in groups[one[1]]
    ] == []
