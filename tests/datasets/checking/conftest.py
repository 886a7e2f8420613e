"""What the tests of the check use."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.datasets.licensed.running import CommandLine


@pytest.fixture
def mebench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Commands typed in the test's own folder, with none of the user's settings."""
    monkeypatch.delenv("MEBENCH_WITHOUT_REPAIRS", raising=False)
    return CommandLine(tmp_path)
