"""``mebench diagnose``: its formats, and the predictions that the documentation shows."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest

import mebench as package
from mebench.diagnosis.diagnose import diagnose_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.models.diagnosis import Diagnosis
from mebench.util.resources import shared_folder
from tests.cli.running import FINE, SCORED, files, mebench
from tests.datasets.licensed.shared import STRS_PREDICTIONS, STRS_TRUTH, needs
from tests.evaluation.documents import interval, submission, write
from tests.metrics import documents
from tests.metrics.documents import protocol_of

ROOT = Path(__file__).parents[2]
DEMO = Path(package.__file__).parent / "demo"
FILES = (
    *("diagnose", DEMO / "predictions.json", "--truth", DEMO / "truth.json"),
    *("--protocol", DEMO / "protocol.toml"),
)
MEAN = shared_folder("leaderboards") / "synthetic-str@1" / "submissions" / "mean-released-0.json"


def by_cause(diagnosis: Diagnosis) -> dict[str, tuple[int, int, int]]:
    """Return false positives, misses and wrong emotions of the causes that have any."""
    counts = {
        cause.direction or cause.cause: (
            cause.false_positives,
            cause.misses,
            cause.wrong_emotions,
        )
        for cause in diagnosis.causes
    }
    return {name: numbers for name, numbers in counts.items() if any(numbers)}


def four_digits(diagnosis: Diagnosis) -> dict[str, list[float | None]]:
    return {
        cause.direction or cause.cause: [
            None if metric.value is None else round(metric.value, 4)
            for metric in cause.corrected.values()
        ]
        for cause in diagnosis.causes
    }


@needs(STRS_PREDICTIONS, STRS_TRUTH)
def test_the_casme2_predictions() -> None:
    diagnosis = package.diagnose(STRS_PREDICTIONS, STRS_TRUTH, "casme2-str@1")
    assert by_cause(diagnosis) == {
        "localization": (72, 72, 0),
        "early": (58, 58, 0),
        "late": (8, 8, 0),
        "too short": (1, 1, 0),
        "too long": (5, 5, 0),
        "background": (13, 0, 0),
        "missed": (0, 13, 0),
        "wrong emotion": (0, 0, 63),
    }
    kinds = Counter(error.error for error in diagnosis.errors)
    assert kinds == {"false positive": 85, "miss": 85, "wrong emotion": 63}
    assert diagnosis.all_corrected["spotting_f1"].value == 1
    assert diagnosis.all_corrected["strs"].value == 1
    found = four_digits(diagnosis)
    assert found["localization"] == [0.9467, None, 0.5849, 0.5537]
    assert found["background"] == [0.6695, None, 0.5927, 0.3968]
    assert found["missed"] == [0.6866, None, 0.5927, 0.4070]
    assert found["wrong emotion"] == [0.6516, None, 1.0, 0.6516]
    assert diagnosis.lost_strs is not None
    assert round(diagnosis.lost_strs.spotting, 4) == 0.2774
    assert round(diagnosis.lost_strs.recognition, 4) == 0.3364


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            (STRS_PREDICTIONS, "--truth", STRS_TRUTH, "--protocol", "casme2-str"),
            marks=needs(STRS_PREDICTIONS, STRS_TRUTH),
            id="casme2",
        ),
        pytest.param((MEAN,), id="synthetic"),
    ],
)
def test_the_page_shows_the_tables(files: tuple[Path | str, ...], tmp_path: Path) -> None:
    run = mebench(tmp_path, "diagnose", *files, "--format", "markdown")
    page = (ROOT / "docs" / "diagnosis.md").read_text(encoding="utf-8")
    assert run.status == FINE
    table, signature = run.out.strip().rsplit("v:", 1)[0].split("\n\n")
    assert table in page
    assert signature in page


def test_macro_expressions_and_blinks_of_the_synthetic_set() -> None:
    diagnosis = package.diagnose(MEAN)
    assert diagnosis.context == {"blink": 47, "macro": 16}
    assert by_cause(diagnosis) == {
        "duplicate": (3, 0, 0),
        "wrong kind": (18, 0, 0),
        "blink": (9, 0, 0),
        "background": (3, 0, 0),
        "below threshold": (0, 31, 0),
        "missed": (0, 2, 0),
        "wrong emotion": (0, 0, 2),
    }
    assert diagnosis.all_corrected["spotting_f1"].value == 1


def test_json_has_everything(tmp_path: Path) -> None:
    document = json.loads(mebench(tmp_path, *FILES, "--format", "json").out)
    assert Diagnosis.model_validate(document).to_json() == document
    assert document["metrics"]["strs"]["value"] == pytest.approx(0.4545, abs=1e-4)
    assert len(document["errors"]) == 14 + 11 + 6
    assert set(document["parts"]) == {"subject", "class", "duration"}


@pytest.mark.parametrize("more", [(), ("--by", "subject"), ("--errors",)])
@pytest.mark.parametrize("layout", ["table", "markdown", "latex", "csv"])
def test_formats(tmp_path: Path, layout: str, more: tuple[str, ...]) -> None:
    run = mebench(tmp_path, *FILES, "--format", layout, *more)
    assert run.status == FINE, run.said
    assert "mebench:1|p:demo-str@1|" in run.out
    assert "background" in run.out
    assert "nan" not in run.out.casefold()
    if layout == "csv":
        rows = list(csv.DictReader(io.StringIO(run.out)))
        numbers = {(): 16, ("--by", "subject"): 8, ("--errors",): 31}
        assert len(rows) == numbers[more]


def test_curves_give_the_highest_score_of_each_error(tmp_path: Path) -> None:
    files(tmp_path)
    rows = "".join(f"1,a,{frame},{frame / 100}\n" for frame in range(100))
    write(tmp_path, "c.csv", f"subject,video,frame,score\n{rows}")
    write(tmp_path, "none.json", submission({"1/a": [interval(90, 99, score=0.5)]}))
    command = ("diagnose", "none.json", *SCORED, "--curves", "c.csv")
    found = json.loads(mebench(tmp_path, *command, "--format", "json").out)["errors"]
    peaks = {(one["error"], one["subject"]): one["peak"] for one in found}
    assert peaks["false positive", "1"] == 0.99
    assert peaks["miss", "1"] == 0.2, "of frames 10 to 20"
    assert peaks["miss", "2"] is None, "without a curve"
    listed = mebench(tmp_path, *command, "--errors", COLUMNS="200").out
    assert "peak" in listed and "0.990" in listed


def test_text_is_escaped(tmp_path: Path) -> None:
    document = json.loads((DEMO / "predictions.json").read_text(encoding="utf-8"))
    document["system"]["name"] = "a\x1b[2Jb"
    path = tmp_path / "p.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    run = mebench(tmp_path, "diagnose", path, *FILES[2:])
    assert "\x1b" not in run.out
    assert "2Jb" in run.out


def test_a_log_without_kinds_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text("2\na 11 20 12 21 TP\na - - 50 60 FP\nb 5 9 - - FN\n", encoding="utf-8")
    two_kinds = protocol_of({**documents.TWO_TARGETS, "datasets": [{"id": "casme-sq"}]})
    with pytest.raises(package.MebenchError) as caught:
        package.diagnose(log, None, two_kinds)
    assert "kinds-needed" in [finding.code for finding in caught.value.diagnostics]
    one_kind = diagnose_with_options(log, None, two_kinds, ScoringOptions(kind="micro"))
    assert by_cause(one_kind) == {"background": (1, 0, 0), "missed": (0, 1, 0)}
