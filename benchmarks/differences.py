"""Write the page of the docs on the differences between released evaluators and the standard.

``python -m benchmarks.differences TRUTH PREDICTIONS MDMD_RESULTS -o docs/differences.md`` reads the
truth and the predictions of CASME II that the authors of STRS-Metric released (``gt.csv``,
``pred.csv``), and the folder ``MDMD_results`` of the baseline of MEGC2020. They are not part of
mebench.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tabulate import tabulate

import mebench
from benchmarks import field_evaluators as field
from benchmarks.difference_examples import labeled, small_examples, standard
from mebench.util.atomic_write import write_text

PROTOCOL = "casme2-str@1"
SHUFFLES = 500
HALF = field.HALF
SHORTEST_MACRO = 17
"""The frames of the shortest interval that MDMD's evaluation counts as a macro-expression."""

SOURCES = [
    "STRS-Metric (`genbing99/STRS-Metric`) eb86468, also run",
    "MEAN (`genbing99/MEAN_Spot-then-recognize`) 9009b5c",
    "SOFTNet (`genbing99/SoftNet-SpotME`) dd43d1e",
    "SFAMNet (`genbing99/SFAMNet`) a72ecdd",
    "MDMD (`HeyingGithub/Baseline-project-for-MEGC2020_spotting`) 7d186cf, also run",
    "LGSNet (`williamlee91/LGSNet`) fb38eb2",
    "AUW-GCN (`xjtupanda/AUW-GCN`) 03c86f3",
    "COCO (`cocodataset/cocoapi`) 8c9bcc3; pycocotools is run in the tests",
    "ActivityNet (`activitynet/ActivityNet`) 82304fa, also run",
    "mir_eval (`mir-evaluation/mir_eval`) fe73b35, also run",
]


class Row(NamedTuple):
    """A row of a file: subject, video, interval and emotion."""

    subject: str
    video: str
    interval: field.Interval
    emotion: str


def on_casme2(truth: Path, prediction: Path) -> str:
    """Return the table of the differences on the released predictions."""
    files = truth, prediction
    truths, predictions = _read(truth), _read(prediction)
    report = mebench.score(files[1], files[0], PROTOCOL)
    by_standard = {name: metric.value or 0.0 for name, metric in report.metrics.items()}
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
    above_half = 2 * sum(iou > HALF for iou in ious) / (len(truths) + len(predictions))
    f1 = by_standard["spotting_f1"]
    rows: list[tuple[str, float, float | None]] = [
        ("AP@[.5:.95], order of rows", field.file_order_ap(hits, len(truths)), None),
        (f"the same, minimum over {SHUFFLES} orders", low, None),
        (f"the same, maximum over {SHUFFLES} orders", high, None),
        ("F1 spotting, mean over folds", field.mean_over_folds(folds), f1),
        ("F1 spotting, IoU > 1/2", above_half, f1),
        ("Precision printed as UAR", field.uar_as_precision(matrix), by_standard["uar"]),
        ("STRS", by_standard["strs"], by_standard["strs"]),
        (
            f"STRS without the predictions of subject {subject}, who is then not counted",
            without_subject,
            all_misses,
        ),
    ]
    cells = [
        [name, f"{released:.4f}", "–, unranked" if value is None else f"{value:.4f}"]
        for name, released, value in rows
    ]
    return _table(cells)


def _table(rows: Sequence[Sequence[str]]) -> str:
    return tabulate(
        rows,
        ["difference", "released code", "standard"],
        tablefmt="pipe",
        colalign=["left", "right", "right"],
        disable_numparse=True,
    )


def on_mdmd(folder: Path) -> str:
    """Return the table of the macro-expressions of MDMD on CAS(ME)².

    ``folder`` is ``MDMD_results`` of the released baseline; its frames are 1-based.
    """
    truths: dict[str, list[field.Interval]] = {}
    info = folder / "dataset_new" / "data" / "CAS(ME)^2_Sets" / "all_Info.txt"
    for line in info.read_text(encoding="utf-8").splitlines():
        subject, code, kind, onset, _, offset = line.split()
        if kind == "macro-expression":
            interval = (int(float(onset)), int(float(offset)))
            truths.setdefault(f"{subject}_{code}", []).append(interval)
    predictions: dict[str, list[field.Interval]] = {name: [] for name in truths}
    for file in sorted((folder / "results_API" / "ME2_macro_txtClips" / "p1").glob("*.txt")):
        lines = map(str.split, file.read_text(encoding="utf-8").splitlines())
        clips = [(int(onset), int(offset)) for onset, offset, _ in lines]
        predictions[file.stem] = [
            (onset, offset) for onset, offset in clips if offset - onset + 1 >= SHORTEST_MACRO
        ]
    videos = [(truths.get(name, []), predicted) for name, predicted in predictions.items()]
    released = sum(field.hits_of_reused(*video, overlap=field.overlap_of_mdmd) for video in videos)
    report = standard([(labeled(*true), labeled(*predicted)) for true, predicted in videos])
    assert report.counts.spotting is not None
    one_to_one = report.counts.spotting.tp
    both = sum(len(true) + len(predicted) for true, predicted in videos)
    rows = [
        ["Hits", str(released), str(one_to_one)],
        ["F1 spotting", *(f"{2 * hits / both:.4f}" for hits in (released, one_to_one))],
    ]
    return _table(rows)


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


def page(examples: str, casme2: str, mdmd: str) -> str:
    """Return the page with its three tables."""
    sources = "\n".join(f"- {source}" for source in SOURCES)
    return f"""\
<!-- Written by `python -m benchmarks.differences TRUTH PREDICTIONS MDMD_RESULTS -o FILE`. -->

# Where the field's evaluators differ from the standard

Every difference was found in released code. Each is evaluated separately: everything else follows
the [standard](standard.md), so the numbers show the effect of this one difference. The functions
are in `benchmarks/field_evaluators.py`, written from the behavior of that code; nothing else uses
them. The code was read at these commits, and some of it was run:

{sources}

## Small examples

{examples}

- Disjoint intervals never become hits by MDMD's additional frame. What changes its results is that
  one prediction counts for several truths: see [MDMD](#mdmd).
- STRS-Metric, MDMD and LGSNet can use one prediction several times. MDMD and LGSNet divide the hits
  by the number of predictions, so precision and F1 can exceed 1.
- The random data sets of COCO's row: each truth is predicted with a chance of .8 and an IoU between
  .4 and 1, in random order, with as many false positives as truths at most. COCO loses a point of
  the curve where a recall is exactly i/100, but as a floating-point number smaller than that of
  `np.linspace`. Of up to 100 truths, only multiples of 10 are affected.
- `mir_eval` compares onsets and offsets with tolerances (.05 s; the offset also 20 % of the
  duration). Its matching has maximum cardinality, like that of the standard.

## On released predictions

The predictions of MEAN for CASME II that its authors released with STRS-Metric, on the 244 samples
of `{PROTOCOL}`. Neither file comes with mebench.

{casme2}

- A file without scores has no ranking, so the standard defines no AP. Ranked by the order of its
  rows, the file gives the .1180 of Table 5 in the paper, and another number for every other order.
- By the standard, all expressions of a subject without predictions are misses. If such a subject is
  not counted, omitting the most difficult subject raises the score.

### MDMD

The intervals for macro-expressions in CAS(ME)² that the baseline of MEGC2020 released (p = 0.01, at
least {SHORTEST_MACRO} frames), and the truth that comes with them. They do not come with mebench.

{mdmd}
"""


def main() -> int:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("truth", type=Path)
    parser.add_argument("predictions", type=Path)
    parser.add_argument("mdmd_results", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    arguments = parser.parse_args()
    casme2 = on_casme2(arguments.truth, arguments.predictions)
    text = page(small_examples(), casme2, on_mdmd(arguments.mdmd_results))
    if arguments.output is None:
        print(text, end="")
    else:
        write_text(arguments.output, text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
