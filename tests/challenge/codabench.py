"""What Codabench does with a bundle and with a submission, written after its own source.

Its unpacker refuses a bundle for the reasons that ``read_bundle`` checks: those of
``src/apps/competitions/unpackers`` and of the serializers and models behind it. Its compute worker
runs a program as ``score`` does: ``compute_worker/compute_worker.py``.
"""

from __future__ import annotations

import io
import json
import shlex
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

RULES = {
    *("Add", "Add_And_Delete", "Add_And_Delete_Multiple"),
    *("Force_Last", "Force_Latest_Multiple", "Force_Best"),
}


def archive(files: dict[str, bytes | str]) -> bytes:
    """Return a zip archive, as a participant packs it; a name that ends with / is a folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def unpack(content: bytes, folder: Path) -> Path:
    """Extract an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        packed.extractall(folder)
    return folder


def load_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file as Codabench does."""
    found: dict[str, Any] = import_module("yaml").safe_load(path.read_text(encoding="utf-8"))
    return found


def read_bundle(content: bytes, folder: Path) -> dict[str, Any]:
    """Unpack a bundle and return its competition; what Codabench refuses fails."""
    unpack(content, folder)
    competition = load_yaml(folder / "competition.yaml")
    assert str(competition["version"]) == "2"
    assert 0 < len(competition["title"]) <= 256
    assert 0 < len(competition["docker_image"]) <= 128
    assert (folder / competition["image"]).read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert (folder / competition["terms"]).read_text()
    for page in competition["pages"]:
        assert page["title"] and (folder / page["file"]).read_text()
    tasks = {}
    for task in competition["tasks"]:
        assert task["index"] not in tasks and 0 < len(task["name"]) <= 256
        for kind in ("scoring_program", "reference_data"):
            assert zipfile.is_zipfile(folder / task[kind])
        tasks[task["index"]] = task
    ended = None
    for index, phase in enumerate(competition["phases"]):
        assert phase["index"] == index and 0 < len(phase["name"]) <= 256
        assert phase["tasks"] and set(phase["tasks"]) <= set(tasks)
        # A date that YAML parses loses its time; a text does not.
        start, end = (datetime.fromisoformat(phase[name]) for name in ("start", "end"))
        assert start < end and (ended is None or ended < start)
        assert zipfile.is_zipfile(folder / phase["starting_kit"])
        assert min(phase["max_submissions"], phase["max_submissions_per_day"]) > 0
        ended = end
    [board] = competition["leaderboards"]
    assert 0 < len(board["title"]) <= 64 and 0 < len(board["key"]) <= 36
    assert board["submission_rule"] in RULES
    columns = board["columns"]
    assert [column["index"] for column in columns] == list(range(len(columns)))
    assert len({column["key"] for column in columns}) == len(columns)
    for column in columns:
        assert 0 < len(column["key"]) <= 36 and 0 < len(column["title"]) <= 36
        assert column["sorting"] in ("asc", "desc") and type(column["precision"]) is int
    return competition


@dataclass(frozen=True)
class Worker:
    """A compute worker with the folders of one submission, below ``/app`` of its container."""

    app: Path

    @classmethod
    def prepare(cls, bundle: Path, submission: bytes, app: Path) -> Worker:
        """Unpack a submission, of results, and the data of the task, as the worker does."""
        competition = load_yaml(bundle / "competition.yaml")
        [task] = competition["tasks"]
        shutil.rmtree(app, ignore_errors=True)
        # The first step copies the submission, and adds a file of its own to the results.
        results = unpack(submission, app / "input" / "res")
        (results / "metadata").write_text("elapsedTime: null\nexitCode: null\n")
        unpack((bundle / task["reference_data"]).read_bytes(), app / "input" / "ref")
        unpack((bundle / task["scoring_program"]).read_bytes(), app / "program")
        (app / "output").mkdir()
        return cls(app)

    def run(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command in the metadata of the program, with the container's folders."""
        command = load_yaml(self.app / "program" / "metadata.yaml")["command"]
        words = [word.replace("/app/", f"{self.app}/") for word in shlex.split(command)]
        assert words[0] == "python3"
        return subprocess.run(
            [sys.executable, *words[1:]],
            cwd=self.app / "program",
            env={"PYTHONUNBUFFERED": "1", **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def scores(self) -> dict[str, float] | None:
        """The scores that the worker sends; None if there are none, and the submission failed."""
        path = self.app / "output" / "scores.json"
        return json.loads(path.read_text()) if path.exists() else None

    @property
    def details(self) -> str:
        """The page of details, which participants see also if the submission failed."""
        return (self.app / "output" / "detailed_results.html").read_text(encoding="utf-8")
