"""The small examples of ``benchmarks.differences``: a released evaluator and the standard."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from tabulate import tabulate

import mebench
from benchmarks import field_evaluators as field

CLASSES = ["negative", "positive", "surprise"]
DRAWS, MOST_TRUTHS = 500, 40
FPS = 30
HEADER = ["difference", "example", "released code", "standard"]


def standard(videos: Sequence[field.Video], score: float | None = None) -> mebench.Report:
    """Return the report of the standard; all predictions have the same score, or none."""
    names = [f"v{index}" for index in range(len(videos))]
    sides = [
        [
            _video(name, video[side], score if side else None)
            for name, video in zip(names, videos, strict=True)
        ]
        for side in (0, 1)
    ]
    return mebench.score(
        {
            "format": "mebench-submission/1",
            "protocol": "synthetic-str@1",
            "system": {"name": "example"},
            "videos": sides[1],
        },
        {"format": "mebench-truth/1", "dataset": "synthetic", "videos": sides[0]},
    )


def labeled(*intervals: field.Interval) -> list[field.Labeled]:
    """Return intervals with the same emotion."""
    return [(*interval, CLASSES[0]) for interval in intervals]


def hits(truths: Sequence[field.Interval], predictions: Sequence[field.Interval]) -> int:
    """Return the number of hits in a video by the standard."""
    spotting = standard([(labeled(*truths), labeled(*predictions))]).counts.spotting
    assert spotting is not None
    return spotting.tp


def small_examples() -> str:
    """Return the table of the small examples."""
    rows = [*_of_overlap(), *_of_matching(), *_of_emotions(), *_of_ranking(), *_of_averages()]
    return tabulate(rows, HEADER, tablefmt="pipe", disable_numparse=True)


def _of_overlap() -> list[list[str]]:
    neighbors = ((0, 9), (10, 19))
    largest = max(
        field.overlap_of_mdmd((0, first - 1), (first, first + second - 1))
        for first, second in product(range(2, 9), repeat=2)
    )
    frame, half = (7, 7), ((0, 9), (0, 4))
    three_fifths = ([(0, 4)], [(0, 2)])
    long, other_long, short, other_short = (0, 29), (0, 36), (0, 2), (1, 1)
    return [
        [
            "One common frame of disjoint intervals (MDMD)",
            f"truth {_text(neighbors[0])}, prediction {_text(neighbors[1])}",
            f"IoU {field.overlap_of_mdmd(*neighbors)}; {largest} at most, so never a hit",
            f"IoU {field.overlap(*neighbors)}",
        ],
        [
            "Intervals of one frame (MDMD)",
            f"truth {_text(frame)}, prediction {_text(frame)}",
            f"IoU {field.overlap_of_mdmd(frame, frame)}: no hit",
            f"IoU {field.overlap(frame, frame)}: {hits([frame], [frame])} hit",
        ],
        [
            "Intervals of one frame (ActivityNet)",
            f"truth {_text(frame)}, prediction [9, 9]",
            f"IoU {field.overlap_of_lengths(frame, (9, 9)) or '0/0'}, not below 1/2: a hit",
            f"IoU {field.overlap(frame, (9, 9))}: {hits([frame], [(9, 9)])} hits",
        ],
        [
            "Length without the last frame (ActivityNet, AUW-GCN)",
            f"truth {_text(half[0])}, prediction {_text(half[1])}",
            f"IoU {field.overlap_of_lengths(*half)}: no hit",
            f"IoU {field.overlap(*half)}: {hits([half[0]], [half[1]])} hit",
        ],
        [
            "IoU > 1/2 instead of >= 1/2 (AUW-GCN)",
            f"truth {_text(half[0])}, prediction {_text(half[1])}",
            f"{field.hits_above([half[0]], [half[1]])} hits",
            f"{hits([half[0]], [half[1]])} hit: IoU is exactly {field.overlap(*half)}",
        ],
        [
            "IoU thresholds as floating-point numbers",
            "truth [0, 4], prediction [0, 2] at IoU 0.6",
            f"{field.hits_at_float(*three_fifths, 2)} hits: the third of np.arange(.5, 1, .05) is "
            "0.6000000000000001",
            "1 hit: IoU is exactly 3/5",
        ],
        [
            "Tolerances instead of IoU (mir_eval.transcription)",
            f"{FPS} fps: truth {_text(long)}, prediction {_text(other_long)}",
            _hit(field.within_tolerance(long, other_long, FPS)),
            f"{_hit(bool(hits([long], [other_long])))}: IoU {field.overlap(long, other_long)}",
        ],
        [
            "the same, short",
            f"{FPS} fps: truth {_text(short)}, prediction {_text(other_short)}",
            _hit(field.within_tolerance(short, other_short, FPS)),
            f"{_hit(bool(hits([short], [other_short])))}: IoU {field.overlap(short, other_short)}",
        ],
    ]


def _of_matching() -> list[list[str]]:
    truths, predictions = [(0, 9), (10, 19)], [(0, 19)]
    found = field.hits_of_reused(truths, predictions)
    double = [(labeled(*truths), labeled(*predictions))]
    unused = sum(not hit for hit in field.hits_in_file_order(*double[0]))
    mirrored, whole = field.mirrored((0, 59), 10), (0, 59)
    assert mirrored is not None
    dropped = "not counted" if field.mirrored(whole, 0) is None else "counted"
    return [
        [
            "One prediction for several truths (STRS-Metric)",
            "truths [0, 9], [10, 19]; prediction [0, 19]",
            f"{found} hits, {unused} false positives: F1 {found / (found + unused / 2):.4f}",
            f"{hits(truths, predictions)} hit: F1 {_value(standard(double), 'spotting_f1')}",
        ],
        [
            "the same (MDMD, LGSNet)",
            "truths [0, 9], [10, 19]; prediction [0, 19]",
            f"{found} hits of {len(predictions)} prediction: "
            f"F1 {2 * found / (len(truths) + len(predictions)):.4f}",
            f"{hits(truths, predictions)} hit: F1 {_value(standard(double), 'spotting_f1')}",
        ],
        [
            "Truths with offset - onset > 30 end at apex + (apex - onset) (SFAMNet)",
            "truth [0, 59] with apex 10, prediction [0, 59]",
            f"truth {_text(mirrored)}, IoU {field.overlap(mirrored, whole)}: no hit",
            f"{hits([whole], [whole])} hit",
        ],
        [
            "the same, apex at the onset",
            "truth [0, 59] with apex 0, prediction [0, 59]",
            f"truth [0, 0], {dropped}: a false positive",
            f"{hits([whole], [whole])} hit",
        ],
        [
            "Dummy prediction [0, 0] if nothing was found (SOFTNet, MEAN)",
            "1 truth that is hit, 1 video without a peak",
            f"F1 {2 * 1 / (1 + 2):.4f}",
            f"F1 {_value(standard([(labeled(whole), labeled(whole)), ([], [])]), 'spotting_f1')}",
        ],
    ]


def _of_emotions() -> list[list[str]]:
    first, second, third = CLASSES
    right: list[field.Video] = [
        ([(0, 9, emotion)], [(0, 9, emotion)]) for emotion in (first, second)
    ]
    two_rows = [(0, 7, second), (0, 9, third)]
    orders = [[*right, ([(0, 9, third)], rows)] for rows in (two_rows, two_rows[::-1])]
    in_orders = [f"{field.strs_in_file_order(videos, CLASSES):.4f}" for videos in orders]
    none_right: list[field.Video] = [([(0, 9, first)], [(0, 9, second)])]
    no_hit: list[field.Video] = [([(0, 9, first)], [(20, 29, first)])]
    try:
        without_hit = f"STRS {field.strs_in_file_order(no_hit, CLASSES):.4f}"
    except KeyError as error:
        without_hit = f"KeyError: {error}"
    return [
        [
            "First row of a file that overlaps, instead of the largest overlap (STRS-Metric)",
            "3 videos of 3 classes, truths [0, 9]: two predicted exactly; in the third [0, 7] with "
            "the emotion of the second, and [0, 9] with its own",
            f"STRS {' or '.join(in_orders)}, by the order of the two rows",
            f"STRS {' and '.join({_value(standard(videos), 'strs') for videos in orders})} in both "
            "orders",
        ],
        [
            "No hit (STRS-Metric)",
            "truth [0, 9], prediction [20, 29]",
            without_hit,
            f"STRS {_value(standard(no_hit), 'strs')}",
        ],
        [
            "Hits, but no right emotion (STRS-Metric)",
            "truth [0, 9], prediction [0, 9] with another emotion",
            f"STRS {field.strs_in_file_order(none_right, CLASSES):.0f}".replace("nan", "NaN"),
            f"STRS {_value(standard(none_right), 'strs')}",
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
    ]


def _of_ranking() -> list[list[str]]:
    found = labeled(*((20 * index, 20 * index + 9) for index in range(7)))
    truths = labeled(*((20 * index, 20 * index + 9) for index in range(10)))
    seven_of_ten = standard([(truths, found)], 0.5)
    losses = field.loss_at_float_recalls(DRAWS, MOST_TRUTHS)
    lost = sum(loss > 1e-9 for loss in losses)
    tied = standard([(labeled((0, 9)), labeled((0, 9), (50, 59)))], 0.5)
    orders = [field.file_order_ap([ranked], 1) for ranked in ([True, False], [False, True])]
    return [
        [
            "Recalls as floating-point numbers (COCO)",
            "7 of 10 truths found, nothing else",
            f"AP {field.ap_at_101_recalls([True] * 7, 10):.4f}: 7/10 is below the 71st of "
            "np.linspace(0, 1, 101), 0.7000000000000001",
            f"AP {_value(seven_of_ten, 'ap')}; at 101 recalls {_value(seven_of_ten, 'ap_coco101')}",
        ],
        [
            "the same, on random predictions",
            f"{DRAWS} data sets of 1 to {MOST_TRUTHS} truths",
            f"AP@[.5:.95] lower in {100 * lost / DRAWS:.1f} %, by up to {max(losses):.4f}",
            "exact, the recalls are compared as integers",
        ],
        [
            "Equal scores ranked by the order of rows (COCO, ActivityNet)",
            "truth [0, 9]; predictions [0, 9], [50, 59] with one score",
            f"AP {' or '.join(f'{value:.4f}' for value in orders)}, by the order of the two rows",
            f"AP {_value(tied, 'ap')} in both orders",
        ],
    ]


def _of_averages() -> list[list[str]]:
    nothing = standard([([], [])]).metrics["spotting_f1"]
    return [
        [
            "Mean over folds",
            "fold 1: 1 hit of 1 truth and 1 prediction; fold 2: none of 9 and 9",
            f"F1 {field.mean_over_folds({'1': (1, 1, 1), '2': (0, 9, 9)}):.4f}",
            f"F1 {2 * 1 / 20:.4f}, pooled",
        ],
        [
            "Nothing to find, nothing found (mir_eval)",
            "no truth, no prediction",
            f"F1 {field.mean_over_folds({'1': (0, 0, 0)}):.4f}",
            f"F1 null ({nothing.reason})",
        ],
    ]


def _video(name: str, intervals: Sequence[field.Labeled], score: float | None) -> dict[str, Any]:
    rows = [
        {"onset": onset, "offset": offset, "kind": "micro", "emotion": emotion, "score": score}
        for onset, offset, emotion in intervals
    ]
    if score is None:
        for row in rows:
            del row["score"]
    return {"subject": "1", "video": name, "intervals": rows}


def _value(report: mebench.Report, metric: str) -> str:
    return f"{report.metrics[metric].value:.4f}"


def _text(interval: field.Interval) -> str:
    return f"[{interval[0]}, {interval[1]}]"


def _hit(is_hit: bool) -> str:
    return "1 hit" if is_hit else "no hit"
