"""Subjects and videos are those of the samples beside them."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.rule import Rule, Violation
from mebench.published.claims import Claim


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
    right = " and ".join(f"{known} {name}" for name, _, known in wrong)
    analysed = sum(expected.classes.values())
    fewer = (
        f" {analysed} of the samples are in the class list: are these their {wrong[0][0]}?"
        if 0 < analysed < stated.samples
        else ""
    )
    yield Violation(
        claim.group,
        tuple(name for name, _, _ in wrong),
        f"{given_text} stand beside {stated.samples} samples, and {claim.protocol.id} has {right} "
        f"with as many.{fewer}",
        f"{stated.samples} samples: {right}.",
    )


SUBJECTS_VIDEOS = Rule(
    id="subjects-videos",
    title="Subjects or videos are not those of the samples",
    certainty="inconsistent",
    why="""
A row that states as many samples as the protocol expects is of the same list, and has its
subjects and videos. Other ones are usually those of a part of it, such as the samples in the
classes that are analysed.""",
    check_claim=_check,
)
