"""Baselines that look for annotations of their test videos, and predict only what they find."""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType, FunctionType, MethodType, ModuleType
from typing import Any

from pydantic import Field

from mebench.diagnostics import UsageError
from mebench.runner import (
    Baseline,
    BaselineOptions,
    DetectedInterval,
    Fold,
    Store,
    Trained,
    UnseenVideo,
    VideoPrediction,
)
from mebench.runner.types import Expression, ProgressCallback

REMEMBERED: dict[tuple[str, str], list[tuple[int, int, str | None]]] = {}
"""What a process has seen of a subject's video."""


def as_rows(expressions: Iterable[Expression]) -> list[tuple[int, int, str | None]]:
    return [(one.onset, one.offset, one.emotion) for one in expressions]


def prediction(video: UnseenVideo, rows: Iterable[Any]) -> VideoPrediction:
    return VideoPrediction(
        video, [DetectedInterval(int(a), int(b), emotion=str(name)) for a, b, name in rows]
    )


class Remembering(Baseline):
    """Keeps the training annotations of every fold in a module."""

    name = "remembering"
    title = "Remembers other folds"

    def predict(self, fold: Fold) -> Iterator[VideoPrediction]:
        for video in fold.training:
            REMEMBERED[video.subject, video.id] = as_rows(video.expressions)
        for unseen in fold.test:
            rows = REMEMBERED.get((unseen.subject, unseen.id), [])
            yield prediction(unseen, rows[:1] if fold.protocol.one_per_video else rows)


class RememberingAndSayingSo(Remembering):
    """The same, with the declaration that nothing remains."""

    name = "remembering-declared"
    reuses_process = True


class Keeping(Baseline):
    """Keeps the training annotations of every fold in the store, under keys of its own."""

    name = "keeping"
    title = "Keeps annotations in the store"

    def predict(self, fold: Fold) -> Iterator[VideoPrediction]:
        import numpy as np

        for video in fold.training:
            rows = as_rows(video.expressions)
            fold.store.put(
                {"of": [video.subject, video.id]},
                {
                    "frames": np.array([[a, b] for a, b, _ in rows]).reshape(-1, 2),
                    "emotions": np.array([str(name) for *_, name in rows], dtype="U20"),
                },
            )
        for unseen in fold.test:
            kept = fold.store.get({"of": [unseen.subject, unseen.id]})
            rows = [] if kept is None else [(*f, e) for f, e in zip(*kept.values(), strict=True)]
            yield prediction(unseen, rows)

    def train(self, fold: Fold) -> Trained:
        import numpy as np

        list(self.predict(fold))
        return Trained(tuple(fold.protocol.classes), False, {"none": np.zeros(1)})

    def spot(
        self, video: UnseenVideo, trained: Trained, store: Store, report: ProgressCallback
    ) -> VideoPrediction:
        return prediction(video, [])


class SearchingOptions(BaselineOptions):
    unread: bool = Field(False, description="Only open the data set, and read no frame.")


class Searching(Baseline):
    """Looks for annotations in everything that can be reached from what it is handed."""

    name = "searching"
    title = "Walks attributes, looks into files and arguments"
    options_type = SearchingOptions

    def predict(self, fold: Fold) -> Iterator[VideoPrediction]:
        assert isinstance(self.options, SearchingOptions)
        numbers = [] if self.options.unread else [0]
        for video in fold.test:
            # Whatever opens a data set has opened it now.
            assert [number for number, _ in video.frames_at(numbers)] == numbers
            yield prediction(video, self._search([fold.test, fold.report], video))

    def _search(self, start: list[Any], video: UnseenVideo) -> list[Any]:
        found = [str(one) for one in walk([*start, *modules(), *gc.get_objects()], video)]
        texts = [*sys.argv, *map(str, Path.cwd().rglob("*")), os.environ.get("PWD", "")]
        found += [text for text in texts if "truth" in text or "run" in Path(text).parts]
        if found:
            print("found", json.dumps(sorted(set(found))[:20]))
            return [(0, video.n_frames - 1, "negative")]
        return []


class UntrustedOptions(BaselineOptions):
    acts: str = Field("none", description="What to try, separated by commas.")
    secret: str = Field("", description="A file that must not be read.")
    process: int = Field(0, description="A process that must not be reached.")
    port: int = Field(0, description="A port on this machine that must not be reached.")


class Untrusted(Baseline):
    """Predicts an interval at the place of each thing that it succeeds in."""

    name = "untrusted"
    title = "Tries what code that is not trusted might try"
    options_type = UntrustedOptions

    def predict(self, fold: Fold) -> Iterator[VideoPrediction]:
        options = self.options
        assert isinstance(options, UntrustedOptions)
        done = []
        for place, act in enumerate(options.acts.split(",")):
            try:
                self._act(act, options, fold)
            except (OSError, UsageError) as error:
                print("refused", act, error)
            else:
                done.append(DetectedInterval(place, place, emotion="negative"))
        yield VideoPrediction(fold.test[0], done)

    def _act(self, act: str, options: UntrustedOptions, fold: Fold) -> None:
        import numpy as np

        if act == "read":
            Path(options.secret).read_bytes()
        elif act == "write-store":
            Store(fold.store.folder).put({"poison": 1}, {"x": np.zeros(1)})
        elif act == "connect":
            socket.create_connection(("127.0.0.1", options.port), timeout=5).close()
        elif act == "kill":
            os.kill(options.process, 0)
        else:
            assert act == "none"
            fold.store.put({"mine": 1}, {"x": np.zeros(1)})
            assert fold.store.get({"mine": 1}) is not None
            assert sum(1 for _ in fold.test[0].frames()) == fold.test[0].n_frames


def modules() -> list[ModuleType]:
    return [one for name, one in list(sys.modules.items()) if name.startswith(("mebench", "trial"))]


PLAIN = {str, bytes, int, float, bool, type(None)}
"""Types of what holds nothing else: most of what there is, and not worth a step."""


def walk(start: list[Any], video: UnseenVideo) -> Iterator[str]:
    """Yield the places at which something annotates the video."""
    seen: set[int] = set()
    waiting: list[tuple[Any, Any, int]] = [("", one, 0) for one in start]
    while waiting:
        path, value, depth = waiting.pop()
        if id(value) in seen or depth > 12:
            continue
        seen.add(id(value))
        kind = type(value).__name__
        own = attributes(value)
        same, name = own.get("subject") == video.subject, own.get("id", own.get("video"))
        annotated = own.keys() & {"script", "expressions", "intervals"}
        if annotated and same and name == video.id:
            yield f"{path}: {kind}"
        if kind in {"TruthManifest", "TruthVideo", "VideoScript", "SyntheticDataset"}:
            yield f"{path}: {kind}"
        waiting += [
            ((path, child_name), child, depth + 1)
            for child_name, child in children(value)
            if type(child) not in PLAIN
        ]


def children(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(str(name), one) for name, one in list(value.items())]
    if isinstance(value, list | tuple | set | frozenset):
        return [(str(number), one) for number, one in enumerate(list(value))]
    if isinstance(value, FunctionType):
        return [("closure", cell.cell_contents) for cell in value.__closure__ or () if has(cell)]
    if isinstance(value, MethodType):
        return [("self", value.__self__), ("function", value.__func__)]
    if isinstance(value, ModuleType):
        own = value.__name__.startswith(("mebench", "trial"))
        return list(vars(value).items()) if own else []
    if isinstance(value, FrameType):
        return list(value.f_locals.items())
    return list(attributes(value).items())


def attributes(value: Any) -> dict[str, Any]:
    """Return the attributes of an object, also of slots, without running code of its class."""
    kind = type(value)
    if isinstance(value, type) or not kind.__module__.startswith(("mebench", "trial")):
        return {}
    found = dict(getattr(value, "__dict__", {}))
    for base in kind.__mro__:
        for name in base.__dict__.get("__slots__", ()):
            with suppress(AttributeError):
                found[name] = object.__getattribute__(value, name)
    return found


def has(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True
