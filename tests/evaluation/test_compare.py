"""``mebench.compare`` and ``mebench compare``: refusals, extremes, families, formats."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.models.comparison import NO_TEST, Comparison
from tests.cli.running import FINDINGS, FINE, USAGE
from tests.cli.running import mebench as run
from tests.evaluation.documents import (
    CLASSES,
    TOY,
    TOY_TOML,
    codes,
    interval,
    submission,
    truth,
    write,
)

Rows = dict[str, list[Any]]


def events(subjects: int, shift: int = 0, emotion: str | None = None, score: float = 0.5) -> Rows:
    """Return six expressions per subject; every third class in turn, or the given one."""
    return {
        f"{subject}/a": [
            interval(
                12 * at + shift,
                12 * at + shift + 8,
                emotion or CLASSES[(at + subject) % 3],
                score=score,
            )
            for at in range(6)
        ]
        for subject in range(subjects)
    }


def truth_of(rows: Rows) -> dict[str, Any]:
    return truth({name: [_without_score(one) for one in row] for name, row in rows.items()})


def _without_score(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "score"}


def weaker(rows: Rows, every: int) -> Rows:
    """Return rows in which one of ``every`` intervals of each second subject is missed."""
    return {
        name: [row for at, row in enumerate(events) if (at + number) % every or number % 2]
        for number, (name, events) in enumerate(rows.items())
    }


PERFECT = events(9)
NOTHING: Rows = {name: [] for name in PERFECT}


def compared(*systems: Rows, of: Rows = PERFECT, **options: Any) -> Comparison:
    return mebench.compare([submission(one) for one in systems], truth_of(of), TOY, **options)


EXTREMES: dict[str, tuple[Rows, Rows, Rows]] = {
    "identical": (PERFECT, PERFECT, PERFECT),
    "perfect and nothing": (PERFECT, NOTHING, PERFECT),
    "nothing twice": (NOTHING, NOTHING, PERFECT),
    "one subject": (events(1), weaker(events(1), 2), events(1)),
    "two subjects": (events(2), weaker(events(2), 2), events(2)),
    "seven subjects": (events(7), weaker(events(7), 3), events(7)),
    "disjoint subjects": (
        {name: rows for name, rows in PERFECT.items() if int(name[0]) < 4},
        {name: rows for name, rows in PERFECT.items() if int(name[0]) >= 4},
        PERFECT,
    ),
    "one class": (
        events(9, emotion="positive"),
        weaker(events(9, emotion="positive"), 3),
        events(9, emotion="positive"),
    ),
    "no true expression": (PERFECT, weaker(PERFECT, 2), NOTHING),
    "no true expression, nothing": (NOTHING, NOTHING, NOTHING),
    "all of one subject": (
        PERFECT,
        weaker(PERFECT, 2),
        {name: rows if name == "0/a" else [] for name, rows in PERFECT.items()},
    ),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_give_a_number_or_a_reason(name: str) -> None:
    first, second, of = EXTREMES[name]
    everything = [metric.id for metric in mebench_metrics()]
    comparison = compared(first, second, of=of, metrics=everything)
    text = json.dumps(comparison.to_json(), allow_nan=False)
    assert Comparison.model_validate_json(text) == comparison
    assert comparison.conclusion.endswith(".")
    [pair] = comparison.pairs
    assert list(pair.metrics) == everything
    for found in pair.metrics.values():
        assert (found.p is None) == (found.reason is not None) == (found.verdict is None)
        assert found.reason is None or found.reason in NO_TEST
    if name == "identical":
        assert {found.reason for found in pair.metrics.values()} == {"identical"}
        assert "equal" in comparison.conclusion
    if name in ("one subject", "all of one subject"):
        assert pair.metrics["spotting_f1"].reason == "one-subject"
    if name == "disjoint subjects":
        found = pair.metrics["spotting_f1"]
        assert (found.wins, found.ties, found.losses) == (5, 0, 4)
        assert found.verdict == "not-distinguishable"


def mebench_metrics() -> list[Any]:
    from mebench.metrics.registry import metrics_of

    return metrics_of(TOY)


def test_the_conclusion_names_the_better_system_and_the_doubt() -> None:
    better = compared(weaker(PERFECT, 2), PERFECT)
    found = better.pairs[0].metrics["strs"]
    assert (better.headline, found.verdict) == ("strs", "second-better")
    assert found.difference == pytest.approx(
        (better.systems[1].metrics["strs"].value or 0)
        - (better.systems[0].metrics["strs"].value or 0)
    )
    assert " is better than " in better.conclusion
    doubt = compared(weaker(PERFECT, 4), PERFECT, metrics=["uf1"])
    assert doubt.headline == "uf1"
    close = dict(PERFECT) | {"0/a": PERFECT["0/a"][1:]}
    other = dict(PERFECT) | {"1/a": PERFECT["1/a"][1:]}
    unclear = compared(close, other, metrics=["spotting_f1"])
    assert "do not show which of" in unclear.conclusion
    assert "in four of five experiments" in unclear.conclusion


def test_different_truths_are_refused_with_the_difference(tmp_path: Path) -> None:
    """A log has its own truth; the truths of these two differ."""
    rows = ["101_1 901 980 911 980 TP", "102_5 100 150 - - FN"]
    first = write(tmp_path, "a.txt", "\n".join(["1", *rows]) + "\n")
    second = write(tmp_path, "b.txt", "\n".join(["1", rows[0], "102_5 100 160 - - FN"]) + "\n")
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.compare([first, second], protocol="megc2020-spot-sammlv")
    assert codes(caught.value) == ["not-comparable"]
    [problem] = caught.value.diagnostics
    assert "truth:" in problem.message and "a.txt" in problem.message
    assert "b.txt" in problem.message and "preds" not in problem.message


def test_missing_samples_are_refused(tmp_path: Path) -> None:
    document = {
        "id": "r@1",
        "title": "R",
        "task": "recognize",
        "classes": CLASSES,
        "folds": "any",
        "datasets": [{"id": "toy"}],
    }
    rows = [
        {"subject": str(at // 3), "sample": f"v{at}", "emotion": CLASSES[at % 3]}
        for at in range(12)
    ]
    truths = {"format": "mebench-truth/1", "dataset": "toy", "samples": rows}
    given = [
        {
            "format": "mebench-submission/1",
            "protocol": "r@1",
            "samples": some,
            "system": {"name": "x"},
        }
        for some in (rows, rows[1:])
    ]
    protocol = mebench.Protocol.model_validate(document)
    with pytest.raises(mebench.MebenchError, match="missing:1"):
        mebench.compare(given, truths, protocol, allow_missing=True)
    both = mebench.compare([given[0], given[0]], truths, protocol)
    assert both.task == "recognize" and both.truths == 12


def test_the_order_of_subjects_does_not_matter(tmp_path: Path) -> None:
    """Two logs with the same truth, whose videos are listed in another order."""
    rows = [
        "101_1 901 980 911 980 TP",
        "102_5 100 150 - - FN",
        "103_2 300 350 310 350 TP",
        "103_2 - - 500 560 FP",
    ]
    missed = [rows[0], "102_5 100 150 100 151 TP", "103_2 300 350 - - FN"]
    first = write(tmp_path, "a.txt", "\n".join(["1", *rows]) + "\n")
    others = [
        write(tmp_path, name, "\n".join(["1", *lines]) + "\n")
        for name, lines in (("b.txt", missed), ("c.txt", missed[::-1]))
    ]
    same, reversed_order = (
        mebench.compare([first, other], protocol="megc2020-spot-sammlv") for other in others
    )
    assert same.pairs == reversed_order.pairs
    assert same.pairs[0].metrics["spotting_f1"].wins == 1


def test_pairs_baseline_names_and_findings() -> None:
    systems = [PERFECT, weaker(PERFECT, 3), weaker(PERFECT, 2), PERFECT]
    del systems[1]["8/a"]
    every = compared(*systems)
    assert [(pair.first, pair.second) for pair in every.pairs] == [
        *((0, 1), (0, 2), (0, 3)),
        *((1, 2), (1, 3), (2, 3)),
    ]
    assert every.family == "all-pairs" and every.baseline is None
    assert len({system.name for system in every.systems}) == 4
    assert [one.code for one in every.findings].count("leaves-out-subjects") == 1
    based = compared(*systems, baseline=2)
    assert [(pair.first, pair.second) for pair in based.pairs] == [(2, 0), (2, 1), (2, 3)]
    assert based.family == "baseline" and "is the baseline" in based.conclusion
    forward, backward = every.pairs[3].metrics["strs"], based.pairs[1].metrics["strs"]
    assert backward.p == pytest.approx(forward.p)
    assert backward.difference == pytest.approx(-(forward.difference or 0))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"metrics": ["f1"]}, "unknown-metric"),
        ({"metrics": "strs"}, "wrong-argument"),
        ({"metrics": []}, "wrong-argument"),
        ({"metrics": [3]}, "wrong-argument"),
        ({"group": "macro"}, "group-unknown"),
        ({"baseline": 2}, "wrong-argument"),
        ({"seed": -1}, "wrong-argument"),
        ({"score_threshold": float("nan")}, "bad-threshold"),
    ],
)
def test_wrong_arguments(options: dict[str, Any], code: str) -> None:
    with pytest.raises(mebench.UsageError) as caught:
        compared(PERFECT, NOTHING, **options)
    assert caught.value.diagnostics[0].code == code


def test_one_system_is_not_a_comparison() -> None:
    for given in ([submission(PERFECT)], [], "p.json"):
        with pytest.raises(mebench.UsageError):
            mebench.compare(given, truth_of(PERFECT), TOY)


def test_thresholds_may_differ_and_groups_are_chosen() -> None:
    strict = submission(PERFECT, score_threshold=0.6)
    loose = submission(PERFECT, score_threshold=0.4)
    found = mebench.compare([strict, loose], truth_of(PERFECT), TOY, group="micro")
    assert found.group == "micro" and "(micro)" in found.conclusion
    assert found.pairs[0].metrics["ap"].reason == "identical"
    assert found.pairs[0].metrics["spotting_f1"].difference == 1.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "toy.toml", TOY_TOML)
    write(tmp_path, "t.json", truth_of(PERFECT))
    for name, rows in (("a", PERFECT), ("b", weaker(PERFECT, 2)), ("c", weaker(PERFECT, 3))):
        write(tmp_path, f"{name}.json", submission(rows, system={"name": f"method {name} | $x$"}))
    write(tmp_path, "bad.json", submission({"0/a": [interval(30, 20)]}))
    return tmp_path


TOY_OPTIONS = ("--truth", "t.json", "--protocol", "toy.toml")


def test_the_command_in_every_format(folder: Path) -> None:
    files = ("a.json", "b.json", "c.json")
    table = run(folder, "compare", *files, *TOY_OPTIONS, "--plot", "p.svg")
    assert table.status == FINE, table.err
    assert "method a | $x$" in table.out and "C - B" in table.out
    assert "p corrected" in table.out and table.out.count("mebench:1|") == 3
    assert max(map(len, table.out.split("\n\n")[3].splitlines())) <= 80
    assert b"Bars join" in (folder / "p.svg").read_bytes()
    report = json.loads(run(folder, "compare", *files, *TOY_OPTIONS, "--format", "json").out)
    assert report["format"] == "mebench-comparison/1"
    again = run(folder, "compare", *files, *TOY_OPTIONS, "--format", "json", "-o", "c.json.out")
    assert again.status == FINE
    assert json.loads((folder / "c.json.out").read_text()) == report
    rows = list(
        csv.DictReader(
            io.StringIO(run(folder, "compare", *files, *TOY_OPTIONS, "--format", "csv").out)
        )
    )
    assert len(rows) == 3 * len(report["pairs"][0]["metrics"])
    difference = report["pairs"][0]["metrics"]["strs"]
    [row] = [row for row in rows if row["metric"] == "strs" and row["second"] == "method b | $x$"]
    assert float(row["difference"]) == difference["difference"]
    latex = run(folder, "compare", *files, *TOY_OPTIONS, "--format", "latex").out
    assert latex.count(r"\begin{tabular}") == 2 and latex.count("% ") >= 3
    markdown = run(folder, "compare", *files, *TOY_OPTIONS, "--format", "markdown").out
    assert r"method a \| \$x\$" in markdown or r"method a \| $x$" in markdown


def test_the_command_refuses(folder: Path) -> None:
    one = run(folder, "compare", "a.json", *TOY_OPTIONS)
    assert one.status == USAGE and "at least two" in one.said
    other = run(folder, "compare", "a.json", "b.json", *TOY_OPTIONS, "--baseline", "c.json")
    assert other.status == USAGE and "is not one of the prediction files" in other.said
    bad = run(folder, "compare", "a.json", "bad.json", *TOY_OPTIONS)
    assert (bad.status, bad.codes()) == (FINDINGS, {"offset-before-onset"})
    ending = run(folder, "compare", "a.json", "b.json", *TOY_OPTIONS, "--plot", "p.gif")
    assert (ending.status, ending.codes()) == (USAGE, {"unknown-ending"})


def test_power_as_a_command(folder: Path) -> None:
    quick = ("--trials", "100", *TOY_OPTIONS)
    table = run(folder, "power", *quick, "--difference", "0.2", "--plot", "p.svg")
    assert table.status == FINE, table.err
    assert "the default profile" in table.out and "9 (these)" in table.out
    assert b"Detectable difference" in (folder / "p.svg").read_bytes()
    report = json.loads(run(folder, "power", "b.json", *quick, "--format", "json").out)
    assert report["profile"]["source"] == "method b | $x$"
    assert [*report["metrics"]] == ["spotting_f1", "uf1", "strs"]
    rows = run(folder, "power", *quick, "--format", "csv", "--seed", "3").out.splitlines()
    assert rows[0] == "metric,value,difference,power" and len(rows) == 1 + 3 * 12
    assert r"\begin{tabular}" in run(folder, "power", *quick, "--format", "latex").out
    assert "| F1 spotting |" in run(folder, "power", *quick, "--format", "markdown").out


def test_power_refuses(folder: Path) -> None:
    assert run(folder, "power", "--truth", "t.json").codes() == {"protocol-needed"}
    assert run(folder, "power", "--protocol", "toy.toml").codes() == {"truth-needed"}
    wrong = run(folder, "power", *TOY_OPTIONS, "--difference", "2")
    assert (wrong.status, wrong.codes()) == (USAGE, {"wrong-argument"})
    for rows in (events(1), NOTHING):
        write(folder, "one.json", truth_of(rows))
        alone = run(folder, "power", "--truth", "one.json", "--protocol", "toy.toml")
        assert (alone.status, alone.codes()) == (FINDINGS, {"few-subjects"})


def test_files_of_the_same_name_are_told_apart(folder: Path) -> None:
    for name in ("one", "two"):
        (folder / name).mkdir()
        write(folder / name, "x.json", submission(PERFECT))
    found = run(folder, "compare", "one/x.json", "two/x.json", *TOY_OPTIONS, "--format", "json")
    systems = json.loads(found.out)["systems"]
    assert [system["name"] for system in systems] == ["one/x.json", "two/x.json"]
    assert "warning [scores-constant]" in found.err


NUMBERS = """
import sys
import mebench
from mebench.evaluation.estimate_power import estimate_power
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.util.atomic_write import to_json_text
given = (["a.json", "b.json", "c.json"], "t.json", "toy.toml")
print(to_json_text(mebench.compare(*given).to_json()))
power = estimate_power("b.json", *given[1:], ScoringOptions(), trials=100)
print(to_json_text(power.to_json()))
"""


def test_the_same_numbers_with_any_number_of_threads(folder: Path) -> None:
    printed = set()
    for threads in ("1", "2"):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        done = subprocess.run(
            [sys.executable, "-c", NUMBERS],
            cwd=folder,
            env={**os.environ, **dict.fromkeys(names, threads)},
            capture_output=True,
            text=True,
            check=True,
        )
        printed.add(done.stdout)
    assert len(printed) == 1
    assert len(printed.pop()) > 2000
