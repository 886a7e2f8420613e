"""Rounded, truncated and wrong numbers in the audit: false accusations, and detected errors.

``python -m benchmarks.audit_rounding [--rows 2000] [--seed 0]`` draws rows from random counts and
confusion matrices of the sizes of the protocols, and prints every metric with four digits. In a
true row all numbers are rounded, or all are truncated. In a false row one digit of one number is
another one. A row is accused if the audit finds something impossible or inconsistent. Each row is
audited with two readings of a printed x, where u is a unit of its last digit: any value from
x - u/2 to x + u/2, and any value from x - u/2 to x + u, which is that of the audit.

Rows of MEVIEW that print only F1, UF1 and UAR are audited with and without the rule
``matrix-unreachable``.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from mebench.audit.rules.matrix import matrix_unreachable
from mebench.audit.run_audit import audit_rows
from mebench.diagnostics import Place
from mebench.metrics.counts import ConfusionCounts, PooledCounts, TopPredictionCounts
from mebench.metrics.registry import metrics_of
from mebench.models.protocol import Protocol
from mebench.models.published_rows import PublishedRow
from mebench.protocols.loader import load_shipped_protocol
from mebench.published.row_claims import HEADLINE, LocatedRow

PROTOCOLS = (
    *("casme2-str", "smic-hs-str", "casme-sq-str", "sammlv-str", "meview-str", "megc2019-cde"),
)
SMALL_PROTOCOL, SMALL_METRICS = "meview-str", ("analysis_all_f1", "uf1_all", "uar_all")
DIGITS = 4

Texts = dict[str, str]


class TrueRow(NamedTuple):
    """The exact values of a row, and the counts that it states."""

    protocol: Protocol
    values: dict[str, Fraction]
    counts: dict[str, Any]

    def printed(self, *, truncated: bool = False) -> Texts:
        """Return the numbers as printed."""
        return {metric: as_text(value, truncated) for metric, value in self.values.items()}


def as_text(value: Fraction, truncated: bool) -> str:
    """Return a value with four digits, rounded half up or truncated."""
    number = int(value * 10**DIGITS + (0 if truncated else Fraction(1, 2)))
    whole, parts = divmod(number, 10**DIGITS)
    return f"{whole or ''}.{parts:0{DIGITS}d}"


def draw_row(protocol: Protocol, rng: random.Random) -> TrueRow:
    """Draw the counts of a score under a protocol; half of the rows state them."""
    sizes, outside = protocol.expected.classes.values(), protocol.expected.outside_classes or 0
    share, skill = rng.uniform(0.1, 0.9), rng.uniform(0.3, 0.95)
    every, spotted = ([[0] * (len(sizes) + 1) for _ in sizes] for _ in range(2))
    for truth, size in enumerate(sizes):
        for _ in range(size):
            guess = truth if rng.random() < skill else rng.randrange(len(sizes))
            every[truth][guess] += 1
            spotted[truth][guess] += rng.random() < share
    samples = sum(sizes) + outside
    if protocol.task == "recognize":
        counts = PooledCounts(analysis=_confusion(every, samples))
        stated: dict[str, Any] = {"right": counts.analysis.correct}
    else:
        hits = sum(map(sum, spotted)) + sum(rng.random() < share for _ in range(outside))
        predictions = samples if protocol.one_per_video else hits + rng.randrange(3 * samples)
        inside = rng.randint(hits // 2, samples)
        top = TopPredictionCounts(samples, inside, 0, 0, 0, _confusion(every, samples), None)
        counts = PooledCounts(
            truths=samples,
            predictions=predictions,
            hits=hits,
            analysis=_confusion(spotted, samples),
            top_predictions=top if protocol.one_per_video else None,
        )
        stated = {
            "tp": hits,
            "fp": predictions - hits,
            "fn": samples - hits,
            "analysed": counts.analysis.total,
            "right": counts.analysis.correct,
            "classes": counts.analysis.truths_by_class,
        }
    values = {metric.id: metric.value(counts) for metric in metrics_of(protocol)}
    exact = {metric: value for metric, value in values.items() if isinstance(value, Fraction)}
    return TrueRow(protocol, exact, stated if rng.random() < 0.5 else {})


def _confusion(matrix: Sequence[Sequence[int]], samples: int) -> ConfusionCounts:
    return ConfusionCounts(tuple(map(tuple, matrix)), samples)


def with_wrong_digit(texts: Texts, rng: random.Random) -> Texts:
    """Return the numbers; one digit of one of them is another one."""
    metric = rng.choice(sorted(texts))
    text = texts[metric]
    place = len(text) - 1 - rng.randrange(DIGITS)
    digit = rng.choice([digit for digit in "0123456789" if digit != text[place]])
    return texts | {metric: text[:place] + digit + text[place + 1 :]}


def findings(row: TrueRow, texts: Texts, *, half: bool = False) -> set[str]:
    """Return the rules that accuse a row; ``half``: x stands for x - u/2 to x + u/2."""
    document = {
        "id": "row",
        "method": "a method",
        "source": "drawn",
        "link_text": "drawn",
        "values": {HEADLINE: texts},
        "counts": {HEADLINE: row.counts} if row.counts else {},
    }
    located = LocatedRow(
        PublishedRow.model_validate(document), row.protocol, Place(), lambda *_: Place()
    )
    if half:
        for group, claim in located.claims.items():
            numbers = {
                metric: replace(number, high=2 * number.value - number.low)
                for metric, number in claim.numbers.items()
            }
            located.claims[group] = replace(claim, numbers=numbers)
    found = audit_rows([located])
    return {one.rule.id for one in found if one.rule.certainty != "unusual"}


class Shares(NamedTuple):
    """Numbers of accused rows."""

    rounded: int
    truncated: int
    false: int


def accused(rows: Sequence[TrueRow], *, half: bool, seed: int) -> Shares:
    """Return how many rows are accused: rounded, truncated, and with a wrong digit."""
    rng = random.Random(seed)
    counts = [0, 0, 0]
    for row in rows:
        rounded = row.printed()
        for kind, texts in enumerate(
            (rounded, row.printed(truncated=True), with_wrong_digit(rounded, rng))
        ):
            counts[kind] += bool(findings(row, texts, half=half))
    return Shares(*counts)


def accused_small(rows: int, seed: int) -> tuple[int, int, int]:
    """Return true rows of three numbers that are accused, and false ones without the joint rule."""
    rng = random.Random(seed)
    true = without = with_rule = 0
    for _ in range(rows):
        row = draw_row(load_shipped_protocol(SMALL_PROTOCOL), rng)
        row = TrueRow(row.protocol, {one: row.values[one] for one in SMALL_METRICS}, {})
        texts = row.printed(truncated=rng.random() < 0.5)
        true += bool(findings(row, texts))
        found = findings(row, with_wrong_digit(texts, rng))
        with_rule += bool(found)
        without += bool(found - {matrix_unreachable.id})
    return true, without, with_rule


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    protocols = [load_shipped_protocol(name) for name in PROTOCOLS]
    rows = [draw_row(protocols[index % len(protocols)], rng) for index in range(arguments.rows)]
    print(f"{len(rows):,} rows each; accused:")
    for title, half in (("x - u/2 to x + u/2", True), ("x - u/2 to x + u", False)):
        shares = accused(rows, half=half, seed=arguments.seed)
        print(
            f"  {title:<18}   rounded {shares.rounded:>5,}   truncated {shares.truncated:>5,}"
            f"   with a wrong digit {shares.false:>5,} ({shares.false / len(rows):.1%})"
        )
    true, without, with_rule = accused_small(arguments.rows, arguments.seed)
    print(
        f"{arguments.rows:,} rows of MEVIEW with F1, UF1 and UAR; accused:\n"
        f"  true {true:,}   with a wrong digit {without / arguments.rows:.1%} without "
        f"matrix-unreachable, {with_rule / arguments.rows:.1%} with it"
    )


if __name__ == "__main__":
    main()
