"""A name that does not exist: the error suggests the nearest one, whatever kind of name it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import USAGE, mebench

BOARD = ("leaderboard", "build", "--boards", ".")


@pytest.mark.parametrize(
    ("command", "suggestion"),
    [
        (("scor", "p.json"), "'score'"),
        (("leader",), "'leaderboard'"),
        (("datasets", "shw"), "'show'"),
        (("plot", "confusoin"), "'confusion'"),
        (("score", "p.json", "--protocl", "x"), "'--protocol'"),
        (("spot", "v.avi", "--weights", "w", "--baseline", "random", "--pic", "x"), "'--picture'"),
        (("run-baseline", "random", "--protocl", "x"), "'--protocol'"),
        (("run-baseline", "randm"), "'random'"),
        (("protocols", "show", "casme2-srt"), "'casme2-str@1'"),
        (("datasets", "show", "casm2"), "'casme2'"),
        ((*BOARD, "our-bord"), "'our-board@1'"),
        (("explain", "unknown-vidoe"), "'unknown-video'"),
        (("schema", "submision"), "'submission'"),
    ],
)  # fmt: skip
def test_the_nearest_name(tmp_path: Path, command: tuple[str, ...], suggestion: str) -> None:
    (tmp_path / "our-board@1").mkdir()
    (tmp_path / "our-board@1" / "protocol.toml").touch()
    done = mebench(tmp_path, *command)
    assert done.status == USAGE
    assert f"Did you mean {suggestion}" in done.said


def test_a_data_set_s_name_suggests_its_protocols(tmp_path: Path) -> None:
    done = mebench(tmp_path, "protocols", "show", "smic-vis")
    assert "Did you mean 'smic-vis-str@1'" in done.said


@pytest.mark.parametrize("command", [("zzz",), ("score", "p.json", "--zzz")])
def test_nothing_is_near(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = mebench(tmp_path, *command)
    assert done.status == USAGE and "Did you mean" not in done.said


@pytest.mark.parametrize("command", [(), ("leaderboard",), ("plot",)])
def test_a_command_without_arguments_prints_its_help_in_lines(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    done = mebench(tmp_path, *command)
    assert done.status == USAGE
    assert "Commands:" in done.err.splitlines() and "\\n" not in done.err
