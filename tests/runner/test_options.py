"""A baseline's own options, and the list of baselines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.diagnostics import UsageError
from mebench.runner import registry
from mebench.runner.listing import baselines_as_text
from mebench.runner.registry import baseline_class
from mebench.runner.run_config import options_from_arguments, options_from_mapping
from tests.runner.running import Bench

STEADY = {"pause": 0.0, "curves": False, "count": 2, "reach": 0, "die_once": ""}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], {}),
        (["--pause", "0.5"], {"pause": 0.5}),
        (["--pause=.5", "--count=3"], {"pause": 0.5, "count": 3}),
        (["--curves"], {"curves": True}),
        (["--curves", "--count", "7"], {"curves": True, "count": 7}),
        (["--curves=false"], {"curves": False}),
        (["--reach", "-4"], {"reach": -4}),
        (["--die-once", "--odd"], {"die_once": "--odd"}),
        (["--die-once=a=b"], {"die_once": "a=b"}),
        (["--count", "3", "--count", "4"], {"count": 4}),
    ],
)
@pytest.mark.usefixtures("installed")
def test_options_are_read(arguments: list[str], expected: dict[str, Any]) -> None:
    kind = baseline_class("steady")
    found = options_from_arguments(kind, arguments)
    assert found.model_dump() == STEADY | expected
    assert options_from_mapping(kind, found.model_dump(mode="json")) == found


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--pausse", "1"], [("unknown-option", "--pause")]),
        (["--pausse=1", "stray", "-x"], [("unknown-option", "")] * 3),
        (["--pause"], [("bad-option", "needs a value")]),
        (["--pause", "long"], [("bad-option", "--pause 'long'")]),
        (["--pause", "nan"], [("bad-option", "--pause")]),
        (["--pause", "-1"], [("bad-option", "greater than or equal to 0")]),
        (["--count", "1.5"], [("bad-option", "--count '1.5'")]),
        (["--curves=maybe"], [("bad-option", "--curves 'maybe'")]),
        (["--die-once", "a", "--count", "x", "--pause", "y"], [("bad-option", "")] * 2),
        (["--model_config", "1"], [("unknown-option", "")]),
        (["--", "1"], [("unknown-option", "")]),
    ],
)
@pytest.mark.usefixtures("installed")
def test_options_that_are_not_there_or_make_no_sense(
    arguments: list[str], found: list[tuple[str, str]]
) -> None:
    with pytest.raises(UsageError) as caught:
        options_from_arguments(baseline_class("steady"), arguments)
    said = caught.value.diagnostics
    assert [one.code for one in said] == [code for code, _ in found]
    assert all(word in one.message for one, (_, word) in zip(said, found, strict=True))
    assert "mebench run-baseline steady --list" in said[0].remedy


def test_the_list_has_every_baseline_and_what_is_wrong_with_it(bench: Bench) -> None:
    command = bench.command("x")
    process = bench.start(["env", "COLUMNS=200", *command[: command.index("x")], "--list"])
    out = process.communicate(timeout=60)[0].decode()
    lines = {line.split()[0]: line for line in out.splitlines() if line}
    assert "1.5" in lines["steady"]
    assert "Draws intervals, slowly" in lines["steady"]
    assert "mebench" in lines["random"]
    assert "this_is_not_there" in lines["unimportable"]
    # The package is named whether or not it is installed.
    assert "mebench-mean" in lines["mean"]


def test_the_list_of_one_has_its_options(bench: Bench) -> None:
    done = bench.here("steady", "--list")
    assert done.status == 0
    options, studies = (part.splitlines()[2:] for part in done.out.split("\n\n"))
    assert [line.split()[:2] for line in options] == [
        ["--pause", "0.0"],
        ["--curves", "false"],
        ["--count", "2"],
        ["--reach", "0"],
        ["--die-once", "A"],
    ]
    assert [line.split()[0] for line in studies] == ["seeds", "confusion"]
    assert "random has no options of its own." in bench.here("random", "--list").out


def test_a_mistyped_option_of_the_command_is_suggested(bench: Bench) -> None:
    done = bench.here("steady", "--jbos", "3", "-o", "run")
    assert done.status == 2
    assert "steady has no option '--jbos'. Did you mean '--jobs'?" in done.err


@pytest.mark.parametrize(
    ("name", "code", "word"),
    [
        ("randon", "unknown-baseline", "random"),
        ("\x1b[31m", "unknown-baseline", "\\x1b"),
        ("a/../b", "unknown-baseline", "a/../b"),
    ],
)
def test_a_baseline_that_is_not_there(
    bench: Bench, tmp_path: Path, name: str, code: str, word: str
) -> None:
    done = bench.here(name, "-o", "run")
    assert done.status == 2
    assert f"[{code}]" in done.err
    assert word in done.err
    assert not (tmp_path / "run").exists()


def test_a_known_baseline_that_is_not_installed_names_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Folders of a checkout, not names in an index, where anybody could register them."""
    monkeypatch.setitem(registry.KNOWN_PACKAGES, "elsewhere", "mebench-elsewhere")
    with pytest.raises(UsageError, match="baseline-not-installed") as caught:
        registry.baseline_class("elsewhere")
    line = "In a checkout of mebench: python -m pip install ./baselines/vision ./baselines/mean"
    line += " ./baselines/classics"
    for text in (str(caught.value), baselines_as_text()):
        assert line in text
        assert "mebench-elsewhere" in text
        assert "install mebench" not in text


def test_no_text_installs_a_package_of_this_project_by_name() -> None:
    """The names are free in the package index, so that anybody could register them."""
    package = Path(mebench.__file__).parent
    files = [*package.rglob("*.py"), package / "diagnostics" / "catalog.toml"]
    assert len(files) > 100
    by_name = re.compile(r"pip install [^`\n]*\bmebench\b(?!/)")
    assert [str(file) for file in files if by_name.search(file.read_text("utf-8"))] == []
    assert by_name.search("python -m pip install 'mebench[dask]'")
    assert by_name.search("python -m pip install mebench-mean")
