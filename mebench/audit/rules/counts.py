"""The counts of a row agree with each other and with those that the protocol expects."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.rule import Violation, claim_rule
from mebench.published.row_claims import Claim


@claim_rule("impossible")
def counted_analysis(claim: Claim) -> Iterator[Violation]:
    """More expressions are analyzed than spotted, or more are correct than analyzed.

    The analysis is over spotted true positives, so it has at most TP expressions (fewer if some
    have a label outside the classes). The correct ones are among them, and the classes sum to all
    of them.
    """
    stated = claim.stated
    analysed, right, tp = stated.analysed, stated.right, stated.tp
    if analysed is not None and tp is not None and analysed > tp:
        yield Violation(
            ("analysed", "tp"), f"{analysed} expressions are analyzed, but only {tp} were spotted."
        )
    if analysed is not None and right is not None and right > analysed:
        yield Violation(
            ("right", "analysed"),
            f"{right} emotions are correct, but only {analysed} are analyzed.",
        )
    if analysed is not None and stated.classes is not None and sum(stated.classes) != analysed:
        sizes = " + ".join(map(str, stated.classes))
        yield Violation(
            ("classes", "analysed"),
            f"The classes sum to {sizes} = {sum(stated.classes)}, but {analysed} are analyzed.",
        )


@claim_rule("inconsistent")
def counted_samples(claim: Claim) -> Iterator[Violation]:
    """The counts do not sum to the samples or the predictions.

    Every expression in scope is either detected (TP) or missed (FN), so TP + FN is the number of
    samples that the row states or its protocol expects. The sum is smaller if subjects or videos
    without predictions were not counted, and larger if expressions were counted twice. In the same
    way TP + FP is the number of predicted intervals.
    """
    stated, expected = claim.stated, claim.expected.samples
    if stated.samples is not None and expected is not None and stated.samples != expected:
        yield Violation(
            ("samples",),
            f"The row has {stated.samples} samples, but {claim.protocol.id} has {expected}.",
            f"{expected} samples, or a row that states a different sample list.",
        )
    if stated.tp is not None and stated.fn is not None:
        total = stated.tp + stated.fn
        samples = expected if stated.samples is None else stated.samples
        if samples is not None and samples != total:
            yield Violation(
                ("tp", "fn"),
                f"TP + FN is {stated.tp} + {stated.fn} = {total}, but there are {samples} samples.",
                f"With {stated.tp} TP, FN is {samples - stated.tp}."
                if samples >= stated.tp
                else "",
            )
    if stated.tp is not None and stated.fp is not None:
        total = stated.tp + stated.fp
        if stated.predictions not in (None, total):
            yield Violation(
                ("tp", "fp"),
                f"TP + FP is {stated.tp} + {stated.fp} = {total}, but {stated.predictions} "
                "intervals were predicted.",
            )


@claim_rule("inconsistent")
def subjects_videos(claim: Claim) -> Iterator[Violation]:
    """Subjects or videos do not agree with the samples.

    A row that states the number of samples that the protocol expects uses the same sample list,
    with its subjects and videos. Other numbers are usually those of a part of the list, such as the
    samples in the analyzed classes.
    """
    stated, expected = claim.stated, claim.expected
    if stated.samples is None or stated.samples != expected.samples:
        return
    pairs = {
        "subjects": (stated.subjects, expected.subjects),
        "videos": (stated.videos, expected.videos),
    }
    wrong = [name for name, pair in pairs.items() if None not in pair and pair[0] != pair[1]]
    if not wrong:
        return
    given_text, expected_text = (
        " and ".join(f"{pairs[name][index]} {name}" for name in wrong) for index in (0, 1)
    )
    analysed = sum(expected.classes.values())
    fewer = (
        f" {analysed} of the samples are in the class list; these may be their {wrong[0]}."
        if 0 < analysed < stated.samples
        else ""
    )
    yield Violation(
        tuple(wrong),
        f"The row has {given_text} for {stated.samples} samples, but {claim.protocol.id} has "
        f"{expected_text} for the same number of samples.{fewer}",
        f"{stated.samples} samples: {expected_text}.",
    )
