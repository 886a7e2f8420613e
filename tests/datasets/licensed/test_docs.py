"""The page of data sets says what the adapters know."""

from __future__ import annotations

from pathlib import Path

import pytest

from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.registry import adapter, adapter_ids

PAGE = (Path(__file__).parents[3] / "docs" / "datasets.md").read_text(encoding="utf-8")
LICENSED = [one for one in map(adapter, adapter_ids()) if isinstance(one, LicensedAdapter)]


@pytest.mark.parametrize("one", LICENSED, ids=lambda one: one.id)
def test_every_name_in_circulation_is_listed(one: LicensedAdapter) -> None:
    [row] = [
        line
        for line in PAGE.splitlines()
        if line.startswith(f"| `{one.id}` |") and line.count("|") == 4
    ]
    for name in (name for sheet in one.sheets for name in sheet.names):
        assert f"`{name}`" in row


def test_fifteen_data_sets_of_the_field_are_there() -> None:
    assert len(LICENSED) == 15


@pytest.mark.parametrize("one", LICENSED, ids=lambda one: one.id)
def test_what_met_no_real_file_says_so(one: LicensedAdapter) -> None:
    [row] = [
        line
        for line in PAGE.splitlines()
        if line.count("|") == 5 and f"`{one.id}`" in line.split("|")[1]
    ]
    assert row.endswith("| no |") == one.verified.startswith("not verified")
