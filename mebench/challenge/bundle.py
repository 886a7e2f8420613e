"""The Codabench bundle of a challenge: one zip archive, with the same bytes for the same folder.

The programs and data in it are archives of their own. Codabench would accept folders, but packs
these into files beside its own temporary folder, which are not removed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mebench.challenge.organizer_folder import (
    LOGO,
    OVERVIEW,
    RULES,
    SECRET,
    TEMPLATE,
    TERMS,
    OrganizerFolder,
    update_challenge,
)
from mebench.challenge.rules_text import moment_text
from mebench.challenge.scoring import ABOUT, BLIND, PROTOCOL, TRUTH, leaderboard_columns
from mebench.challenge.settings import SETTINGS, phase_dates
from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.models.challenge import Challenge
from mebench.models.protocol import Protocol
from mebench.tables.grid import shorten
from mebench.util.atomic_write import to_json_text, write_bytes
from mebench.util.regular_file import IrregularFileError, read_regular
from mebench.util.yaml_text import to_yaml
from mebench.version import VERSION

BUNDLE = "codabench.zip"
COMPETITION = "competition.yaml"
SCORING, REFERENCE, KIT = "scoring_program.zip", "reference_data.zip", "starting_kit.zip"
COMMAND = "python3 /app/program/score.py /app/input /app/output"

MAX_COLUMN = 36
"""Characters of the key and of the title of a column, on Codabench."""


def pack_challenge(folder: Path, output: Path | None = None) -> tuple[OrganizerFolder, Path]:
    """Check the folder of a challenge, update it, and write the bundle.

    Return the folder and the path of the bundle, by default ``secret/codabench.zip``.
    """
    opened = update_challenge(folder)
    if opened.challenge.docker_image is None:
        raise UsageError.of(
            "challenge-image",
            "The settings name no Docker image in which Codabench can score.",
            "Build one from the folder `docker`, as README.md describes, and add its name: "
            f'docker_image = "NAME/mebench:{VERSION}".',
            Place(file=str(folder / SETTINGS)),
        )
    path = output if output is not None else folder / SECRET / BUNDLE
    write_bytes(path, zip_bytes(_bundle_files(opened)), with_folder=True)
    return opened, path


def _bundle_files(opened: OrganizerFolder) -> dict[str, bytes]:
    challenge, protocol = opened.challenge, opened.protocol
    columns = [column.id for column in leaderboard_columns(protocol)]
    about = {"title": challenge.title, "mebench": VERSION, "columns": columns}
    program = {
        "score.py": Path(__file__).with_name("scoring_program.py").read_bytes(),
        "metadata.yaml": to_yaml({"command": COMMAND}).encode(),
    }
    public = {name: _read(opened.public(name)) for name in (TEMPLATE, BLIND, PROTOCOL, RULES)}
    reference = {
        TRUTH: _read(opened.truth),
        BLIND: public[BLIND],
        PROTOCOL: public[PROTOCOL],
        ABOUT: to_json_text(about).encode(),
    }
    pages = {name: _read(opened.path / name) for name in (OVERVIEW, TERMS, LOGO)}
    return {
        COMPETITION: to_yaml(competition(challenge, protocol)).encode(),
        SCORING: zip_bytes(program),
        REFERENCE: zip_bytes(reference),
        KIT: zip_bytes(public),
        RULES: public[RULES],
        **pages,
    }


def _read(path: Path) -> bytes:
    try:
        content = read_regular(path)
    except IrregularFileError as error:
        raise MebenchError([error.as_diagnostic()]) from None
    except OSError as error:
        raise UsageError.of(
            "file-unreadable",
            f"The file cannot be read: {error.strerror}.",
            "Restore it; `mebench challenge init` writes one of the kind.",
            Place(file=str(path)),
        ) from None
    if not content.strip():
        raise MebenchError.of(
            "file-empty", "The file is empty.", "Write its content.", Place(file=str(path))
        )
    return content


def competition(challenge: Challenge, protocol: Protocol) -> dict[str, Any]:
    """Return the content of ``competition.yaml``.

    Moments are texts, because Codabench reads the dates of YAML without their time.
    """
    phases = []
    for index, phase in enumerate(challenge.phases):
        start, end = map(moment_text, phase_dates(phase))
        described = phase.model_dump(
            exclude={"start", "end"} | (set() if phase.description else {"description"})
        )
        dates = {"start": start, "end": end}
        phases.append({"index": index, **described, **dates, "tasks": [0], "starting_kit": KIT})
    return {
        "version": 2,
        "title": challenge.title,
        "description": challenge.description,
        "image": LOGO,
        "terms": TERMS,
        **({"contact_email": challenge.contact} if challenge.contact else {}),
        "docker_image": challenge.docker_image,
        "enable_detailed_results": True,
        "show_detailed_results_in_leaderboard": False,
        "pages": [{"title": "Overview", "file": OVERVIEW}, {"title": "Rules", "file": RULES}],
        "tasks": [
            {
                "index": 0,
                "name": shorten(protocol.title, 256),
                "description": protocol.id,
                "scoring_program": SCORING,
                "reference_data": REFERENCE,
            }
        ],
        "phases": phases,
        "leaderboards": [
            {
                "title": "Results",
                "key": "main",
                "submission_rule": challenge.leaderboard,
                "hidden": challenge.hidden_leaderboard,
                "columns": _columns(protocol),
            }
        ],
    }


def _columns(protocol: Protocol) -> list[dict[str, Any]]:
    columns = []
    for index, column in enumerate(leaderboard_columns(protocol)):
        if len(column.id) > MAX_COLUMN:
            raise UsageError.of(
                "challenge-column",
                f"The column {column.id} has {len(column.id)} characters; Codabench allows "
                f"{MAX_COLUMN}.",
                "Shorten the ids of the data sets in your own protocol.",
            )
        columns.append(
            {
                "title": shorten(column.title, MAX_COLUMN),
                "key": column.id,
                "index": index,
                "sorting": "desc" if column.is_higher_better else "asc",
                "precision": 4,
            }
        )
    return columns


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Return an archive whose bytes depend on nothing but names and contents.

    Nothing is compressed: other versions of a compressor write other bytes.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()
