"""Pooled rates of two kinds are between the rates of the kinds."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.rule import Rule, Violation
from mebench.published.row_claims import LocatedRow

METRICS = ("spotting_f1", "spotting_precision", "spotting_recall")


def _check(row: LocatedRow) -> Iterator[Violation]:
    kinds = [row.claims[kind] for kind in row.protocol.targets if kind in row.claims]
    pooled = row.claims.get("overall")
    if pooled is None or len(kinds) < 2 or len(kinds) != len(row.protocol.targets):
        return
    for metric in METRICS:
        if not all(claim.has(metric) for claim in (*kinds, pooled)):
            continue
        parts = [claim.numbers[metric] for claim in kinds]
        number = pooled.numbers[metric]
        if number.overlaps(min(part.low for part in parts), max(part.high for part in parts)):
            continue
        shown = " and ".join(f"{claim.group} {claim.numbers[metric].text}" for claim in kinds)
        ordered = sorted(parts, key=lambda part: part.midpoint)
        yield Violation(
            "overall",
            (metric,),
            f"overall {metric} is {number.text}, but it must be between {shown}.",
            f"Between {ordered[0].text} and {ordered[-1].text}.",
        )


POOLED_OUTSIDE_KINDS = Rule(
    id="pooled-outside-kinds",
    title="A pooled rate is not between the rates of its kinds",
    certainty="impossible",
    why="""
Overall precision, recall and F1 pool the counts: 2(A + a)/((M + N) + (m + n)) is between
2A/(M + N) and 2a/(m + n). A fraction of summed numerators and denominators is always between the
original fractions.""",
    check_row=_check,
)
