"""Titles, text and deadline of a board, and whether a submission was received in time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TypeVar

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.formats.strict_json import json_pointer
from mebench.formats.validate_model import validate_model
from mebench.models.leaderboard import BoardSettings, PageSettings
from mebench.util.regular_file import IrregularFileError, read_regular
from mebench.util.toml_text import parse_toml

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.IGNORECASE
)

SettingsT = TypeVar("SettingsT", bound=PageSettings)


def read_settings(path: Path, model: type[SettingsT]) -> SettingsT:
    """Return the settings in a file, or the defaults if there is no file; raise all problems."""
    place = Place(file=str(path))
    try:
        document = parse_toml(read_regular(path).decode())
    except FileNotFoundError:
        return model()
    except IrregularFileError as error:
        raise MebenchError([error.as_diagnostic()]) from None
    except (OSError, ValueError) as error:
        raise UsageError.of(
            "board-settings-syntax",
            f"The settings cannot be read: {error}.",
            'Write TOML, such as title = "Our challenge".',
            place,
        ) from None
    deadline = document.get("deadline")
    if isinstance(deadline, date):  # also a datetime
        document["deadline"] = deadline.isoformat()
    findings = Findings()
    settings = validate_model(
        model,
        document,
        findings,
        lambda keys: Place(file=str(path), pointer=json_pointer(keys) if keys else None),
    )
    if settings is None:
        raise UsageError(findings.kept)
    if isinstance(settings, BoardSettings) and settings.deadline is not None:
        first_and_last_moment(settings.deadline, place)
    return settings


def first_and_last_moment(text: str, place: Place | None = None) -> tuple[datetime, datetime]:
    """Return the first and the last moment of an ISO date or time; without a zone in UTC.

    Raises ``bad-date``.
    """
    try:
        if _DATE.fullmatch(text):
            day = date.fromisoformat(text)
            return datetime.combine(day, time.min, UTC), datetime.combine(day, time.max, UTC)
        if not _MOMENT.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise UsageError.of(
            "bad-date",
            f"{text[:60]!r} is not a date.",
            "Write it as 2026-06-30, or with the time and the zone: 2026-06-30T23:59:00-12:00.",
            place,
        ) from None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return moment, moment


def is_late(received: str | None, deadline: str | None) -> bool:
    """Return whether a submission was certainly received after a deadline."""
    if received is None or deadline is None:
        return False
    return first_and_last_moment(received)[0] > first_and_last_moment(deadline)[1]
