"""Write the page of the docs on the differences between released evaluators and the standard.

``python -m benchmarks.differences TRUTH PREDICTIONS -o docs/differences.md`` reads the truth and
the predictions of CASME II that the authors of STRS-Metric released (``gt.csv``, ``pred.csv``).
They are not part of mebench.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tabulate import tabulate

import mebench
from benchmarks import field_evaluators as field
from mebench.util.atomic_write import write_text

PROTOCOL = "casme2-str@1"
SHUFFLES = 500
HALF = field.HALF


class Row(NamedTuple):
    """A row of a file: subject, video, interval and emotion."""

    subject: str
    video: str
    interval: field.Interval
    emotion: str


def small_examples() -> str:
    """Return the table of the small examples."""
    touching = ((0, 0), (1, 1))
    half = ([(0, 9)], [(0, 4)])
    double = ([(0, 9), (10, 19)], [(0, 19)])
    three_fifths = ([(0, 4)], [(0, 2)])
    long = (0, 59)
    rows = [
        [
            "One common frame too many (MDMD)",
            "truth [0, 0], prediction [1, 1]",
            f"IoU {_short(field.overlap_of_neighbors(*touching))}: a hit",
            f"IoU {_short(field.overlap(*touching))}",
        ],
        [
            "IoU > 1/2 instead of >= 1/2 (AUW-GCN)",
            "truth [0, 9], prediction [0, 4]",
            f"{field.hits_above(*half)} hits",
            f"{_hits(*half)} hit: IoU is exactly 1/2",
        ],
        [
            "One prediction for several truths (LGSNet)",
            "truths [0, 9], [10, 19]; prediction [0, 19]",
            f"{field.hits_of_reused(*double)} hits of one prediction",
            f"{_hits(*double)} hit",
        ],
        [
            "Thresholds as floating-point numbers",
            "truth [0, 4], prediction [0, 2] at IoU 0.6",
            f"{field.hits_at_float(*three_fifths, 2)} hits: the third of np.arange(.5, 1, .05) is "
            "0.6000000000000001",
            "1 hit: IoU is exactly 3/5",
        ],
        [
            "Truths of more than 30 frames rewritten (SFAMNet)",
            "truth [0, 59], prediction [0, 59]",
            f"IoU {_short(field.overlap(field.shortened(long), long))} with [0, 29]; one frame "
            "fewer predicted is a miss",
            f"IoU {_short(field.overlap(long, long))}",
        ],
        [
            "No hit (STRS-Metric)",
            "3 truths, 2 predictions, no hit",
            f"F1 {field.f1(0, 3, 2):.0f}".replace("nan", "NaN"),
            "F1 0.0000",
        ],
        [
            "Precision printed as UAR (STRS-Metric, MEGC2024)",
            "4 of class a as a, 4 of b as a, 2 of b as b",
            f"UAR {field.uar_as_precision(((4, 0), (4, 2))):.4f}",
            f"UAR {(1 + 2 / 6) / 2:.4f}",
        ],
        [
            "Only one class (STRS-Metric)",
            "5 of class a as a, nothing else",
            f"its F1 counts as {field.uf1_of_collapsed(((5,),)):.4f}",
            "its F1 is 1.0000",
        ],
        [
            "Dummy prediction [0, 0] if nothing was found (SOFTNet, MEAN)",
            "1 truth that is hit, 1 video without a peak",
            f"F1 {2 * 1 / (1 + 2):.4f}",
            f"F1 {2 * 1 / (1 + 1):.4f}",
        ],
        [
            "Mean over folds",
            "fold 1: 1 hit of 1 truth and 1 prediction; fold 2: none of 9 and 9",
            f"F1 {field.mean_over_folds({'1': (1, 1, 1), '2': (0, 9, 9)}):.4f}",
            f"F1 {2 * 1 / 20:.4f}, pooled",
        ],
    ]
    header = ["difference", "example", "released code", "standard"]
    return tabulate(rows, header, tablefmt="pipe")


def on_casme2(truths: Sequence[Row], predictions: Sequence[Row], files: tuple[Path, Path]) -> str:
    """Return the table of the differences on the released predictions."""
    report = mebench.score(files[1], files[0], PROTOCOL)
    standard = {name: metric.value or 0.0 for name, metric in report.metrics.items()}
    assert report.counts.analysis is not None
    matrix = report.counts.analysis.confusion.matrix
    ious = [field.overlap(row.interval, _truth_of(row, truths).interval) for row in predictions]
    hits = [[iou >= threshold for iou in ious] for threshold in field.THRESHOLDS]
    subject, without_subject, all_misses = _without_best_subject(files, truths, predictions)
    n_hits = Counter(row.subject for row, iou in zip(predictions, ious, strict=True) if iou >= HALF)
    n_predictions = Counter(row.subject for row in predictions)
    n_truths = Counter(row.subject for row in truths)
    folds = {name: (n_hits[name], n_truths[name], n_predictions[name]) for name in n_truths}
    low, high = _shuffled(hits, len(truths))
    rows = [
        ["AP@[.5:.95], order of rows", field.file_order_ap(hits, len(truths)), None],
        [f"the same, minimum over {SHUFFLES} orders", low, None],
        [f"the same, maximum over {SHUFFLES} orders", high, None],
        ["F1 spotting, mean over folds", field.mean_over_folds(folds), standard["spotting_f1"]],
        [
            "F1 spotting, IoU > 1/2",
            2 * sum(iou > HALF for iou in ious) / (len(truths) + len(predictions)),
            standard["spotting_f1"],
        ],
        ["Precision printed as UAR", field.uar_as_precision(matrix), standard["uar"]],
        ["STRS", standard["strs"], standard["strs"]],
        [
            f"STRS without the predictions of subject {subject}, who is then not counted",
            without_subject,
            all_misses,
        ],
    ]
    cells = [
        [name, f"{released:.4f}", "–, unranked" if value is None else f"{value:.4f}"]
        for name, released, value in rows
    ]
    return tabulate(
        cells,
        ["difference", "released code", "standard"],
        tablefmt="pipe",
        colalign=["left", "right", "right"],
        disable_numparse=True,
    )


def _without_best_subject(
    files: tuple[Path, Path], truths: Sequence[Row], predictions: Sequence[Row]
) -> tuple[str, float, float]:
    """Return the subject whose omission raises STRS most, STRS without it, and the standard STRS.

    An evaluator that loops over the subjects of the predictions does not count a subject without
    predictions; by the standard all its expressions are misses.
    """
    results = []
    with TemporaryDirectory() as name:
        for subject in dict.fromkeys(row.subject for row in truths):
            fewer_predictions = Path(name) / "predictions.csv"
            fewer_truths = Path(name) / "truths.csv"
            _write(fewer_predictions, [row for row in predictions if row.subject != subject])
            _write(fewer_truths, [row for row in truths if row.subject != subject])
            without_subject, all_misses = (
                mebench.score(fewer_predictions, truth, PROTOCOL).metrics["strs"].value or 0.0
                for truth in (fewer_truths, files[0])
            )
            results.append((without_subject, subject, all_misses))
    without_subject, subject, all_misses = max(results)
    return subject, without_subject, all_misses


def _shuffled(hits: list[list[bool]], truths: int) -> tuple[float, float]:
    """Return the minimum and maximum of the file-order AP over random orders of the rows."""
    generator = random.Random(0)
    order = list(range(len(hits[0])))
    values = []
    for _ in range(SHUFFLES):
        generator.shuffle(order)
        reordered = [[at_threshold[index] for index in order] for at_threshold in hits]
        values.append(field.file_order_ap(reordered, truths))
    return min(values), max(values)


def _hits(truths: Sequence[field.Interval], predictions: Sequence[field.Interval]) -> int:
    """Return the number of hits by the standard."""
    report = mebench.score(
        {
            "format": "mebench-submission/1",
            "protocol": "synthetic-str@1",
            "system": {"name": "example"},
            "videos": [_video(predictions)],
        },
        {"format": "mebench-truth/1", "dataset": "synthetic", "videos": [_video(truths)]},
    )
    assert report.counts.spotting is not None
    return report.counts.spotting.tp


def _video(intervals: Sequence[field.Interval]) -> dict[str, Any]:
    rows = [
        {"onset": onset, "offset": offset, "kind": "micro", "emotion": "positive"}
        for onset, offset in intervals
    ]
    return {"subject": "1", "video": "v", "intervals": rows}


def _truth_of(prediction: Row, truths: Sequence[Row]) -> Row:
    key = (prediction.subject, prediction.video)
    return next(truth for truth in truths if (truth.subject, truth.video) == key)


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Row(
                row["subject"],
                row["video"],
                (int(row["onset"]), int(row["offset"])),
                row["emotion"],
            )
            for row in csv.DictReader(stream)
        ]


def _write(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["subject", "video", "onset", "offset", "emotion"])
        writer.writerows([row.subject, row.video, *row.interval, row.emotion] for row in rows)


def _short(value: object) -> str:
    return str(value)


def page(truth: Path, predictions: Path) -> str:
    """Return the page."""
    table = on_casme2(_read(truth), _read(predictions), (truth, predictions))
    return f"""\
<!-- Written by `python -m benchmarks.differences TRUTH PREDICTIONS -o docs/differences.md`. -->

# Where the field's evaluators differ from the standard

Every difference was found in released code. Each is evaluated separately: everything else follows
the [standard](standard.md), so the numbers show the effect of this one difference. The functions
are in `benchmarks/field_evaluators.py`; nothing else uses them.

## Small examples

{small_examples()}

## On released predictions

The predictions of MEAN for CASME II that its authors released with STRS-Metric, on the 244 samples
of `{PROTOCOL}`. Neither file comes with mebench.

{table}

- A file without scores has no ranking, so the standard defines no AP. Ranked by the order of its
  rows, the file gives the .1180 of Table 5 in the paper, and another number for every other order.
- By the standard, all expressions of a subject without predictions are misses. If such a subject is
  not counted, omitting the most difficult subject raises the score.
"""


def main() -> int:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("truth", type=Path)
    parser.add_argument("predictions", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    arguments = parser.parse_args()
    text = page(arguments.truth, arguments.predictions)
    if arguments.output is None:
        print(text, end="")
    else:
        write_text(arguments.output, text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
