"""The signature: one line that states exactly how a score was computed.

``mebench:1|p:casme2-str@1|iou:ge.50|match:max|ap:interp|zerodiv:0|agg:pooled|scope:with-target|``
``frames:kept|thr:none|truth:3f2a91c0|preds:77be01d2|v:0.1.0``

Whatever can change a number is in the signature. Two scores are comparable if their signatures
differ only in ``preds``, ``v`` and ``thr``. Optional parts: ``rules`` (the hash of a user-defined
protocol), ``outside`` (the class that replaces emotions outside the class list, percent-encoded),
``kind`` (the kind of expressions for which the truth states none; ``none``: it is unknown),
``missing`` (the number of samples without a prediction), ``counts:differ`` (the truth is not the
complete data set), ``metrics`` (those of other packages: ``id=package@version~fingerprint``, or
``id~fingerprint`` for one that was passed in Python). ``frames`` is ``kept`` or ``clipped``;
``rounded`` if a file has numbers between two frames, and ``rounded+clipped`` for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import quote

import numpy as np

from mebench.diagnostics import MebenchError
from mebench.evaluation.interval_checks import UNKNOWN_LENGTH
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import NO_FRAME, IntegerColumn
from mebench.models.base import KINDS, Kind
from mebench.models.protocol import Protocol
from mebench.protocols.label_mapping import ClassList
from mebench.protocols.loader import is_shipped, protocol_digest
from mebench.util.hashing import canonical_json, digest_of_list, digest_of_texts

if TYPE_CHECKING:
    from mebench.metrics.own_metric import OwnMetric

VERSION = "1"
SIGNATURE_PARTS_THAT_MAY_DIFFER = frozenset({"preds", "v", "thr"})
"""The parts in which comparable scores may differ."""

Name = tuple[str, str, str]
"""The data set, the subject, and the video or sample, in the canonical spelling."""

Folds = list[list[tuple[str, str]]]
"""The data set and the subject of each test subject of each fold."""


def signature_of(
    protocol: Protocol,
    options: ScoringOptions,
    *,
    threshold: str,
    truth: str,
    predictions: str,
    counts_differ: bool,
    kind: Kind | Literal["none"] | None = None,
    missing: int = 0,
    rounded: bool = False,
) -> str:
    """Return the signature of a score.

    ``truth`` and ``predictions`` are hashes; ``kind`` is the kind that --kind gave to expressions
    of the truth; ``missing`` is the number of samples without a prediction; ``rounded`` is whether
    a file had fractional frames, or times between two frames.
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
        changes = [("rounded", rounded), ("clipped", options.clip)]
        parts["frames"] = "+".join(name for name, done in changes if done) or "kept"
        parts["thr"] = threshold
    if kind is not None:
        parts["kind"] = kind
    if options.outside_as is not None:
        index = options.outside_class(protocol)
        name = ClassList(protocol).names[index or 0]
        parts["outside"] = quote(name, safe="", errors="surrogatepass")
    if missing:
        parts["missing"] = str(missing)
    if counts_differ:
        parts["counts"] = "differ"
    if options.own_metrics:
        texts = (_metric_text(metric, protocol) for metric in options.own_metrics)
        parts["metrics"] = ",".join(sorted(texts))
    parts |= {"truth": truth, "preds": predictions, "v": SOFTWARE}
    return "|".join(f"{name}:{value}" for name, value in parts.items())


def _metric_text(own: OwnMetric, protocol: Protocol) -> str:
    from mebench.metrics.fingerprint import fingerprint

    source = "" if own.package is None else f"={quote(own.package)}@{quote(own.version or '')}"
    return f"{own.metric.id}{source}~{fingerprint(own, protocol)}"


def parse_signature(text: str) -> dict[str, str]:
    """Return the parts of a signature by name, or raise the error ``signature-syntax``."""
    pairs = [part.partition(":") for part in text.strip().split("|")]
    parts = {name: value for name, _, value in pairs if name and value}
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


def truth_hash(
    videos: list[Name], lengths: list[int], truths: Expressions, classes: ClassList
) -> str:
    """Hash the truth in scope: each expression, and each video without one.

    ``lengths`` are the frames of each video, or ``UNKNOWN_LENGTH``.
    """
    labels = [*classes.names, None]  # the last one belongs to NO_CLASS
    heads: list[list[Any]] = [
        [*name, None if length == UNKNOWN_LENGTH else length]
        for name, length in zip(videos, lengths, strict=True)
    ]
    columns = (truths.video, truths.onset, truths.offset, truths.kind, truths.label)
    rows = [
        [*heads[video], onset, apex, offset, KINDS[kind], labels[label]]
        for apex, video, onset, offset, kind, label in zip(
            _frames(truths.apex), *(column.tolist() for column in columns), strict=True
        )
    ]
    empty = set(range(len(videos))) - set(truths.video.tolist())
    rows += [[*heads[video], None, None, None, None, None] for video in empty]
    return digest_of_list(["truth", *_sorted_rows(rows)])


def _frames(column: IntegerColumn) -> list[int | None]:
    return [None if frame == NO_FRAME else frame for frame in column.tolist()]


class HashedNames(NamedTuple):
    """Names as hashes have them: canonical JSON without brackets, and alphabetical ranks."""

    texts: list[str]
    rank: IntegerColumn

    @classmethod
    def of(cls, names: list[Name]) -> HashedNames:
        """Return the texts and ranks of names."""
        text_of = {text: canonical_json(text) for name in names for text in name}
        texts = [",".join(map(text_of.__getitem__, name)) for name in names]
        return cls(texts, np.argsort(sorted(range(len(names)), key=names.__getitem__)))


def prediction_hash(
    videos: HashedNames,
    predictions: Expressions,
    classes: ClassList,
    threshold: str,
    folds: Folds,
    pairs: list[list[Any]] | None = None,
) -> str:
    """Hash the predictions in scope, the operating point, and the folds (:func:`hashed_folds`).

    ``pairs`` are those that can match, in a fixed order, if not all can.
    """
    order = np.lexsort(
        (
            predictions.label,
            predictions.apex,
            predictions.spans.score,
            predictions.kind,
            predictions.offset,
            predictions.onset,
            videos.rank[predictions.video],
        )
    )
    blocks = (order[begin : begin + _BLOCK_SIZE] for begin in range(0, len(order), _BLOCK_SIZE))
    texts = chain.from_iterable(
        _texts_of_rows(videos.texts, predictions.take(block), classes) for block in blocks
    )
    last = chain(*_fold_items(folds), [] if pairs is None else ["pairs", pairs])
    return digest_of_texts(
        chain(map(canonical_json, ("preds", threshold)), texts, map(canonical_json, last))
    )


_BLOCK_SIZE = 100_000  # the number of predictions that are lists of Python objects together


def _texts_of_rows(videos: list[str], rows: Expressions, classes: ClassList) -> Iterator[str]:
    """Yield the canonical JSON of each row, faster than an encoder that looks at each cell."""
    labels = [canonical_json(label) for label in (*classes.names, None)]
    kinds = [canonical_json(kind) for kind in KINDS]
    columns: list[Iterable[Any]] = [
        rows.video.tolist(),
        rows.onset.tolist(),
        rows.offset.tolist(),
        rows.kind.tolist(),
        ["null" if apex == NO_FRAME else apex for apex in rows.apex.tolist()],
        # Adding 0.0 turns minus zero into zero, which is equal to it.
        ["null"] * len(rows) if rows.score is None else map(repr, (rows.score + 0.0).tolist()),
        rows.label.tolist(),
        [True] * len(rows) if rows.selected is None else rows.selected.tolist(),
    ]
    for video, onset, offset, kind, apex, score, label, selected in zip(*columns, strict=True):
        yield (
            f"[{videos[video]},{onset},{offset},{kinds[kind]},{apex},{score},{labels[label]},"
            f"{'true' if selected else 'false'}]"
        )


def sample_hash(
    names: list[Name], labels: Iterable[int], classes: ClassList, what: str, folds: Folds
) -> str:
    """Hash the labels of recognition samples, and the folds of predictions."""
    texts = [*classes.names, None]
    rows = [[*name, texts[label]] for name, label in zip(names, labels, strict=True)]
    return digest_of_list([what, *_sorted_rows(rows), *_fold_items(folds)])


def hashed_folds(tests: list[list[int]], subjects: list[tuple[str, str]]) -> Folds:
    """Return the test subjects of the folds as far as they change a number, in a fixed order.

    The mean over folds depends on them, unless each fold tests one subject; it is then the same
    as without stated folds. ``tests`` are indices into ``subjects``.
    """
    folds = sorted(sorted(subjects[index] for index in test) for test in tests if test)
    return [] if all(len(fold) == 1 for fold in folds) else folds


def _fold_items(folds: Folds) -> list[list[Any]]:
    return [["folds", folds]] if folds else []


def _sorted_rows(rows: list[list[Any]]) -> list[list[Any]]:
    """Return rows in ascending order, a missing cell before all others."""
    try:
        return sorted(rows)  # the same order, much faster, unless a missing cell decides
    except TypeError:
        return sorted(rows, key=lambda row: [(cell is not None, cell) for cell in row])
