"""The methods of the field on the rendered faces, each beside ``random``.

``python -m benchmarks.methods -o FOLDER [--seeds 3] [--jobs 2]`` runs each method that spots under
``synthetic-spot@1``, each method that recognizes under ``synthetic-recog@1``, and combinations of
both under ``synthetic-str@1``, with several seeds where a training is random. It prints tables: the
score with its 95 % interval (first seed), the mean over seeds, and the paired comparison with
``random`` of the same seed, with Holm's correction for all methods. A method that is not better in
every seed is listed with its most frequent errors. A run that is in the folder already is not
repeated.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import mebench
from mebench.models.comparison import NO_TEST, MetricDifference
from mebench.models.report import Report
from mebench.protocols.loader import load_protocol
from mebench.runner import RunConfig, run_baseline
from mebench.runner.registry import baseline_class
from mebench.runner.run_config import dataset_locations, options_from_mapping
from mebench.tables.grid import Grid

CHANCE = "random"

SEEDED = {"random", "majority", "softnet", "mean", "off-apexnet", "ststnet"}
"""Methods whose results depend on the seed."""


@dataclass(frozen=True)
class Contest:
    """Methods under one protocol, and the metric that counts.

    Attributes
    ----------
    protocol : str
        The protocol.
    methods : tuple of str
        The methods; the first one is ``random``.
    metric, further : str
        The metric of the comparison, and another one to show.
    group : str or None
        The kind of expressions that is compared.
    """

    protocol: str
    methods: tuple[str, ...]
    metric: str
    further: str
    group: str | None


SPOTTING = Contest(
    "synthetic-spot@1",
    (
        *(CHANCE, "fixed-grid", "flow-magnitude", "lbp-chi2", "optical-strain", "mdmd"),
        *("softnet", "mean"),
    ),
    "spotting_f1",
    "ap",
    "micro",
)
RECOGNITION = Contest(
    "synthetic-recog@1",
    (CHANCE, "majority", "lbp-top", "bi-woof", "off-apexnet", "ststnet", "mean"),
    "uf1",
    "uar",
    None,
)


BOTH = Contest(
    "synthetic-str@1",
    (
        *(CHANCE, "majority", "flow-magnitude", "liong2016", "lbp-chi2+bi-woof", "mdmd+bi-woof"),
        *("softnet+bi-woof", "mean+bi-woof", "mean"),
    ),
    "strs",
    "spotting_f1",
    None,
)


@dataclass(frozen=True)
class Run:
    """A finished run: its submission and its score."""

    predictions: Path
    report: Report


def run(method: str, protocol: str, seed: int, folder: Path, jobs: int) -> Run:
    """Run a method, unless the folder has the run already."""
    rules, kind = load_protocol(protocol), baseline_class(method)
    path = folder / rules.id.partition("@")[0] / f"{method}-{seed}"
    ids = [dataset.id for dataset in rules.datasets]
    config = RunConfig(
        baseline=kind,
        options=options_from_mapping(kind, {}),
        protocol=rules,
        dataset_locations=dataset_locations(ids, [], rules),
        folder=path,
        seed=seed,
        jobs=jobs,
        resume=(path / "plan.json").exists(),
    )
    start = time.monotonic()
    report = run_baseline(config).report
    assert report is not None
    print(f"{method}, seed {seed}, under {protocol}: {time.monotonic() - start:.0f} s", flush=True)
    return Run(path / "predictions.json", report)


def value(contest: Contest, report: Report, metric: str) -> float | None:
    """Return a metric of the contest's group."""
    values = report.metrics if contest.group is None else report.groups[contest.group]
    return values[metric].value if metric in values else None


def differences(
    contest: Contest, runs: dict[str, list[Run]], seed: int
) -> dict[str, MetricDifference]:
    """Return the paired comparison of each method with chance, for one seed."""
    files = {
        name: of_seeds[min(seed, len(of_seeds) - 1)].predictions for name, of_seeds in runs.items()
    }
    comparison = mebench.compare(
        files, protocol=contest.protocol, group=contest.group, baseline=CHANCE
    )
    return {
        comparison.systems[pair.second].name: pair.metrics[contest.metric]
        for pair in comparison.pairs
    }


def reasons(contest: Contest, run: Run) -> str:
    """Return the most frequent errors of a run."""
    diagnosis = mebench.diagnose(run.predictions, protocol=contest.protocol)
    if diagnosis.task == "recognize":
        confused = diagnosis.confusions[0]
        return f"{confused.truth} as {confused.predicted} ({confused.count} of {diagnosis.truths})"
    if contest.group is None:
        whole = [cause for cause in diagnosis.causes if cause.direction is None]
        false_positives = {cause.cause: cause.false_positives for cause in whole}
        misses = {cause.cause: cause.misses for cause in whole}
    else:
        part = next(one for one in diagnosis.parts["kind"] if one.name == contest.group)
        false_positives, misses = part.false_positives, part.misses
    texts = []
    for causes, what in ((false_positives, "false positives"), (misses, "misses")):
        total = sum(causes.values())
        if total:
            cause = max(causes, key=lambda name: causes[name])
            texts.append(f"{causes[cause]} of {total} {what}: {cause}")
    return "; ".join(texts)


def compared(contest: Contest, folder: Path, seeds: int, jobs: int) -> str:
    """Run the methods of a contest; return its table."""
    runs = {
        method: [
            run(method, contest.protocol, seed, folder, jobs)
            for seed in range(1 if SEEDED.isdisjoint(method.split("+")) else seeds)
        ]
        for method in contest.methods
    }
    by_seed = [differences(contest, runs, seed) for seed in range(seeds)]
    columns = [contest.metric, "95 %", f"mean {contest.metric}", f"mean {contest.further}"]
    grid = Grid(
        ["method", "seeds", *columns, f"- {CHANCE}", "95 %", "p (Holm)", "better than random"],
        "lrrlrrrlrl",
    )
    lines = []
    for method, of_seeds in runs.items():
        first = of_seeds[0].report
        values = first.metrics if contest.group is None else first.groups[contest.group]
        ci95 = values[contest.metric].ci95
        bounds = "" if ci95 is None else interval(ci95.low, ci95.high)
        row = [method, str(len(of_seeds)), number(value(contest, first, contest.metric)), bounds]
        row += [mean(contest, of_seeds, name) for name in (contest.metric, contest.further)]
        if method != CHANCE:
            tests = [found[method] for found in by_seed]
            better = [one.verdict == "second-better" for one in tests]
            one = tests[0]
            row += [number(one.difference), interval(one.low, one.high), p_value(one.adjusted_p)]
            row.append(verdict(tests))
            if not all(better):
                lines.append(f"{method}: {reasons(contest, of_seeds[0])}")
        grid.rows.append([*row, *[None] * (len(grid.header) - len(row))])
    heading = f"{contest.protocol}" + (f", {contest.group}-expressions" if contest.group else "")
    listed = ["", "Not better than random in every seed, with the most frequent errors:", *lines]
    return "\n".join([heading, "", *grid.as_text("", 200), *(listed if lines else []), ""])


def number(value: float | None) -> str:
    """Return a number for the table."""
    return "–" if value is None else f"{value:.3f}"


def verdict(tests: Sequence[MetricDifference]) -> str:
    """Return in how many seeds a method is better, or why this was not tested."""
    if any(one.verdict is None for one in tests):
        return "not tested: " + NO_TEST[next(one.reason for one in tests if one.reason)]
    better = [one.verdict == "second-better" for one in tests]
    if all(better):
        return "yes"
    return f"in {sum(better)} of {len(better)} seeds" if any(better) else "no"


def p_value(value: float | None) -> str:
    """Return a p value for the table."""
    return "< 0.001" if value is not None and value < 0.001 else number(value)


def interval(low: float | None, high: float | None) -> str:
    """Return an interval for the table."""
    return "–" if low is None or high is None else f"[{low:.3f}, {high:.3f}]"


def mean(contest: Contest, runs: Sequence[Run], metric: str) -> str:
    """Return the mean of a metric over the seeds."""
    values = [value(contest, one.report, metric) for one in runs]
    known = [one for one in values if one is not None]
    return number(fmean(known) if len(known) == len(values) else None)


def main() -> None:
    """Run all methods, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path("runs/methods"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--methods", help="only these, separated by commas")
    arguments = parser.parse_args()
    chosen = arguments.methods.split(",") if arguments.methods else None
    for contest in (SPOTTING, RECOGNITION, BOTH):
        methods = tuple(
            name for name in contest.methods if chosen is None or name in (*chosen, CHANCE)
        )
        if len(methods) > 1:
            part = Contest(
                contest.protocol, methods, contest.metric, contest.further, contest.group
            )
            print(compared(part, arguments.output, arguments.seeds, arguments.jobs))


if __name__ == "__main__":
    main()
