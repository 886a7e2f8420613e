"""Studies as users run them: each writes tables and pictures."""

from __future__ import annotations

import csv
import json
import math
import shutil
from pathlib import Path

import pytest

from mebench.runner.registry import baseline_class
from mebench.runner.sweep import settings_from_arguments
from tests.runner.distribution import PROTOCOL, simple, write
from tests.runner.running import Bench, Ended, bench_in

FILES = {"table.md", "table.tex", "table.csv", "picture.png", "picture.pdf"}
OTHER = ("--fault", "none-that-is-known")


def study(bench: Bench, name: str, *more: str, baseline: str = "studious") -> Ended:
    done = bench.here(baseline, "--study", name, "-o", "study", *more)
    assert done.status == 0, done.err
    found = {path.name for path in (bench.folder / "study").iterdir() if path.is_file()}
    assert found >= FILES
    assert (bench.folder / "study" / "picture.png").read_bytes()[:4] == b"\x89PNG"
    assert (bench.folder / "study" / "picture.pdf").read_bytes()[:5] == b"%PDF-"
    return done


@pytest.fixture(scope="module")
def shifted(
    home: Path, installed: None, four: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """Return a folder with a finished study, to be copied, and what the command printed."""
    made = bench_in(home, tmp_path_factory.mktemp("shifted"), four)
    done = study(made, "shift", *OTHER)
    return made.folder / "study", done.out


@pytest.fixture
def copied(shifted: tuple[Path, str], bench: Bench) -> Path:
    """Return the folder of a finished study."""
    return Path(shutil.copytree(shifted[0], bench.folder / "study"))


def table(bench: Bench) -> list[dict[str, str]]:
    with (bench.folder / "study" / "table.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.usefixtures("copied")
def test_variants_are_runs_side_by_side(bench: Bench, shifted: tuple[Path, str]) -> None:
    assert "How far it misses [Table 1]" in shifted[1]
    rows = table(bench)
    assert [row[""] for row in rows] == ["not at all", "by five"]
    # [3, 12] against [8, 17]: 5 frames of 15 are no hit.
    assert [float(row["spotting_f1"]) for row in rows] == [1.0, 0.0]
    for row, name in zip(rows, ("shift-0", "shift-5"), strict=True):
        report = json.loads((bench.folder / "study" / name / "report.json").read_text())
        assert row["signature"] == report["signature"]
        assert float(row["strs"]) == report["metrics"]["strs"]["value"]


def test_a_variant_keeps_the_other_options_of_the_command_line(copied: Path) -> None:
    plan = json.loads((copied / "shift-5" / "plan.json").read_text())
    assert plan["options"] == {"shift": 5, "fault": "none-that-is-known", "word": None}


def test_seeds_have_a_mean_and_a_spread(bench: Bench) -> None:
    done = study(bench, "seeds", "--seed", "5", baseline="random")
    rows = table(bench)
    assert [row[""] for row in rows] == ["seed 5", "seed 6", "seed 7"]
    values = [float(row["spotting_f1"]) for row in rows]
    mean = sum(values) / 3
    spread = math.sqrt(sum((one - mean) ** 2 for one in values) / 2)
    printed = {line.split()[0]: line.split() for line in done.out.splitlines() if line.strip()}
    assert printed["mean"][1] == f"{mean:.4f}"
    assert printed["standard"][2] == f"{spread:.4f}"


def test_a_study_of_its_own_runs_a_function_in_every_fold(bench: Bench) -> None:
    done = bench.here("studious", "--study", "frames", "-o", "study", "--folds", "1-2")
    assert done.status == 0, done.err
    assert [row["frames"] for row in table(bench)] == ["100", "200"]
    assert bench.here("studious", "--study", "frames", "-o", "study", "--folds", "3").status == 0
    assert [row["fold"] for row in table(bench)] == ["s1", "s2", "s3"]


def test_all_settings_are_combined(bench: Bench) -> None:
    found = settings_from_arguments(baseline_class("steady"), ["count=1,2", "reach=0,3"])
    assert [one.label for one in found] == [
        f"count {count}, reach {reach}" for count in (1, 2) for reach in (0, 3)
    ]
    assert found[1].options == {"count": "1", "reach": "3"}


def test_settings_and_seeds_are_combined(bench: Bench) -> None:
    options = ("--sweep", "count=1,2", "--sweep", "reach=3", "--seeds", "2", "--seed", "4")
    done = bench.here("steady", *options, "-o", "study")
    assert done.status == 0, done.err
    rows = table(bench)
    assert len(rows) == 4
    assert rows[1][""] == "count 1, reach 3, seed 5"
    first, second = (float(row["spotting_f1"]) for row in rows[2:])
    mean, deviation = (first + second) / 2, abs(first - second) / math.sqrt(2)
    [line] = [line for line in done.out.splitlines() if line.startswith("  count 2, reach 3 ")]
    assert f"{mean:.4f} ± {deviation:.4f}" in line
    plan = json.loads((bench.folder / "study" / "count-2-reach-3-seed-5" / "plan.json").read_text())
    assert (plan["seed"], plan["options"]["count"], plan["options"]["reach"]) == (5, 2, 3)


def test_confusion_matrices(bench: Bench) -> None:
    study(bench, "confusion")
    rows = table(bench)
    emotions = [one["intervals"][0]["emotion"] for one in simple(4)["videos"]]
    for row in rows:
        expected = emotions.count(row["true"]) if row["predicted"] == "negative" else 0
        assert int(row["count"]) == expected


def test_confusion_matrices_of_one_expression_per_video(bench: Bench, tmp_path: Path) -> None:
    """One matrix has a column for videos without a prediction, and the other has not."""
    rules = PROTOCOL.replace("folds =", "one_per_video = true\nfolds =")
    data = write(tmp_path / "one", simple(2), rules)
    other = Bench(bench.home, bench.folder, data, bench.mark)
    done = study(other, "confusion")
    assert "as (missing)" in done.out
    matrices = {row["matrix"] for row in table(other)}
    assert {one.rpartition(" ")[0] for one in matrices} == {
        "Spotted expressions",
        "All expressions",
    }


def test_a_study_is_resumed(bench: Bench, copied: Path) -> None:
    first = (copied / "table.csv").read_bytes()
    (copied / "table.csv").unlink()
    again = bench.here("studious", "--study", "shift", *OTHER, "-o", "study")
    assert again.status == 2
    assert "[run-exists]" in again.err
    study(bench, "shift", *OTHER, "--resume")
    assert (copied / "table.csv").read_bytes() == first


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--study", "shfit"], "unknown-study"),
        (["--study", "shift", "--folds", "0"], "study-folds"),
        (["--study", "confusion", "--folds", "0"], "study-folds"),
        (["--study", "frames", "--fault", "no-result"], "baseline-answer"),
        (["--study", "frames", "--fault", "not-plain"], "baseline-answer"),
        (["--study", "frames", "--fault", "objects"], "baseline-answer"),
        (["--study", "frames", "--folds", "9"], "bad-folds"),
        (["--sweep", "shfit=1,2"], "bad-sweep"),
        (["--sweep", "shift"], "bad-sweep"),
        (["--sweep", "shift=1,none"], "bad-option"),
        (["--final", "--fault", "no-weights"], "baseline-answer"),
        (["--fault", "deviations"], "baseline-raised"),
    ],
)
def test_studies_that_cannot_run_are_refused(bench: Bench, arguments: list[str], code: str) -> None:
    done = bench.here("studious", *arguments, "-o", "study")
    assert done.status in (1, 2)
    assert f"[{code}]" in done.err


def test_final_weights_take_all_subjects(bench: Bench) -> None:
    done = bench.here("studious", "--final", "--folds", "0", "-o", "kept")
    assert done.status == 2 and "--folds" in done.err
    assert not (bench.folder / "kept").exists()


def test_a_study_that_a_baseline_does_not_offer(bench: Bench) -> None:
    done = bench.here("random", "--study", "learning", "-o", "study")
    assert done.status == 2
    assert "[unknown-study]" in done.err and "Choose one of seeds, confusion." in done.err
    done = bench.here("random", "--final", "-o", "study")
    assert done.status == 2
    assert "[no-final-weights]" in done.err


def test_a_warm_up_that_fails_is_reported(bench: Bench) -> None:
    done = bench.here("studious", "--fault", "warm-up", "-o", "run")
    assert done.status == 1
    assert "[baseline-raised]" in done.err and "no compiler" in done.err


def test_a_protocol_without_emotions_has_no_matrix(bench: Bench, tmp_path: Path) -> None:
    rules = PROTOCOL.replace("spot-then-recognize", "spot").replace(
        'classes = ["negative", "positive", "surprise"]', "classes = []"
    )
    other = Bench(bench.home, bench.folder, write(tmp_path / "s", simple(2), rules), bench.mark)
    done = other.here("studious", "--study", "confusion", "-o", "study")
    assert done.status == 2
    assert "[study-not-answered]" in done.err
    assert not (bench.folder / "study").exists()


def test_a_folder_is_for_one_study(bench: Bench, copied: Path) -> None:
    done = bench.here("studious", "--study", "seeds", "-o", "study", "--resume")
    assert done.status == 2 and "[run-differs]" in done.err
    done = bench.here("studious", "--study", "seeds", "-o", "study/shift-5", "--resume")
    assert done.status == 2 and "[not-a-run]" in done.err


def test_deviations_are_in_the_manifest(copied: Path) -> None:
    manifest = json.loads((copied / "shift-5" / "manifest.json").read_text())
    assert manifest["deviations"] == ["It learns nothing."]


def test_dependencies_are_part_of_the_plan(bench: Bench) -> None:
    """A file that an option names may change between the folds of a run."""
    word = bench.folder / "word.txt"
    word.write_text("one")
    given = ("--word", "word.txt", "-o", "run")
    assert bench.here("studious", *given, "--folds", "0").status == 0
    word.write_text("two")
    done = bench.here("studious", *given, "--folds", "1-3")
    assert done.status == 2
    assert "[run-differs]" in done.err and "one" in done.err and "two" in done.err
    word.write_text("one")
    assert bench.here("studious", *given, "--folds", "1-3").status == 0
    submission = json.loads((bench.folder / "run" / "predictions.json").read_text())
    assert submission["system"]["version"] == "1 (shifted by 0)"


@pytest.mark.parametrize("method", ["dependencies", "variant_name"])
def test_metadata_methods_that_fail_are_named(bench: Bench, method: str) -> None:
    done = bench.here("studious", "--fault", method, "-o", "run")
    assert done.status == 1
    assert "[baseline-raised]" in done.err
    assert f"{method}() of the baseline studious failed: ValueError" in done.err
