"""The test distribution on disk, and the small data sets that its adapter reads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

BASELINES = {
    "steady": "trials.steady:Steady",
    "prepared": "trials.steady:Prepared",
    "slow": "trials.steady:Slow",
    "studious": "trials.studious:Studious",
    "witness": "trials.looking:Witness",
    "told": "trials.looking:Told",
    "remembering": "trials.cheating:Remembering",
    "remembering-declared": "trials.cheating:RememberingAndSayingSo",
    "keeping": "trials.cheating:Keeping",
    "searching": "trials.cheating:Searching",
    "untrusted": "trials.cheating:Untrusted",
    "faulty": "trials.faults:Faulty",
    "demanding": "trials.faults:Demanding",
    "faulty-preparation": "trials.faults:FaultyPreparation",
    "no-start": "trials.broken:NoStart",
    "no-size": "trials.broken:NoSize",
    "none-size": "trials.broken:NoneSize",
    "abstract": "trials.broken:Abstract",
    "odd-version": "trials.broken:OddVersion",
    "odd-authors": "trials.broken:OddAuthors",
    "odd-options": "trials.broken:OddOptions",
    "misnamed": "trials.broken:Misnamed",
    "no-baseline": "trials.broken:NoBaseline",
    "no-attribute": "trials.broken:NotThere",
    "finder": "trials.halves:Finder",
    "namer": "trials.halves:Namer",
    "unimportable": "trials.unimportable:Anything",
}

PROTOCOL = """
id = "trials@1"
title = "Trials"
task = "spot-then-recognize"
targets = ["micro"]
classes = ["negative", "positive", "surprise"]
folds = "leave-one-subject-out"

[[datasets]]
id = "trials"
"""

RECOGNITION = """
id = "naming@1"
title = "Naming"
task = "recognize"
targets = []
classes = ["negative", "positive"]
folds = "leave-one-subject-out"

[[datasets]]
id = "trials"
"""


def install(folder: Path) -> Path:
    """Write the distribution into a folder, as an installer would; return the folder."""
    shutil.copytree(
        Path(__file__).parent / "trials",
        folder / "trials",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    info = folder / "trials-1.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: trials\nVersion: 1.5\n")
    lines = ["[mebench.baselines]", *(f"{name} = {home}" for name, home in BASELINES.items())]
    lines += ["[mebench.datasets]", "trials = trials.dataset:Trials"]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return folder


def expression(onset: int, offset: int, emotion: str | None = "negative", **more: Any) -> Any:
    return {"onset": onset, "offset": offset, "emotion": emotion, **more}


def truth(videos: dict[tuple[str, str], list[Any]], n_frames: int = 50) -> dict[str, Any]:
    """Return a truth of the test data set."""
    return {
        "format": "mebench-truth/1",
        "dataset": "trials",
        "videos": [
            {"subject": subject, "video": video, "n_frames": n_frames, "intervals": intervals}
            for (subject, video), intervals in videos.items()
        ],
    }


def simple(subjects: int, videos: int = 2) -> dict[str, Any]:
    """Return the truth of some subjects, a micro-expression a video."""
    emotions = ["negative", "positive", "surprise"]
    return truth(
        {
            (f"s{who}", f"v{which}"): [
                expression(
                    3 + who % 30, 12 + who % 30, emotions[(who + which) % 3], apex=8 + who % 30
                )
            ]
            for who in range(subjects)
            for which in range(videos)
        }
    )


def samples(subjects: int, each: int = 3) -> dict[str, Any]:
    """Return a truth for recognition."""
    return {
        "format": "mebench-truth/1",
        "dataset": "trials",
        "samples": [
            {
                "subject": f"s{who}",
                "sample": f"c{which}",
                "video": "long" if which else None,
                "onset": 2,
                "offset": 40,
                "emotion": ["negative", "positive"][(who + which) % 2],
            }
            for who in range(subjects)
            for which in range(each)
        ],
    }


def write(folder: Path, content: dict[str, Any], protocol: str = PROTOCOL) -> Path:
    """Write a data set and its protocol into a folder; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "truth.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "protocol.toml").write_text(protocol, encoding="utf-8")
    return folder
