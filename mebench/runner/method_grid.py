"""A grid of methods: every spotter with every recognizer, as a matrix of STRS and a picture.

``mebench run-baseline --grid mdmd,softnet × ststnet,mean`` runs the four compositions one after the
other. What the methods prepare is stored once and serves all of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from mebench.diagnostics import UsageError
from mebench.runner.composition import Composition, compose, compose_all
from mebench.runner.contract import Baseline, RunConfig, Study

if TYPE_CHECKING:
    from pathlib import Path

    from mebench.models.report import Report
    from mebench.plots.score_matrix import ScoreMatrix
    from mebench.runner.study_result import Announce, StudyResult
    from mebench.tables.grid import Grid

Methods = tuple[type[Baseline], ...]

Reports = dict[tuple[type[Baseline], type[Baseline]], list["Report"]]
"""The reports of each spotter and recognizer, one per seed."""

TIMES = re.compile(r"\s*[×*]\s*|\s+x\s+", re.IGNORECASE)


def parse_grid(words: Sequence[str]) -> tuple[Methods, Methods]:
    """Parse ``["a,b", "×", "c,d"]`` as spotters and recognizers.

    Raises
    ------
    UsageError
        ``bad-grid``, or as :func:`mebench.runner.registry.baseline_class`.
    """
    from mebench.runner.registry import SEPARATOR, baseline_class

    text = " ".join(filter(None, words))
    sides = [
        [name for part in side.split(",") if (name := part.strip())] for side in TIMES.split(text)
    ]
    if len(sides) != 2 or not all(sides):
        raise UsageError.of(
            "bad-grid",
            f"--grid {text!r:.80} does not name spotters and recognizers.",
            "Write the spotters, x and the recognizers: --grid random,fixed-grid x majority,random",
        )
    for side in sides:
        for name in side:
            if SEPARATOR in name:
                raise UsageError.of(
                    "bad-grid", f"--grid names {name!r:.80}.", "Name single methods on both sides."
                )
            if side.count(name) > 1:
                raise UsageError.of(
                    "bad-grid", f"--grid names {name!r:.80} twice on one side.", "Name it once."
                )
    spotters, recognizers = (tuple(map(baseline_class, side)) for side in sides)
    for spotter, recognizer in product(spotters, recognizers):
        compose(spotter, recognizer)  # raises if a method does something else
    return spotters, recognizers


def grid_baseline(spotters: Methods, recognizers: Methods) -> type[Composition]:
    """Return all methods of a grid as one class, whose options are theirs; it predicts nothing."""
    names = [",".join(method.name for method in side) for side in (spotters, recognizers)]
    return compose_all(" x ".join(names), tuple(dict.fromkeys((*spotters, *recognizers))))


@dataclass(frozen=True, slots=True)
class MethodGrid(Study):
    """The study that runs every spotter with every recognizer."""

    title: str
    spotters: Methods
    recognizers: Methods
    seeds: int = 1

    def make(self, config: RunConfig, title: str, announce: Announce) -> StudyResult:
        """Run the compositions, each in a folder below that of the configuration."""
        from mebench.runner.study import require_all_folds
        from mebench.runner.study_result import StudyResult
        from mebench.tables.report_grids import ComparedRun, comparison_grid

        require_all_folds(config)
        if not (config.protocol.spots and config.protocol.analyses):
            raise UsageError.of(
                "bad-grid",
                f"The task of {config.protocol.id} is {config.protocol.task}; a grid needs a "
                "protocol for spot-then-recognize.",
                "Choose another protocol with --protocol.",
            )
        runs = list(
            product(self.spotters, self.recognizers, range(config.seed, config.seed + self.seeds))
        )
        reports: Reports = {}
        rows: list[ComparedRun] = []
        for number, (spotter, recognizer, seed) in enumerate(runs, 1):
            label = f"{spotter.name}+{recognizer.name}" + f", seed {seed}" * (self.seeds > 1)
            announce(f"{number} of {len(runs)}: {label}")
            report = _run(config, spotter, recognizer, seed, several=self.seeds > 1)
            reports.setdefault((spotter, recognizer), []).append(report)
            rows.append(ComparedRun(label, report))
        matrix = self._matrix(title, reports)

        def draw(path: Path) -> None:
            from mebench.plots.score_matrix import draw_score_matrix

            draw_score_matrix(path, matrix)

        return StudyResult(
            title,
            self._grid(reports),
            comparison_grid(rows, exact=True),
            draw,
            [f"{row.label}: {row.report.signature}" for row in rows],
        )

    def _grid(self, reports: Reports) -> Grid:
        from mebench.tables.grid import Grid

        names = [method.name for method in self.recognizers]
        grid = Grid(["STRS", *names, "F1 spotting"], "l" + "r" * (len(names) + 1))
        for spotter in self.spotters:
            cells = [_cell("strs", reports[spotter, other]) for other in self.recognizers]
            spotting = _cell("spotting_f1", reports[spotter, self.recognizers[0]])
            grid.rows.append([spotter.name, *cells, spotting])
        return grid

    def _matrix(self, title: str, reports: Reports) -> ScoreMatrix:
        from mebench.plots.score_matrix import ScoreMatrix

        cells = [[reports[row, column] for column in self.recognizers] for row in self.spotters]
        return ScoreMatrix(
            title,
            [method.name for method in self.spotters],
            [method.name for method in self.recognizers],
            [[_mean("strs", cell) for cell in row] for row in cells],
            [[_bounds("strs", cell) for cell in row] for row in cells],
            [_mean("spotting_f1", row[0]) for row in cells],
            [_bounds("spotting_f1", row[0]) for row in cells],
        )


def _run(
    config: RunConfig,
    spotter: type[Baseline],
    recognizer: type[Baseline],
    seed: int,
    *,
    several: bool,
) -> Report:
    from mebench.runner.composed_options import ComposedOptions
    from mebench.runner.scored_run import run_baseline

    assert isinstance(config.options, ComposedOptions)
    kind = compose(spotter, recognizer)
    folder = config.folder / kind.name
    run = replace(
        config,
        baseline=kind,
        options=config.options.for_parts(kind.parts),
        seed=seed,
        folder=folder / f"seed-{seed}" if several else folder,
    )
    report = run_baseline(run).report
    assert report is not None, "no folds are selected, so none can be missing"
    return report


def _values(metric: str, reports: Sequence[Report]) -> list[float]:
    values = [report.metrics[metric].value for report in reports]
    return [value for value in values if value is not None]


def _mean(metric: str, reports: Sequence[Report]) -> float | None:
    values = _values(metric, reports)
    return fmean(values) if len(values) == len(reports) else None


def _bounds(metric: str, reports: Sequence[Report]) -> str:
    """Return the interval of the only run, or the standard deviation of several."""
    from mebench.tables.report_grids import format_interval

    if len(reports) == 1:
        return format_interval(metric, reports[0].metrics[metric])
    values = _values(metric, reports)
    return f"± {stdev(values):.3f}" if len(values) == len(reports) else ""


def _cell(metric: str, reports: Sequence[Report]) -> str | None:
    mean = _mean(metric, reports)
    return None if mean is None else f"{mean:.4f} {_bounds(metric, reports)}".rstrip()
