"""Read ``challenge.toml`` and check its dates."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from mebench.diagnostics import Findings, Place, UsageError
from mebench.formats.strict_json import KeyPath, json_pointer
from mebench.formats.text_file import read_text
from mebench.formats.validate_model import validate_model
from mebench.leaderboard.board_settings import first_and_last_moment
from mebench.models.challenge import Challenge, Phase
from mebench.util.toml_text import parse_toml

SETTINGS = "challenge.toml"


class PhaseDates(NamedTuple):
    """The first and the last moment of a phase, in UTC."""

    start: datetime
    end: datetime


def read_challenge(folder: Path) -> Challenge:
    """Return the settings of a challenge; raise all problems in them."""
    path = folder / SETTINGS
    if not path.is_file():
        raise UsageError.of(
            "not-a-challenge",
            f"The folder has no {SETTINGS}.",
            "Name a folder that `mebench challenge init` has written.",
            Place(file=str(folder)),
        )
    return parse_challenge(read_text(path).text, path)


def parse_challenge(text: str, path: Path) -> Challenge:
    """Return the settings in the text of a file; raise all problems in them."""
    try:
        document = parse_toml(text)
    except ValueError as error:
        raise UsageError.of(
            "board-settings-syntax",
            f"Not valid TOML: {error}.",
            "Correct the line.",
            Place(file=str(path)),
        ) from None
    findings = Findings()

    def place(keys: KeyPath) -> Place:
        return Place(file=str(path), pointer=json_pointer(keys) if keys else None)

    challenge = validate_model(Challenge, _with_text_dates(document), findings, place)
    if challenge is None:
        raise UsageError(findings.kept)
    _check_order(challenge.phases, path)
    return challenge


def _with_text_dates(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the dates of TOML as texts."""
    phases = document.get("phases")
    for phase in phases if isinstance(phases, list) else []:
        for name in ("start", "end") if isinstance(phase, dict) else ():
            if isinstance(phase.get(name), date):  # also a datetime
                phase[name] = phase[name].isoformat()
    return document


def phase_dates(phase: Phase, place: Place | None = None) -> PhaseDates:
    """Return the first and the last moment of a phase; ``bad-date`` if one is not a date."""
    start, end = (first_and_last_moment(text, place) for text in (phase.start, phase.end))
    return PhaseDates(_in_seconds(start[0]), _in_seconds(end[1]))


def _in_seconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _check_order(phases: list[Phase], path: Path) -> None:
    """Check that each phase ends after it begins, and begins after the one before has ended."""
    ended: datetime | None = None
    for index, phase in enumerate(phases):
        place = Place(file=str(path), pointer=f"/phases/{index}")
        start, end = phase_dates(phase, place)
        problem = f"ends {phase.end}, before it begins" if end <= start else ""
        if ended is not None and start <= ended:
            problem = f"begins {phase.start}, before the one before it has ended"
        if problem:
            raise UsageError.of(
                "challenge-dates",
                f"The phase {phase.name!r} {problem}.",
                "Correct the dates.",
                place,
            )
        ended = end
