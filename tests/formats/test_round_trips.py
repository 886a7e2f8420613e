"""Conversion to CSV and back changes neither score nor signature."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import mebench
from mebench.diagnostics import Findings
from mebench.evaluation.convert import convert
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.loader import Role
from tests.evaluation.documents import TOY, TOY_TOML, write

# Names that CSV must quote, or that look like numbers, formulas or comments; no blanks at the ends.
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from('",;\n\t=#/'),
    min_size=1,
    max_size=8,
).map(lambda text: f"x{text.strip()}y")
EMOTIONS = st.sampled_from(["negative", "positive", "surprise", " Negative", "SURPRISE"])


@st.composite
def intervals(draw: st.DrawFn, scored: bool) -> dict[str, Any]:
    onset, length, apex = (draw(st.integers(0, 60)), draw(st.integers(0, 30)), draw(st.booleans()))
    row: dict[str, Any] = {"onset": onset, "offset": onset + length, "emotion": draw(EMOTIONS)}
    if apex:
        row["apex"] = onset + draw(st.integers(0, length))
    if draw(st.booleans()):
        row["kind"] = "micro"
    if scored:
        row["score"] = draw(st.floats(-1e6, 1e6))
    return row


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw a submission and a truth over the same videos."""
    scored = draw(st.booleans())
    names = draw(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=4, unique=True))
    videos, truths = [], []
    for subject, video in names:
        named = {"subject": subject, "video": video}
        rows = draw(st.lists(intervals(scored), max_size=3))
        videos.append(named | {"intervals": rows})
        true_rows = draw(st.lists(intervals(False), max_size=3))
        truths.append(named | {"n_frames": 100, "intervals": true_rows})
    return (
        {
            "format": "mebench-submission/1",
            "protocol": "toy@1",
            "system": {"name": "x"},
            "videos": videos,
        },
        {"format": "mebench-truth/1", "dataset": "toy", "videos": truths},
    )


@given(cases())
def test_there_and_back(case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    before = mebench.score(*case, TOY)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        protocol = str(write(folder, "toy.toml", TOY_TOML))
        roles: tuple[Role, Role] = ("predictions", "truth")
        for step, as_csv in enumerate((True, False, True, False)):
            texts = {}
            for role, document in zip(roles, case, strict=True):
                path = folder / f"{role}-{step - 1}"
                if step == 0:
                    write(folder, path.name, document)
                made = convert(role, path, protocol, ScoringOptions(), Findings(), as_csv=as_csv)
                texts[role] = made.text
                (folder / f"{role}-{step}").write_text(made.text, encoding="utf-8", newline="")
            after = mebench.score(
                folder / f"predictions-{step}", folder / f"truth-{step}", protocol
            )
            assert after.signature == before.signature
            assert after.metrics == before.metrics
        assert json.loads(texts["truth"])["videos"][0]["n_frames"] == 100
