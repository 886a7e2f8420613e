"""The signature: one line that states exactly how a score was computed.

``mebench:1|p:casme2-str@1|iou:ge.50|match:max|ap:interp|zerodiv:0|agg:pooled|scope:with-target|``
``frames:kept|thr:none|truth:3f2a91c0|preds:77be01d2|v:0.1.0``

Two scores are comparable if their signatures differ only in ``preds``, ``v`` and ``thr``. Optional
parts: ``rules`` (the hash of a user-defined protocol), ``outside`` (the class that replaces
emotions outside the class list), ``kind`` (the kind of expressions for which the truth states
none), ``counts:differ`` (the truth is not the complete data set).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from typing import Any

import numpy as np

from mebench.diagnostics import MebenchError
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import NO_FRAME
from mebench.models.base import KINDS, Kind
from mebench.models.protocol import Protocol
from mebench.protocols.label_mapping import ClassList
from mebench.protocols.loader import is_shipped, protocol_digest
from mebench.util.hashing import digest_of_list

VERSION = "1"
SIGNATURE_PARTS_THAT_MAY_DIFFER = frozenset({"preds", "v", "thr"})
"""The parts in which comparable scores may differ."""

Name = tuple[str, str, str]
"""The data set, the subject, and the video or sample, in the canonical spelling."""

_UNSAFE = re.compile(r"[^A-Za-z0-9_.,=@+-]")


def signature_of(
    protocol: Protocol,
    options: ScoringOptions,
    *,
    threshold: str,
    truth: str,
    predictions: str,
    counts_differ: bool,
    kind: Kind | None = None,
) -> str:
    """Return the signature of a score.

    ``truth`` and ``predictions`` are hashes; ``kind`` is the kind that --kind gave to expressions
    of the truth.
    """
    from mebench.version import VERSION as SOFTWARE

    parts = {"mebench": VERSION, "p": protocol.id}
    if not is_shipped(protocol):
        parts["rules"] = protocol_digest(protocol)
    if protocol.spots:
        parts |= {"iou": "ge.50", "match": "max", "ap": "interp"}
    parts |= {"zerodiv": "0", "agg": "pooled"}
    if protocol.spots:
        parts["scope"] = protocol.video_scope
        parts["frames"] = "clipped" if options.clip else "kept"
        parts["thr"] = threshold
    if kind is not None:
        parts["kind"] = kind
    if options.outside_as is not None:
        index = options.outside_class(protocol)
        parts["outside"] = _UNSAFE.sub("-", ClassList(protocol).names[index or 0])
    if counts_differ:
        parts["counts"] = "differ"
    parts |= {"truth": truth, "preds": predictions, "v": SOFTWARE}
    return "|".join(f"{name}:{value}" for name, value in parts.items())


def parse_signature(text: str) -> dict[str, str]:
    """Return the parts of a signature by name, or raise the error ``signature-syntax``."""
    pairs = [part.partition(":") for part in text.strip().split("|")]
    parts = {name: value for name, colon, value in pairs if colon and value}
    if len(parts) != len(pairs) or not text.startswith("mebench:"):
        raise MebenchError.of(
            "signature-syntax",
            f"Not a mebench signature: {text[:80]!r}.",
            "Copy the complete line, from `mebench:` on.",
        )
    return parts


def signature_differences(first: str, second: str) -> dict[str, tuple[str | None, str | None]]:
    """Return the parts in which two signatures differ, with both values."""
    parts, others = parse_signature(first), parse_signature(second)
    return {
        name: (parts.get(name), others.get(name))
        for name in dict.fromkeys([*parts, *others])
        if parts.get(name) != others.get(name)
    }


def truth_hash(videos: list[Name], truths: Expressions, classes: ClassList) -> str:
    """Hash the truth in scope: each expression, and each video without one."""
    labels = [*classes.names, None]  # the last one belongs to NO_CLASS
    columns = (truths.video, truths.onset, truths.offset, truths.kind, truths.label)
    rows: list[list[Any]] = [
        [*videos[video], onset, offset, KINDS[kind], labels[label]]
        for video, onset, offset, kind, label in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]
    empty = set(range(len(videos))) - set(truths.video.tolist())
    rows += [[*videos[video], None, None, None, None] for video in empty]
    return digest_of_list(["truth", *sorted(rows, key=_nulls_first)])


def prediction_hash(
    videos: list[Name], predictions: Expressions, classes: ClassList, threshold: str
) -> str:
    """Hash the predictions in scope and the operating point."""
    alphabetical_rank = np.argsort(sorted(range(len(videos)), key=videos.__getitem__))
    order = np.lexsort(
        (
            predictions.label,
            predictions.apex,
            predictions.spans().score,
            predictions.kind,
            predictions.offset,
            predictions.onset,
            alphabetical_rank[predictions.video],
        )
    )
    rows, labels = predictions.take(order), [*classes.names, None]
    columns: list[Iterable[Any]] = [
        rows.video.tolist(),
        rows.onset.tolist(),
        rows.offset.tolist(),
        rows.kind.tolist(),
        [None if apex == NO_FRAME else apex for apex in rows.apex.tolist()],
        # Adding 0.0 turns minus zero into zero, which is equal to it.
        [None] * len(rows) if rows.score is None else (rows.score + 0.0).tolist(),
        rows.label.tolist(),
        [True] * len(rows) if rows.selected is None else rows.selected.tolist(),
    ]
    lists: Iterable[Any] = (
        [*videos[video], onset, offset, KINDS[kind], apex, score, labels[label], selected]
        for video, onset, offset, kind, apex, score, label, selected in zip(*columns, strict=True)
    )
    return digest_of_list(chain(["preds", threshold], lists))


def sample_hash(names: list[Name], labels: Iterable[int], classes: ClassList, what: str) -> str:
    """Hash the labels of recognition samples."""
    texts = [*classes.names, None]
    rows = [[*name, texts[label]] for name, label in zip(names, labels, strict=True)]
    return digest_of_list([what, *sorted(rows, key=_nulls_first)])


def _nulls_first(row: list[Any]) -> list[Any]:
    return [(cell is not None, cell) for cell in row]
