"""Randomly broken files: any input ends in coded findings, never in another exception."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from benchmarks.fuzzing.mutations import mutate_text
from mebench.diagnostics import Findings, MebenchError, formatting
from mebench.diagnostics.catalog import catalog
from mebench.evaluation.build_report import PartUnit
from mebench.evaluation.challenge_files import blind, merge
from mebench.evaluation.convert import convert
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.validate import validate
from mebench.evaluation.verify import read_report
from mebench.formats.loader import Role
from mebench.models.report import Report
from mebench.models.submission import Threshold
from mebench.protocols.loader import load_protocol
from mebench.tables.rendering import ReportFormat, render_report
from tests.evaluation.documents import TOY_TOML, interval, submission, write
from tests.formats.finding import TRUTH

ROUNDS = 12 * settings().max_examples
"""Broken files of each type; the profile of tests/conftest.py decides."""

TEXTS: dict[str, Any] = {
    "submission": submission(
        {"1/a": [interval(11, 20, score=0.5)], "2/a": [interval(31, 41, "positive", score=1)]},
        score_threshold={"micro": 0.4},
        folds=[{"test": ["1"], "training": ["2"]}, {"test": ["sub02"], "seed": 1}],
    ),
    "truth": TRUTH,
    "table": "dataset,subject,video,onset,offset,apex,kind,emotion,score,n_frames\n"
    "toy,1,a,11,20,15,micro,negative,0.5,100\n,2,a,31,41,33,ME,positive,.4,\n,1,b,,,,,,,\n",
    "videos": "vid,pred_onset,pred_offset,type\na,11,20,me\nb,1,2,mae\n",
    "spotting log": "2\na 11 20 12 21 TP\na - - 50 60 FP\nb 5 9 - - FN\n",
    "recognition log": "# sample predicted truth\ncasme2 sub01\nEP02 1 1\nEP03 0 2\n",
    "sample list": "casme2,sub01,EP02,1\ncasme2,sub01,EP03,0\n",
}
PROTOCOLS = ["casme2-str", "megc2019-cde", "megc2020-spot-casme-sq"]


def use(path: Path, good: dict[str, Path], chance: random.Random) -> None:
    """Run a random command on a file."""
    protocol = chance.choice([str(good["protocol"])] * 3 + PROTOCOLS)
    truth = chance.choice([good["truth"], path])
    thresholds: list[Threshold | None] = [None, 0.45, {"micro": 0.45}]
    options = ScoringOptions(
        clip=chance.random() < 0.3,
        outside_as=chance.choice([None, "surprise"]),
        kind=chance.choice([None, "micro"]),
        score_threshold=chance.choice(thresholds),
        first_frame=chance.choice([None, 0, 1]),
        log_order=chance.choice([None, "predicted-truth"]),
    )
    role: Role = chance.choice(["predictions", "truth"])
    verb = chance.randrange(6)
    if verb <= 1:
        predictions = chance.choice([path, path, good["submission"]])
        by: PartUnit | None = chance.choice([None, "subject", "video", "dataset"])
        report = score_with_options(predictions, truth, protocol, options, by=by)
        layouts: tuple[ReportFormat, ...] = ("table", "json", "markdown", "csv", "latex")
        assert all(render_report(report, layout) for layout in layouts)
        assert Report.model_validate(report.to_json()).signature == report.signature
    elif verb == 2:
        found, _ = validate(path, role=role, truth=truth, protocol=protocol, options=options)
        found.raise_errors()
    elif verb == 3:
        convert(
            role, path, protocol, options, Findings(), truth=truth, as_csv=chance.random() < 0.5
        )
    elif verb == 4:
        chance.choice([blind, read_report])(path)
    else:
        merge([path, good["submission"]])


@pytest.fixture
def good(tmp_path: Path) -> dict[str, Path]:
    paths = {name: write(tmp_path, f"good {name}", text) for name, text in TEXTS.items()}
    return paths | {"protocol": write(tmp_path, "toy.toml", TOY_TOML)}


@pytest.mark.parametrize("name", TEXTS)
def test_broken_files_end_in_findings(tmp_path: Path, good: dict[str, Path], name: str) -> None:
    chance = random.Random(name)
    content = good[name].read_bytes()
    refused, seen = 0, set()
    for _ in range(ROUNDS):
        path = tmp_path / "broken"
        path.write_bytes(mutate_text(content, chance))
        try:
            use(path, good, chance)
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
