"""The numbers of subjects and videos agree with the number of samples."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.rule import Rule, Violation
from mebench.published.row_claims import Claim


def _check(claim: Claim) -> Iterator[Violation]:
    stated, expected = claim.stated, claim.expected
    if stated.samples is None or stated.samples != expected.samples:
        return
    wrong = [
        (name, given, known)
        for name, given, known in (
            ("subjects", stated.subjects, expected.subjects),
            ("videos", stated.videos, expected.videos),
        )
        if given is not None and known is not None and given != known
    ]
    if not wrong:
        return
    given_text = " and ".join(f"{given} {name}" for name, given, _ in wrong)
    expected_text = " and ".join(f"{known} {name}" for name, _, known in wrong)
    analysed = sum(expected.classes.values())
    fewer = (
        f" {analysed} of the samples are in the class list; these may be their {wrong[0][0]}."
        if 0 < analysed < stated.samples
        else ""
    )
    yield Violation(
        claim.group,
        tuple(name for name, _, _ in wrong),
        f"The row has {given_text} for {stated.samples} samples, but {claim.protocol.id} has "
        f"{expected_text} for the same number of samples.{fewer}",
        f"{stated.samples} samples: {expected_text}.",
    )


SUBJECTS_VIDEOS = Rule(
    id="subjects-videos",
    title="Subjects or videos do not agree with the samples",
    certainty="inconsistent",
    why="""
A row that states the number of samples that the protocol expects uses the same sample list, with
its subjects and videos. Other numbers are usually those of a part of the list, such as the samples
in the analyzed classes.""",
    check_claim=_check,
)
