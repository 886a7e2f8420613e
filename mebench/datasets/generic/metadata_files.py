"""The metadata files of the generic layout: ``dataset.toml``, ``protocol.toml``, ``README.txt``.

``dataset.toml`` is read and written. The protocol is derived from a truth: it scores and expects
exactly what the truth contains.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.base import FRAME_LIMIT, Identifier, StrictModel
from mebench.models.protocol import ExpectedCounts, Protocol, ProtocolDataset, Task
from mebench.models.truth import TruthManifest
from mebench.protocols.loader import shipped_protocol_ids
from mebench.util.atomic_write import to_json_text
from mebench.util.regular_file import IrregularFileError, check_regular
from mebench.util.toml_text import to_toml

SETTINGS_FILE = "dataset.toml"
PROTOCOL_FILE = "protocol.toml"


class DatasetSettings(StrictModel):
    """The content of ``dataset.toml``; every value is optional."""

    id: Identifier | None = Field(None, description="The data set, as protocols name it.")
    title: str | None = Field(None, min_length=1, description="One line for people.")
    licence: str | None = Field(None, min_length=1, description="Under which terms it may be used.")
    fps: float | None = Field(None, gt=0, description="Frames per second, if the truth has none.")
    first_frame: int | None = Field(
        None,
        ge=0,
        lt=FRAME_LIMIT,
        description="The file number of frame 0; left out, that of each folder's first file.",
    )
    truth_first_frame: Literal[0, 1] | None = Field(
        None, description="The number that truth.csv gives to the first frame; 0 if left out."
    )


def read_settings(root: Path, findings: Findings) -> DatasetSettings:
    """Read ``dataset.toml``; return empty settings if it is missing or invalid."""
    import tomllib

    from mebench.formats.strict_json import json_pointer
    from mebench.formats.text_file import read_text
    from mebench.formats.validate_model import validate_model

    def place_of(keys: Sequence[str | int]) -> Place:
        return Place(file=str(path), pointer=json_pointer(keys))

    path, settings = root / SETTINGS_FILE, None
    try:
        exists = check_regular(path, follow_links=True)  # a pipe would wait forever
        document = tomllib.loads(read_text(path).text) if exists else {}
        settings = validate_model(DatasetSettings, document, findings, place_of)
    except MebenchError as error:
        findings.extend_from(error)
    except IrregularFileError as error:
        findings.add(error.as_diagnostic())
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}."
        findings.error("settings-syntax", message, "Check it.", Place(file=str(path)))
    except (ValueError, RecursionError) as error:  # tomllib's own error is a ValueError
        findings.error("settings-syntax", f"Not valid TOML: {error}.", "", Place(file=str(path)))
    return settings or DatasetSettings.model_validate({})


def protocol_for(truth: TruthManifest, dataset: str, title: str) -> Protocol:
    """Return a protocol for the micro-expressions in a truth, or for macro-expressions alone."""
    intervals = [interval for video in truth.videos for interval in video.intervals or []]
    micro = [interval for interval in intervals if interval.get("kind") != "macro"]
    labels = [(interval.get("emotion") or "").strip() for interval in micro]
    classes: dict[str, str] = {}
    for label in sorted(filter(None, labels)):
        classes.setdefault(label.casefold(), label)
    task: Task = "spot-then-recognize" if classes else "spot"
    counted = Counter(label.casefold() for label in labels)
    only_macro = bool(intervals) and not micro
    return Protocol(
        id=_protocol_id(dataset, task),
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
            samples=None if truth.blind else len(intervals if only_macro else micro),
            classes={name: counted[key] for key, name in classes.items()},
            outside_classes=counted[""] if classes else None,
        ),
    )


def _protocol_id(dataset: str, task: Task) -> str:
    name = re.sub(r"[^a-z0-9_.-]+", "-", dataset.lower()).strip("_.-") or "generic"
    short = "str" if task == "spot-then-recognize" else "spot"
    is_shipped = f"{name}-{short}@1" in shipped_protocol_ids()
    return f"{name}-folder-{short}@1" if is_shipped else f"{name}-{short}@1"


README = """\
{title}

{subjects} subjects, {videos} videos, {frames} frames, written by mebench in its generic layout:

truth.json      every video and expression; frames count from 0
dataset.toml    id, title and license of this data set
protocol.toml   a protocol for exactly this data set
frames/         SUBJECT/VIDEO/img000000 and so on: frame 0 is img000000
writing.json    the source of this copy, and whether the copy is complete

In each video's folder, `sha256sum -c sha256.txt` checks the frames.
`mebench datasets check generic --root .` checks the data set.

{licence}
"""


def metadata_texts(truth: TruthManifest, dataset: str, title: str, licence: str) -> dict[str, str]:
    """Return the metadata files by name, for a truth with the length of every video."""
    title = title or dataset
    settings = {"id": dataset, "title": title, "licence": licence, "first_frame": 0}
    readme = README.format(
        title=title,
        subjects=len({video.subject for video in truth.videos}),
        videos=len(truth.videos),
        frames=sum(video.n_frames or 0 for video in truth.videos),
        licence=f"License: {licence}" if licence else "",
    )
    return {
        "truth.json": to_json_text(truth.to_json()),
        SETTINGS_FILE: to_toml({name: value for name, value in settings.items() if value != ""}),
        PROTOCOL_FILE: to_toml(protocol_for(truth, dataset, title).to_json()),
        "README.txt": readme.rstrip() + "\n",
    }
