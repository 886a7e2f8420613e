"""A protocol as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.metrics.registry import metrics_of
from mebench.models.protocol import ExpectedCounts, Protocol, ProtocolDataset


def protocol_as_text(protocol: Protocol) -> str:
    """Return the rules of a protocol as text."""
    return "\n".join(_lines(protocol))


def _lines(protocol: Protocol) -> Iterator[str]:
    yield f"{protocol.id}  {protocol.title}"
    if protocol.description:
        yield ""
        yield " ".join(protocol.description.split())
    yield ""
    yield f"task           {protocol.task}"
    if protocol.spots:
        yield f"spotted        {', '.join(protocol.targets)}"
        scope = "all videos" if protocol.video_scope == "all" else "videos with a target"
        restriction = ", each with exactly one expression" if protocol.one_per_video else ""
        yield f"scope          {scope}{restriction}"
    if protocol.classes:
        yield f"classes        {', '.join(protocol.classes)}"
    yield f"folds          {protocol.folds}"
    yield f"metrics        {', '.join(metric.id for metric in metrics_of(protocol))}"
    yield from _expected("expected", protocol.expected)
    for dataset in protocol.datasets:
        yield ""
        yield from _dataset(dataset)


def _dataset(dataset: ProtocolDataset) -> Iterator[str]:
    yield f"data set       {dataset.id}"
    if dataset.also_named:
        yield f"  also named   {', '.join(dataset.also_named)}"
    if dataset.label_map:
        pairs = ", ".join(f"{label} -> {name}" for label, name in dataset.label_map.items())
        yield f"  label map    {pairs}"
    if dataset.excluded_labels:
        yield f"  left out     labels {', '.join(dataset.excluded_labels)}"
    for exclusion in dataset.exclusions:
        yield f"  left out     {exclusion.subject}/{exclusion.video}: {exclusion.reason}"
    for name, rule in (("subjects", dataset.subjects), ("videos", dataset.videos)):
        if rule.prefixes or rule.numbers:
            numbers = "001, 01 and 1 are the same" if rule.numbers else ""
            prefixes = ", ".join(f"{prefix}1 and 1 are the same" for prefix in rule.prefixes)
            yield f"  {name:<12} {'; '.join(filter(None, (prefixes, numbers)))}"
        if rule.names:
            others = ", ".join(f"{other} = {own}" for other, own in rule.names.items())
            yield f"  {name:<12} {others}"
    if dataset.subject_in_video is not None:
        yield f"  subject in video  {dataset.subject_in_video}"
    if dataset.expected is not None:
        yield from _expected("  expected", dataset.expected)


def _expected(title: str, expected: ExpectedCounts) -> Iterator[str]:
    counts = {
        "subjects": expected.subjects,
        "videos": expected.videos,
        "samples": expected.samples,
    }
    texts = [
        f"{'any number of' if number is None else number} {name}" for name, number in counts.items()
    ]
    yield f"{title:<15}{', '.join(texts)}"
    if expected.classes:
        classes = ", ".join(f"{name} {number}" for name, number in expected.classes.items())
        outside = (
            f"; outside the classes {expected.outside_classes}" if expected.outside_classes else ""
        )
        yield f"{'':<15}{classes}{outside}"
