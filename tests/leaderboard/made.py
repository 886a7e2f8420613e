"""Truths, submissions and boards, made up but whole: nothing of them is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mebench.protocols.loader import load_shipped_protocol
from mebench.util.resources import shipped_truth_path
from tests.datasets.licensed.running import CommandLine, Run

SYNTHETIC = "synthetic-str@1"
"""Its truth comes with mebench."""

VIS = "smic-vis-str@1"
"""Its truth does not."""


def synthetic_truth() -> dict[str, Any]:
    """Return the truth that comes with mebench."""
    path = shipped_truth_path("synthetic")
    assert path is not None
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def vis_truth() -> dict[str, Any]:
    """Return a truth with the counts of SMIC-E-VIS: a clip of each expression."""
    classes = load_shipped_protocol(VIS).expected.classes
    labels = [name for name, count in classes.items() for _ in range(count)]
    return {
        "format": "mebench-truth/1",
        "dataset": "smic-vis",
        "videos": [
            {
                "subject": f"s{place % 8 + 1}",
                "video": f"clip {place}",
                "n_frames": 60,
                "intervals": [{"onset": 20, "offset": 39, "emotion": label}],
            }
            for place, label in enumerate(labels)
        ],
    }


def submission(
    name: str = "a method",
    found: int = 5,
    *,
    truth: dict[str, Any] | None = None,
    protocol: str = SYNTHETIC,
    scored: bool = True,
    **system: Any,
) -> dict[str, Any]:
    """Return predictions that are right in the first so many videos, and empty in the others."""
    videos = (truth or synthetic_truth())["videos"]
    subjects = list(dict.fromkeys(video["subject"] for video in videos))
    return {
        "format": "mebench-submission/1",
        "protocol": protocol,
        "system": {"name": name, "model_selection": "validation", **system},
        "folds": [{"test": [subject]} for subject in subjects],
        "videos": [
            {
                "subject": video["subject"],
                "video": video["video"],
                "intervals": [
                    {
                        "onset": one["onset"],
                        "offset": one["offset"],
                        "emotion": one["emotion"],
                        **({"score": 0.5} if scored else {}),
                    }
                    for one in video["intervals"]
                    if one.get("kind", "micro") == "micro"
                ]
                if place < found
                else [],
            }
            for place, video in enumerate(videos)
        ],
    }


@dataclass(frozen=True)
class Boards:
    """A folder with boards in ``leaderboards``, and commands typed in it."""

    type: CommandLine

    @property
    def folder(self) -> Path:
        """Where commands are typed."""
        return self.type.folder

    @property
    def root(self) -> Path:
        """Where the boards lie."""
        return self.folder / "leaderboards"

    def board(self, protocol: str = SYNTHETIC) -> Path:
        """Return the folder of a board."""
        return self.root / protocol

    def write(self, name: str, content: Any) -> Path:
        """Write JSON data or text beside the boards."""
        path = self.folder / name
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return path

    def add(self, document: Any, *options: str | Path, file: str = "p.json") -> Run:
        """Type ``leaderboard add`` on predictions."""
        return self.type("leaderboard", "add", self.write(file, document), *options)

    def added(self, document: Any, *options: str | Path) -> None:
        """Add predictions, of which nothing is wrong."""
        run = self.add(document, *options)
        assert run.status == 0, run.said

    def build(self, *options: str | Path) -> Run:
        """Type ``leaderboard build``."""
        return self.type("leaderboard", "build", *options)

    def data(self, protocol: str = SYNTHETIC) -> dict[str, Any]:
        """Return a built board as its JSON has it."""
        found: dict[str, Any] = json.loads((self.board(protocol) / "board.json").read_text())
        return found

    def rows(self, protocol: str = SYNTHETIC) -> list[str]:
        """Return the ids of the rows of a built board, in their order."""
        return [row["id"] for group in self.data(protocol)["groups"] for row in group["rows"]]

    def log(self, protocol: str = SYNTHETIC) -> list[dict[str, Any]]:
        """Return the log of a board."""
        path = self.board(protocol) / "log.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def tree(self) -> dict[str, bytes]:
        """Return everything that lies in the folder of boards."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
        }
