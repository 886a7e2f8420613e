"""Baselines that write down what they were handed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field

from mebench.runner import (
    AnnotatedSample,
    AnnotatedVideo,
    Baseline,
    BaselineOptions,
    Fold,
    VideoPrediction,
)
from mebench.runner.types import Expression


class WitnessOptions(BaselineOptions):
    out: str = Field("", description="The folder to write into.")


class Witness(Baseline):
    name = "witness"
    title = "Writes down what it sees"
    reuses_process = True
    options_type = WitnessOptions

    def predict(self, fold: Fold) -> Iterator[VideoPrediction]:
        options = self.options
        assert isinstance(options, WitnessOptions)
        seen = {
            "name": fold.name,
            "seed": fold.seed,
            "training": {
                f"{one.subject}/{one.id}": [
                    [each.onset, each.offset, each.apex, each.kind, each.emotion]
                    for each in one.expressions
                ]
                for one in fold.training
            },
            "test": [f"{one.subject}/{one.id}" for one in fold.test],
            "training_samples": {
                f"{one.subject}/{one.id}": one.emotion for one in fold.training_samples
            },
            "test_samples": [f"{one.subject}/{one.id}" for one in fold.test_samples],
            "leaks": sorted(set(leaks([fold.test, fold.test_samples], "test", depth=8))),
            "frames": [sum(1 for _ in one.frames()) for one in fold.test],
            "sixth": [int(one.frame(5)[0, 0, 0]) for one in fold.test],
        }
        (Path(options.out) / f"{fold.name}.json").write_text(json.dumps(seen), encoding="utf-8")
        for video in fold.test:
            yield VideoPrediction(video, [])


class Told(Witness):
    name = "told"
    title = "The same with the truth"
    needs_truth = True


def leaks(value: Any, path: str, depth: int) -> Iterator[str]:
    """Yield the places below an object at which annotations lie."""
    if isinstance(value, Expression | AnnotatedVideo | AnnotatedSample):
        yield f"{path}: {type(value).__name__}"
    if depth == 0:
        return
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list | tuple | set | frozenset):
        children = list(enumerate(value))
    else:
        names = [*getattr(value, "__dict__", {}), *getattr(type(value), "__slots__", ())]
        children = [(name, getattr(value, name, None)) for name in names]
    for name, child in children:
        if isinstance(name, str) and name in {"emotion", "expressions", "intervals"}:
            yield f"{path}.{name}"
        yield from leaks(child, f"{path}.{name}", depth - 1)
