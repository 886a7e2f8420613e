"""What all tests of licensed data sets use."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.datasets.licensed.running import CommandLine


@pytest.fixture
def mebench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Commands typed in the test's own folder, with none of the user's settings."""
    for variable in ("MEBENCH_WITHOUT_REPAIRS", "MEBENCH_CONFIG"):
        monkeypatch.delenv(variable, raising=False)
    return CommandLine(tmp_path)
