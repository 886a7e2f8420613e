"""Small submissions and truths, written to files, for the tests of this folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mebench
from mebench.models.protocol import AliasRule, ProtocolDataset

CLASSES = ["negative", "positive", "surprise"]

TOY = mebench.Protocol(
    id="toy@1",
    title="A toy",
    task="spot-then-recognize",
    targets=["micro"],
    classes=CLASSES,
    datasets=[
        ProtocolDataset(id="toy", subjects=AliasRule(prefixes=["sub"], numbers=True)),
    ],
)

TOY_TOML = """
id = "toy@1"
title = "A toy"
task = "spot-then-recognize"
targets = ["micro"]
classes = ["negative", "positive", "surprise"]

[[datasets]]
id = "toy"
subjects = { prefixes = ["sub"], numbers = true }
"""

TWO_KINDS_TOML = """
id = "kinds@1"
title = "Two kinds"
task = "spot"
targets = ["macro", "micro"]

[[datasets]]
id = "toy"
"""


def interval(onset: int, offset: int, emotion: str | None = "negative", **more: Any) -> Any:
    """Return an interval's JSON data."""
    named = {} if emotion is None else {"emotion": emotion}
    return {"onset": onset, "offset": offset, **named, **more}


def truth(videos: dict[str, list[Any]], n_frames: int | None = 100) -> dict[str, Any]:
    """Return a truth's JSON data; videos are named ``subject/video``."""
    length = {} if n_frames is None else {"n_frames": n_frames}
    return {
        "format": "mebench-truth/1",
        "dataset": "toy",
        "videos": [
            dict(zip(("subject", "video"), name.split("/"), strict=True))
            | length
            | {"intervals": intervals}
            for name, intervals in videos.items()
        ],
    }


def submission(videos: dict[str, list[Any]], **more: Any) -> dict[str, Any]:
    """Return a submission's JSON data; videos are named ``subject/video``."""
    return {
        "format": "mebench-submission/1",
        "protocol": "toy@1",
        "system": {"name": "a method"},
        "videos": [
            dict(zip(("subject", "video"), name.split("/"), strict=True)) | {"intervals": intervals}
            for name, intervals in videos.items()
        ],
        **more,
    }


def write(folder: Path, name: str, content: Any) -> Path:
    """Write JSON data or text into a file."""
    path = folder / name
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


def codes(error: mebench.MebenchError) -> list[str]:
    """Return the codes of the errors that an exception carries."""
    return [one.code for one in error.diagnostics if one.severity == "error"]
