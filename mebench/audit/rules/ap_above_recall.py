"""AP is at most the recall of the same predictions."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.rule import Rule, Violation
from mebench.published.row_claims import Claim


def _check(claim: Claim) -> Iterator[Violation]:
    recall = claim.numbers.get("spotting_recall")
    for metric in ("ap", "ap50", "ap75"):
        number = claim.numbers.get(metric)
        if number is not None and recall is not None and number.low > recall.high:
            yield Violation(
                claim.group,
                (metric, "spotting_recall"),
                f"{metric} is {number.text}, above spotting_recall {recall.text}.",
                f"At most {recall.text} if F1 and AP are computed from the same predictions.",
            )


AP_ABOVE_RECALL = Rule(
    id="ap-above-recall",
    title="AP is above recall",
    certainty="unusual",
    why="""
The area under a precision-recall curve is at most the recall at which the curve ends. AP is above
the recall of the operating point only if it ranks more predictions than F1 counts.""",
    check_claim=_check,
)
