"""Command lines in messages quote what they contain, so that pasting one runs nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.test_rooms import MODULES, syntax_tree

COMMAND = re.compile(
    r"(?:^|[^\w.-])(?:mebench (?:score|validate|inspect|explain|schema|template|convert|merge"
    r"|verify|blind|challenge|protocols|conformance|demo|datasets|synth|run-baseline|audit|leaderboard|spot"
    r"|plot)\b"
    r"|[Pp]ass --[a-z-]+ |sed |mv |cp |rm )[^`.;,]*$"
)


def unquoted(path: Path) -> Iterator[str]:
    """Yield the values that an f-string puts into a command line without ``quote``."""
    for node in ast.walk(syntax_tree(path)):
        if not isinstance(node, ast.JoinedStr):
            continue
        text = ""
        for part in node.values:
            if isinstance(part, ast.Constant):
                text += str(part.value)
                continue
            value = ast.unparse(part)
            if COMMAND.search(text) and not value.startswith(("{quote(", "f'{quote(", 'f"{quote(')):
                yield f"{path.name}:{node.lineno}: {value}"
            text += "value"


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("f'mebench leaderboard remove {name}'", 1),
        ("f'mebench leaderboard remove {quote(name)} --protocol {board}'", 1),
        ("f'mebench leaderboard remove {quote(name)} --protocol {quote(board)}'", 0),
        ("f'Run `mebench datasets check {name}` first.'", 1),
        ("f'`mebench score` has {count} options'", 0),
        ("f'Pass --baseline {name}'", 1),
        ("f'mebench scores {count} files'", 0),
    ],
)
def test_the_search_finds_them(tmp_path: Path, source: str, count: int) -> None:
    path = tmp_path / "module.py"
    path.write_text(source)
    assert len(list(unquoted(path))) == count


def test_command_lines_quote_their_values() -> None:
    assert [line for path in MODULES.values() for line in unquoted(path)] == []
