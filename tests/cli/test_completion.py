"""Completion in the shell: what is offered, in a real bash, and without heavy imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from mebench.cli.main import COMMANDS
from mebench.metrics.metric_ids import STANDARD_METRICS
from mebench.metrics.registry import METRICS
from mebench.protocols.loader import shipped_protocol_ids
from tests.cli.running import mebench
from tests.cli.test_imports import HEAVY, OF_TYPER, loaded


def bash(folder: Path, *words: str) -> list[str]:
    """Return what bash is offered for the last word of a command line."""
    line = " ".join(["mebench", *words])
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(words))}
    done = mebench(folder, **asked, _MEBENCH_COMPLETE="complete_bash")
    assert (done.status, done.err) == (0, "")
    return [line for line in done.out.splitlines() if line]


def test_commands_and_options(tmp_path: Path) -> None:
    assert bash(tmp_path, "") == list(COMMANDS)
    assert bash(tmp_path, "sco") == ["score"]
    assert bash(tmp_path, "--ver") == ["--version"]
    assert bash(tmp_path, "plot", "for") == ["forest"]
    assert bash(tmp_path, "score", "p.json", "--proto") == ["--protocol"]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("score", "--protocol", "casme2-s"), ["casme2-str@1"]),
        (("score", "a", "b", "--sort", "uf"), ["uf1", "uf1_all"]),
        (("score", "--format", "mark"), ["markdown"]),
        (("compare", "--metrics", "strs,asr,acc_"), ["strs,asr,acc_mesr"]),
        (("plot", "forest", "p.json", "--metric", "st"), ["strs"]),
        (("run-baseline", "maj"), ["majority"]),
        (("run-baseline", "random", "--dataset", "casme-"), ["casme-sq"]),
        (("spot", "v.avi", "--baseline", "whole"), ["whole-video"]),
        (("datasets", "show", "meview"), ["meview"]),
        (("protocols", "show", "dfme"), ["dfme-recog-7-test-a@1", "dfme-recog-7-test-b@1"]),
        (("leaderboard", "build", "our"), ["our-board@1"]),
        (("leaderboard", "build", "--boards", "elsewhere", "mev"), ["meview-str@1"]),
        (("explain", "unranked-"), ["unranked-choice"]),
        (("explain", "thr"), ["thr", "threshold-without-scores"]),
        (("explain", "strs"), ["strs"]),
        (("explain", "true"), ["true positive"]),
        (("schema", "sub"), ["submission", "submission-1"]),
        # Nothing is offered for a file: then the shell offers files.
        (("score", "pre"), []),
        (("score", "--truth", "t"), []),
        (("score", "--protocol", "./mi"), []),
    ],
)
def test_values(tmp_path: Path, words: tuple[str, ...], offered: list[str]) -> None:
    (tmp_path / "leaderboards" / "our-board@1").mkdir(parents=True)
    (tmp_path / "leaderboards" / "our-\x1b@1").mkdir()
    assert bash(tmp_path, *words) == offered


def test_every_protocol_and_metric_is_offered(tmp_path: Path) -> None:
    assert bash(tmp_path, "verify", "--protocol", "") == shipped_protocol_ids()
    assert [metric.id for metric in METRICS] == list(STANDARD_METRICS)


def test_data_sets_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "mebench.toml").write_text('[datasets.our-faces]\nroot = "."\n')
    assert bash(tmp_path, "datasets", "check", "our") == ["our-faces"]


def test_other_shells(tmp_path: Path) -> None:
    asked = {"_TYPER_COMPLETE_ARGS": "mebench score --proto"}
    done = mebench(tmp_path, **asked, _MEBENCH_COMPLETE="complete_zsh")
    assert done.out.startswith('_arguments \'*: :(("--protocol":')
    asked["_TYPER_COMPLETE_FISH_ACTION"] = "get-args"
    done = mebench(tmp_path, **asked, _MEBENCH_COMPLETE="complete_fish")
    assert done.out.startswith("--protocol\tA protocol")
    for shell in ("bash", "zsh", "fish"):
        done = mebench(tmp_path, _MEBENCH_COMPLETE=f"source_{shell}")
        assert f"_MEBENCH_COMPLETE=complete_{shell}" in done.out


@pytest.mark.skipif(which("bash") is None, reason="there is no bash")
def test_installed_into_a_real_bash(tmp_path: Path) -> None:
    command = tmp_path / "mebench"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mebench "$@"\n')
    command.chmod(0o755)
    script = (
        "mebench --install-completion || exit; . ~/.bashrc;"
        "complete -p mebench; COMP_WORDS=(mebench score --protocol meview); COMP_CWORD=3;"
        '_mebench_completion mebench; echo "${COMPREPLY[@]}"'
    )
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("bash completion installed in")
    assert lines[-2:] == ["complete -o default -F _mebench_completion mebench", "meview-str@1"]


def test_completion_imports_nothing_heavy(tmp_path: Path) -> None:
    asked = {"COMP_WORDS": "mebench score --protocol casme", "COMP_CWORD": "3"}
    found = loaded(tmp_path, **asked, _MEBENCH_COMPLETE="complete_bash")
    assert "typer" in found and not found & (HEAVY - OF_TYPER)
