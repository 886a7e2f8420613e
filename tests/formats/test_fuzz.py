"""Randomly broken files: any input ends in coded findings, never in another exception."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import settings

from benchmarks.fuzzing.mutations import mutate_text
from benchmarks.fuzzing.targets import reading
from mebench.diagnostics import MebenchError, formatting
from mebench.diagnostics.catalog import catalog
from mebench.protocols.loader import load_protocol
from tests.evaluation.documents import TOY_TOML, write
from tests.formats.valid_files import TEXTS

ROUNDS = 12 * settings().max_examples
"""Broken files of each type; the profile of tests/conftest.py decides."""


@pytest.fixture
def good(tmp_path: Path) -> dict[str, Path]:
    paths = {name: write(tmp_path, f"good {name}", text) for name, text in TEXTS.items()}
    return paths | {"protocol": write(tmp_path, "toy.toml", TOY_TOML)}


@pytest.mark.parametrize("name", TEXTS)
def test_broken_files_end_in_findings(tmp_path: Path, good: dict[str, Path], name: str) -> None:
    chance, use = random.Random(name), reading(good)
    content = good[name].read_bytes()
    refused, seen = 0, set()
    for _ in range(ROUNDS):
        path = tmp_path / "broken"
        path.write_bytes(mutate_text(content, chance))
        try:
            use(path, chance)
        except MebenchError as error:
            refused += 1
            seen |= {finding.code for finding in error.diagnostics}
            assert any(
                finding.severity == "error" and finding.message for finding in error.diagnostics
            )
            shown = formatting.as_text(error.diagnostics, error.omitted)
            assert all(line.isprintable() for line in shown.split("\n"))
            json.loads(formatting.as_json(error.diagnostics, error.omitted))
    assert seen <= set(catalog()), "every code can be explained"
    assert len(seen) >= 10 and refused > ROUNDS / 2, "the files were broken in many ways"


def test_broken_protocols_end_in_findings(tmp_path: Path, good: dict[str, Path]) -> None:
    chance = random.Random("protocol")
    path, refused = tmp_path / "mine.toml", 0
    for _ in range(ROUNDS):
        path.write_bytes(mutate_text(TOY_TOML.encode(), chance))
        try:
            load_protocol(path)
        except MebenchError as error:
            refused += 1
            assert {finding.code for finding in error.diagnostics} <= set(catalog())
    assert refused > ROUNDS / 4
