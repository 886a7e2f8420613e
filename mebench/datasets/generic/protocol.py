"""A protocol for exactly one truth: what it holds is what is spotted, named and expected."""

from __future__ import annotations

import re
from collections import Counter

from mebench.protocols import shipped_protocol_ids
from mebench.records.protocol import ExpectedCounts, Protocol, ProtocolDataset, Task
from mebench.records.truth import TruthManifest


def protocol_for(truth: TruthManifest, dataset: str, title: str) -> Protocol:
    """Return spot-then-recognize on the micro-expressions of a truth, or what it has instead.

    Without emotions the task is to spot; without micro-expressions, to spot the macro-expressions.

    Parameters
    ----------
    truth : TruthManifest
        The truth.
    dataset : str
        The data set's id.
    title : str
        Of the data set.
    """
    everything = [one for video in truth.videos for one in video.intervals or []]
    micro = [one for one in everything if one.get("kind") != "macro"]
    labels = [(one.get("emotion") or "").strip() for one in micro]
    classes: dict[str, str] = {}
    for label in sorted(filter(None, labels)):
        classes.setdefault(label.casefold(), label)
    task: Task = "spot-then-recognize" if classes else "spot"
    counted = Counter(label.casefold() for label in labels)
    only_macro = bool(everything) and not micro
    return Protocol(
        id=_identifier(dataset, task),
        title=f"{title[:200]}, {task}",
        description="Written with the data set; it expects what the data set's truth holds.",
        task=task,
        targets=["macro"] if only_macro else ["micro"],
        video_scope="all",
        classes=list(classes.values()),
        datasets=[ProtocolDataset(id=dataset)],
        expected=ExpectedCounts(
            subjects=len({video.subject for video in truth.videos}),
            videos=len(truth.videos),
            samples=None if truth.blind else len(everything if only_macro else micro),
            classes={name: counted[key] for key, name in classes.items()},
            outside_classes=counted[""] if classes else None,
        ),
    )


def _identifier(dataset: str, task: Task) -> str:
    name = re.sub(r"[^a-z0-9_.-]+", "-", dataset.lower()).strip("_.-") or "generic"
    short = "str" if task == "spot-then-recognize" else "spot"
    identifier = f"{name}-{short}@1"
    return identifier if identifier not in shipped_protocol_ids() else f"{name}-folder-{short}@1"
