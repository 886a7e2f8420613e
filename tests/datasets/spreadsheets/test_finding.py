"""Which file is the sheet."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mebench.datasets.spreadsheets.workbook_file import find_sheet
from mebench.diagnostics import Diagnostic, Findings

NAMES = ["CAS(ME)^2code_final*.xlsx", "CASME2-coding-*.xls"]


def look(*folders: Path) -> tuple[Path | None, list[Diagnostic]]:
    findings = Findings()
    return find_sheet(folders, NAMES, "the codes", findings), findings.kept


def test_a_name_is_found_whatever_its_capitals(tmp_path: Path) -> None:
    for name in ("CAS(ME)^2code_final.xlsx", "cas(me)^2CODE_final(Updated).XLSX"):
        path = tmp_path / name
        path.touch()
        assert look(tmp_path) == (path, [])
        path.unlink()


def test_leftovers_of_programs_are_passed_over(tmp_path: Path) -> None:
    for name in ("~$casme2-coding-1.xls", "._casme2-coding-1.xls", ".casme2-coding-1.xls"):
        (tmp_path / name).touch()
    (tmp_path / "casme2-coding-9.xls").mkdir()
    found, (error,) = look(tmp_path)
    assert found is None
    assert (error.code, "Did you mean" in error.message) == ("sheet-missing", False)
    (tmp_path / "casme2-coding-1.xls").touch()
    assert look(tmp_path) == (tmp_path / "casme2-coding-1.xls", [])


def test_all_folders_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "casme2-coding-1.xls").touch()
    assert look(tmp_path / "a", tmp_path, tmp_path / "b") == (
        tmp_path / "b" / "casme2-coding-1.xls",
        [],
    )


def test_none_is_told_with_the_names_and_a_near_one(tmp_path: Path) -> None:
    (tmp_path / "CASME2_coding_2014.xlsx").touch()
    (tmp_path / "holiday.jpg").touch()
    found, (error,) = look(tmp_path, tmp_path / "labels")
    assert found is None
    assert (error.code, error.severity) == ("sheet-missing", "error")
    assert f"{tmp_path} or {tmp_path / 'labels'}" in error.message
    assert "Did you mean 'CASME2_coding_2014.xlsx'?" in error.message
    assert all(name in error.remedy for name in NAMES)


def test_two_are_not_chosen_from(tmp_path: Path) -> None:
    paths = [tmp_path / "casme2-coding-1.xls", tmp_path / "casme2-coding-2.xls"]
    for path in paths:
        path.touch()
    found, (error,) = look(tmp_path)
    assert found is None
    assert error.code == "sheet-ambiguous"
    assert all(str(path) in error.message for path in paths)
    assert "Remove" in error.remedy


def test_one_file_on_two_ways_is_one(tmp_path: Path) -> None:
    (tmp_path / "casme2-coding-1.xls").touch()
    (tmp_path / "here").symlink_to(tmp_path)
    found, kept = look(tmp_path, tmp_path / "here", tmp_path)
    assert found is not None
    assert (found.name, kept) == ("casme2-coding-1.xls", [])


def test_links_are_followed_and_broken_ones_told(tmp_path: Path) -> None:
    link = tmp_path / "casme2-coding-1.xls"
    (tmp_path / "file").touch()
    link.symlink_to("file")
    assert look(tmp_path) == (link, [])
    for target in ("nowhere", link.name):
        link.unlink()
        link.symlink_to(target)
        found, (error,) = look(tmp_path)
        assert (found, error.code, error.place.file) == (None, "sheet-link-broken", str(link))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_listed(tmp_path: Path) -> None:
    tmp_path.chmod(0)
    try:
        found, kept = look(tmp_path)
    finally:
        tmp_path.chmod(0o700)
    assert found is None
    assert "sheet-unreadable" in {one.code for one in kept}
