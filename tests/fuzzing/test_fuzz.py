"""A few hundred inputs of every kind end in a result or in findings; and the fuzzer itself."""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from benchmarks.fuzz import Run, fuzz
from benchmarks.fuzzing import media, mutations, targets, workers
from benchmarks.fuzzing.targets import Target
from benchmarks.fuzzing.workers import Failure, Fuzzer
from mebench.util.resources import shared_folder

if sys.platform == "win32":
    pytest.skip("the fuzzer needs signals and limits of resources", allow_module_level=True)

INPUTS = 4 * settings().max_examples
"""The profile of tests/conftest.py decides."""


@pytest.fixture(scope="module")
def fuzzer(tmp_path_factory: pytest.TempPathFactory) -> Fuzzer:
    return Fuzzer(tmp_path_factory.mktemp("fuzz"), "tests")


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.mark.filterwarnings("default")
def test_broken_inputs_end_in_a_result_or_in_findings(fuzzer: Fuzzer) -> None:
    used: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for number in range(INPUTS):
        index, was_refused, failure = fuzzer.run(number)
        assert failure is None or failure.kind == "memory", failure
        used[fuzzer.targets[index].name] += 1
        refused[fuzzer.targets[index].name] += was_refused
    assert len(used) >= 3 * len(fuzzer.targets) // 4, "most targets had an input"
    assert sum(used.values()) / 3 < sum(refused.values()) < sum(used.values())


def test_valid_inputs_are_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise only the first check of a reader would be tested."""
    for name in [name for name in vars(mutations) if name.startswith("mutate_")]:
        for module in (targets, media):
            monkeypatch.setattr(module, name, lambda content, chance: content, raising=False)
    fuzzer = Fuzzer(tmp_path, "tests")
    for target in fuzzer.targets:
        if target.name in {"hdf5", "command"}:  # slow; often invalid
            continue
        refusals = (
            fuzzer.use(target, number, target.make(random.Random(number))) for number in range(30)
        )
        assert not all(refusals), target.name


def test_inputs_follow_from_seed_and_number(fuzzer: Fuzzer, tmp_path: Path) -> None:
    other = Fuzzer(tmp_path / "other", "tests", ["submission", "csv table"])
    again = Fuzzer(tmp_path / "again", "tests", ["submission", "csv table"])
    assert [other.input(number) for number in range(50)] == [
        again.input(number) for number in range(50)
    ]
    assert len({other.input(number)[1] for number in range(50)}) > 45


def odd_target(problem: Any) -> Target:
    """Return a target whose texts fail if they contain an x."""

    def use(path: Path, chance: random.Random) -> None:
        if b"x" in path.read_bytes():
            problem()

    return Target("odd", 1, lambda chance: b"a long text with an x in it", use)


def raise_error() -> None:
    raise KeyError("x")


def wait() -> None:
    import time

    time.sleep(60)


def compute() -> None:
    import time

    begin = time.process_time()
    while time.process_time() - begin < 0.5:
        pass


@pytest.mark.parametrize(
    ("problem", "kind"), [(raise_error, "exception"), (wait, "hang"), (compute, "hang")]
)
def test_failures_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: Any, kind: str
) -> None:
    monkeypatch.setattr(workers, "targets", lambda folder: [odd_target(problem)])
    monkeypatch.setattr(workers, "MAX_SECONDS", 0.2)
    monkeypatch.setattr(workers, "MAX_WAITING", 1.0)
    monkeypatch.setattr(workers, "MAX_RESIDENT", 2**40)
    _, refused, failure = Fuzzer(tmp_path, "0").run(0)
    assert failure is not None and not refused
    assert failure.kind == kind


def test_memory_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "targets", lambda folder: [odd_target(lambda: None)])
    monkeypatch.setattr(workers, "MAX_RESIDENT", 2**20)
    failure = Fuzzer(tmp_path, "0").run(0)[2]
    assert failure is not None and failure.kind == "memory"


def test_a_failing_input_is_minimized_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "targets", lambda folder: [odd_target(raise_error)])
    monkeypatch.setattr(workers, "MAX_RESIDENT", 2**40)
    fuzzer = Fuzzer(tmp_path, "0")
    failure = fuzzer.run(0)[2]
    assert isinstance(failure, Failure)
    assert fuzzer.minimized(failure) == b"x"
    workers.keep(failure, tmp_path / "kept", b"with an x", b"x")
    [folder] = (tmp_path / "kept").iterdir()
    assert (folder / "minimal").read_bytes() == b"x"
    assert "KeyError" in (folder / "failure.txt").read_text()


def test_a_run_counts_and_continues(tmp_path: Path) -> None:
    for inputs in (10, 20):
        run = Run(tmp_path, "0")
        fuzz(run, inputs, 1, ["mebench.toml"], float("inf"))
        assert (run.done, run.counts[1]) == (inputs, inputs)
        assert not run.failures
    assert 0 < run.peak < 2**30
    with pytest.raises(SystemExit, match="seed"):
        Run(tmp_path, "1")


@pytest.mark.parametrize("schema", ["submission", "truth", "protocol", "report", "published"])
def test_generated_documents_are_mostly_of_the_schema(schema: str) -> None:
    content = json.loads((shared_folder("schemas") / f"{schema}-1.json").read_text("utf-8"))
    chance = random.Random(0)
    made = [mutations.generated(content, chance, content) for _ in range(100)]
    complete = [one for one in made if isinstance(one, dict) and {*content["required"]} <= {*one}]
    assert len(complete) > 90
    assert len({json.dumps(one, default=str) for one in made}) > 50
