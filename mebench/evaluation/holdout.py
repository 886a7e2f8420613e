"""The parts of a holdout: which rows of a truth are tested, and which may be trained on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mebench.diagnostics import Findings, Place
from mebench.models.annotation_table import IntegerColumn
from mebench.models.fold_rule import FoldRule, HoldoutPart
from mebench.models.protocol import Protocol
from mebench.protocols.fold_plan import canonical_subject
from mebench.protocols.id_index import ItemName
from mebench.protocols.id_matching import quote_name

NEITHER, TRAINING, TEST = 0, 1, 2
"""The part of a row; under a protocol without a holdout every row is ``TEST``."""


def parts_of_rows(
    protocol: Protocol,
    names: Sequence[ItemName],
    splits: Sequence[str | None],
    findings: Findings,
    place: Place,
) -> IntegerColumn:
    """Return the part of each video or sample of a truth; ``splits`` are those that it states."""
    rule = protocol.holdout
    if rule is None:
        return np.full(len(names), TEST, np.int64)
    keys = [canonical_subject(protocol, name.dataset, name.subject) for name in names]
    parts = np.full(len(names), NEITHER, np.int64)
    of_subject: dict[tuple[str, str], set[int]] = {}
    splits = [*splits] or [None] * len(names)
    for code, part in ((TRAINING, rule.training), (TEST, rule.test)):
        assert part is not None
        subjects = _subjects_of(part, protocol)
        for row, (key, split) in enumerate(zip(keys, splits, strict=True)):
            if key in subjects or split in part.splits:
                parts[row] = code
                of_subject.setdefault(key, set()).add(code)
    both = {key for key, codes in of_subject.items() if len(codes) > 1}
    if both:
        rows = [row for row, key in enumerate(keys) if key in both]
        listed = ", ".join(dict.fromkeys(quote_name(names[row].subject) for row in rows))
        findings.error(
            "holdout-overlap",
            f"The truth has rows of {listed[:300]} in the training part and in the test part of "
            f"{protocol.id}.",
            "Put each subject into one part: correct `split` in the truth, or the protocol.",
            place,
        )
    if not (parts == TEST).any():
        _report_empty(protocol, rule, splits, findings, place)
    return parts


def _subjects_of(part: HoldoutPart, protocol: Protocol) -> set[tuple[str, str]]:
    return {
        canonical_subject(protocol, dataset, subject)
        for dataset, subject in part.names_of_subjects(protocol.only_dataset)
        if dataset is not None
    }


def _report_empty(
    protocol: Protocol,
    rule: FoldRule,
    splits: Sequence[str | None],
    findings: Findings,
    place: Place,
) -> None:
    found = ", ".join(map(quote_name, sorted({split for split in splits if split is not None})))
    states = f"it states the splits {found[:300]}" if found else "it states no `split`"
    findings.error(
        "holdout-empty",
        f"The truth has nothing of the test part of {protocol.id}, which is {rule.test}; {states}.",
        "Use the truth of the test part. A split is the field `split` of each video and sample of "
        "a truth JSON, as `mebench datasets export-truth` writes it.",
        place,
    )
