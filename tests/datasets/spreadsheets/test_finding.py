"""Which file is the sheet."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mebench.diagnostics import Diagnostic, Findings
from mebench.spreadsheets.workbook_file import matching_files

NAMES = ["CAS(ME)^2code_final*.xlsx", "CASME2-coding-*.xls"]


def look(*folders: Path) -> tuple[list[Path], list[Diagnostic]]:
    findings = Findings()
    return matching_files(folders, NAMES, "the codes", findings), findings.kept


def test_a_name_is_found_whatever_its_capitals(tmp_path: Path) -> None:
    for name in ("CAS(ME)^2code_final.xlsx", "cas(me)^2CODE_final(Updated).XLSX"):
        path = tmp_path / name
        path.touch()
        assert look(tmp_path) == ([path], [])
        path.unlink()


def test_leftovers_of_programs_are_passed_over(tmp_path: Path) -> None:
    for name in ("~$casme2-coding-1.xls", "._casme2-coding-1.xls", ".casme2-coding-1.xls"):
        (tmp_path / name).touch()
    (tmp_path / "casme2-coding-9.xls").mkdir()
    (tmp_path / "casme2-coding-1.txt~").touch()
    assert look(tmp_path) == ([], [])
    (tmp_path / "casme2-coding-1.xls").touch()
    assert look(tmp_path) == ([tmp_path / "casme2-coding-1.xls"], [])


def test_all_folders_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "casme2-coding-1.xls").touch()
    assert look(tmp_path / "a", tmp_path, tmp_path / "b") == (
        [tmp_path / "b" / "casme2-coding-1.xls"],
        [],
    )


def test_all_are_returned_in_the_order_of_their_names(tmp_path: Path) -> None:
    paths = [tmp_path / f"casme2-coding-{number}.xls" for number in (1, 2, 3)]
    for path in reversed(paths):
        path.touch()
    assert look(tmp_path) == (paths, [])


def test_one_file_on_two_ways_is_one(tmp_path: Path) -> None:
    (tmp_path / "casme2-coding-1.xls").touch()
    (tmp_path / "here").symlink_to(tmp_path)
    found, kept = look(tmp_path, tmp_path / "here", tmp_path)
    assert ([path.name for path in found], kept) == (["casme2-coding-1.xls"], [])


def test_links_are_followed_and_broken_ones_told(tmp_path: Path) -> None:
    link = tmp_path / "casme2-coding-1.xls"
    (tmp_path / "file").touch()
    link.symlink_to("file")
    assert look(tmp_path) == ([link], [])
    for target in ("nowhere", link.name):
        link.unlink()
        link.symlink_to(target)
        found, (error,) = look(tmp_path)
        assert (found, error.code, error.place.file) == ([], "sheet-link-broken", str(link))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_listed(tmp_path: Path) -> None:
    tmp_path.chmod(0)
    try:
        found, kept = look(tmp_path)
    finally:
        tmp_path.chmod(0o700)
    assert found == []
    assert "sheet-unreadable" in {one.code for one in kept}
