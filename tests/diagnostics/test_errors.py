"""Exceptions keep their diagnostics when they are sent to another process."""

from __future__ import annotations

import copy

import pytest

from mebench.diagnostics import MebenchError, Place, UsageError


@pytest.mark.parametrize("kind", [MebenchError, UsageError])
def test_an_error_is_copied_completely(kind: type[MebenchError]) -> None:
    error = kind(kind.of("unknown-video", "No.", "Yes.", Place(video="v")).diagnostics, {"x": 3})
    again = copy.copy(error)
    assert type(again) is kind
    assert (again.diagnostics, again.omitted) == (error.diagnostics, error.omitted)
