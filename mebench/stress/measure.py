"""Predict every level: in batches that one training serves, within a budget, resumable.

::

    stress.json          what the folder measures
    runs/000.json        the levels of a batch
    runs/000/            the run of the batch: plan, folds, logs
    levels/noise-6/      predictions, truth, protocol and report of a level
    results.json, table.*, picture.*, summary.*

A batch is written down before it starts. A run that was killed continues with the same batch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Any

from mebench.diagnostics import Place, UsageError
from mebench.models.submission import SUBMISSION_FORMAT
from mebench.runner.contract import Baseline
from mebench.runner.registry import check_task, estimate_size, system_metadata
from mebench.runner.study import unreadable_record
from mebench.stress.level_runner import LevelRunner
from mebench.stress.levels import LevelData, load_level
from mebench.stress.stress_config import Level, StressConfig
from mebench.util.atomic_write import make_folder, to_json_text, write_text
from mebench.util.regular_file import read_regular
from mebench.util.text import format_bytes, pluralize

Announce = Callable[[str], None]


@dataclass(slots=True)
class Measured:
    """What was predicted: a submission per level, and the levels without one."""

    levels: dict[Level, LevelData] = field(default_factory=dict)
    submissions: dict[Level, dict[str, Any]] = field(default_factory=dict)
    missing: list[Level] = field(default_factory=list)


def measure(config: StressConfig, announce: Announce) -> Measured:
    """Predict all levels that the folder does not have yet.

    Raises
    ------
    MebenchError
        If the configuration is not valid, the folder holds something else, or a fold fails.
    """
    check_task(config.run.baseline, config.run.protocol)
    deadline = None if config.budget is None else monotonic() + config.budget
    measured = Measured()
    [standard] = config.run.dataset_locations

    def load(level: Level) -> LevelData:
        return load_level(level, standard, config.run.protocol, config.videos)

    loaded = {level: load(level) for level in config.levels()}
    runs = _claim_folder(config)
    earlier = sorted(runs.glob("[0-9]*.json"))
    for file in earlier:
        levels = _read_batch(file)
        # A level that the baseline cannot predict can be left out of the next call.
        if set(levels) <= set(loaded) or _is_complete(file):
            data = [loaded.get(level) or load(level) for level in levels]
            _execute(config, file, data, measured, announce)
    number = len(earlier)
    pending = [level for level in loaded if level not in measured.submissions]
    while batch := _next_batch(config, [loaded[level] for level in pending], deadline, announce):
        file = runs / f"{number:03d}.json"
        write_text(file, to_json_text([asdict(one.level) for one in batch]))
        _execute(config, file, batch, measured, announce)
        number += 1
        pending = [level for level in pending if level not in measured.submissions]
    measured.levels = {level: one for level, one in loaded.items() if level in measured.submissions}
    measured.missing = pending
    return measured


def _claim_folder(config: StressConfig) -> Path:
    """Write what the folder measures, or check that it measures the same; return its runs."""
    folder, file = config.run.folder, config.run.folder / "stress.json"
    record = {
        "format": "mebench-stress-run/1",
        "baseline": config.run.baseline.name,
        "protocol": config.run.protocol.id,
        "seed": config.run.seed,
        "retrain": config.retrain,
        "videos": config.videos,
    }
    runs = folder / "runs"
    try:
        stored = json.loads(read_regular(file))
    except FileNotFoundError:
        if folder.is_dir() and any(folder.iterdir()):
            raise UsageError.of(
                "not-a-run",
                "The folder holds files, but no stress run.",
                "Name a new folder with -o.",
                Place(file=str(folder)),
            ) from None
        make_folder(runs, "Name another folder with -o.")
        write_text(file, to_json_text(record))
        return runs
    except (OSError, ValueError):
        raise unreadable_record(file, "a stress run") from None
    if stored != record:
        raise UsageError.of(
            "run-differs",
            f"The folder holds a different stress run: {stored}.",
            "Repeat the options of the run in the folder, or name a new folder with -o.",
            Place(file=str(file)),
        )
    if not config.run.resume and any(runs.glob("*.json")):
        raise UsageError.of(
            "run-exists",
            "The folder holds this stress run already.",
            "Pass --resume to continue it or to add levels, or name another folder with -o.",
            Place(file=str(folder)),
        )
    make_folder(runs, "Name another folder with -o.")
    return runs


def _read_batch(file: Path) -> list[Level]:
    try:
        return [Level(**row) for row in json.loads(read_regular(file))]
    except (OSError, ValueError, TypeError):
        raise UsageError.of(
            "not-a-run",
            "The levels of a batch cannot be read.",
            "Name a new folder with -o.",
            Place(file=str(file)),
        ) from None


def _is_complete(file: Path) -> bool:
    """Return whether all folds of a batch have results."""
    folder = file.with_suffix("")
    try:
        folds = json.loads(read_regular(folder / "plan.json"))["folds"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return len(list(folder.glob("folds/*.json"))) == len(folds)


def _next_batch(
    config: StressConfig,
    pending: Sequence[LevelData],
    deadline: float | None,
    announce: Announce,
) -> list[LevelData]:
    """Return the levels that are measured next, prepared if there is a budget; none at its end."""

    def is_over() -> bool:
        return deadline is not None and monotonic() >= deadline

    if is_over() or not pending:
        return []
    baseline = config.run.baseline
    prepares = (baseline.prepare, baseline.prepare_sample) != (
        Baseline.prepare,
        Baseline.prepare_sample,
    )
    if config.retrain or (deadline is not None and not prepares):
        return [pending[0]]
    if deadline is None:
        return list(pending)
    # Preparing is most of the work, so the budget is looked at before each level.
    batch: list[LevelData] = []
    for one in pending:
        if is_over():
            break
        announce(f"Preparing {one.level.name}")
        with LevelRunner(config.run, [one], retrain=False) as runner:
            runner.prepare()
        batch.append(one)
    return batch


def _execute(
    config: StressConfig,
    file: Path,
    levels: list[LevelData],
    measured: Measured,
    announce: Announce,
) -> None:
    """Run a batch, and add the submissions of its levels."""
    run = replace(config.run, folder=file.with_suffix(""), resume=True)
    with LevelRunner(run, levels, retrain=config.retrain) as runner:
        announce(_description(config, runner))
        results = runner.execute()
        rows: dict[str, dict[str, list[Any]]] = {
            one.dataset: {"videos": [], "samples": []} for one in levels
        }
        for result in results:
            assert result is not None, "all folds are chosen"
            for kind in ("videos", "samples"):
                for row in result.data[kind]:
                    name = row["dataset"]
                    kept = {key: value for key, value in row.items() if key != "dataset"}
                    rows[name][kind].append(kept)
        folds = list(_folds(runner))
    system = system_metadata(run.baseline, run.options)
    system = system.model_copy(update={"isolation": run.isolation})
    for one in levels:
        measured.submissions[one.level] = {
            "format": SUBMISSION_FORMAT,
            "protocol": one.tested.protocol.id,
            "system": system.to_json(),
            "folds": folds,
            **{kind: found for kind, found in rows[one.dataset].items() if found},
        }


def _folds(runner: LevelRunner) -> Iterator[dict[str, Any]]:
    for fold in runner.folds:
        people = [subject.subject for subject in fold.test_subjects]
        yield {"test": people, "seed": fold.seed}


def _description(config: StressConfig, runner: LevelRunner) -> str:
    run, videos = config.run, runner.videos
    size = estimate_size(run.baseline, run.options, run.protocol, videos)
    names = [one.level.name for one in runner.levels]
    parts = [
        pluralize(len(names), "level") if len(names) > 1 else names[0],
        pluralize(len(runner.folds), "fold"),
        pluralize(len(videos), "video"),
        f"{sum(video.n_frames for video in videos):,} frames",
    ]
    if size.pairs:
        parts.append(f"{size.pairs:,} frame pairs")
    if size.disk:
        parts.append(f"{format_bytes(size.disk)} of prepared arrays")
    trained = "each level" if config.retrain else "the standard level"
    return f"{run.baseline.name}, trained on {trained}: {', '.join(parts)}."
