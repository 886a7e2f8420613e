"""The commands that messages and explanations mention exist."""

from __future__ import annotations

import re
from pathlib import Path

import mebench
from mebench.cli.main import COMMANDS, LazyGroup

PACKAGE = Path(mebench.__file__).parent
SOURCES = sorted([*PACKAGE.rglob("*.py"), PACKAGE / "diagnostics" / "catalog.toml"])

NAMED = re.compile(r"((?<!`)`|: )mebench ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
"""In backticks it is a command; after a colon it can also be a sentence about mebench."""


def subcommands_of(command: str) -> set[str]:
    """Return the subcommands of a command."""
    return set(getattr(LazyGroup().get_command(None, command), "commands", {}))


def test_every_named_command_exists() -> None:
    mentions = [
        (str(path.relative_to(PACKAGE)), command, subcommand)
        for path in SOURCES
        for mark, command, subcommand in NAMED.findall(path.read_text(encoding="utf-8"))
        if mark == "`" or command in COMMANDS
    ]
    assert len(mentions) > 50
    assert [mention for mention in mentions if mention[1] not in COMMANDS] == []
    groups = {command: names for command in COMMANDS if (names := subcommands_of(command))}
    assert [
        (path, command, subcommand)
        for path, command, subcommand in mentions
        if subcommand and command in groups and subcommand not in groups[command]
    ] == []
