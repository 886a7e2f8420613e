"""The folder of a data set: --root, the environment, mebench.toml, in this order."""

from __future__ import annotations

from pathlib import Path

import pytest

from mebench.datasets.dataset_paths import configured_folder, root_of, roots_file
from mebench.datasets.registry import parse_roots
from mebench.diagnostics import UsageError


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MEBENCH_ROOT_GENERIC", raising=False)
    monkeypatch.delenv("MEBENCH_ROOT_SMIC_HS", raising=False)
    for name in ("given", "environment", "file"):
        (tmp_path / name).mkdir()
    return tmp_path


def refused(code: str, *arguments: object) -> str:
    with pytest.raises(UsageError) as caught:
        root_of(*arguments)  # type: ignore[arg-type]
    assert [one.code for one in caught.value.diagnostics] == [code]
    return str(caught.value)


def test_order(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = refused("root-needed", "smic-hs")
    for way in ("--root", "MEBENCH_ROOT_SMIC_HS", str(roots_file())):
        assert way in message
    roots_file().write_text(f'[roots]\nsmic-hs = "{config / "file"}"\n')
    assert root_of("smic-hs") == config / "file"
    monkeypatch.setenv("MEBENCH_ROOT_SMIC_HS", str(config / "environment"))
    assert root_of("smic-hs") == configured_folder("smic-hs") == config / "environment"
    assert root_of("smic-hs", config / "given") == config / "given"


def test_folders_in_the_file_count_from_the_file(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roots_file().write_text('[other]\nx = 1\n[roots]\ngeneric = "file"\n')
    assert root_of("generic") == config / "file"
    below = config / "given" / "deeper"
    below.mkdir()
    monkeypatch.chdir(below)
    assert roots_file() == config / "mebench.toml"
    assert root_of("generic") == config / "file"


def test_a_root_must_be_a_folder(config: Path) -> None:
    (config / "text").write_text("x")
    assert "No such file" in refused("root-unreadable", "generic", config / "nowhere")
    assert "Not a directory" in refused("root-unreadable", "generic", config / "text")
    refused("root-unreadable", "generic", Path("a\0b"))


@pytest.mark.parametrize(
    "text", ["generic = ", "roots = 3", "[roots]\ngeneric = 3", '[roots]\ngeneric = ""']
)
def test_a_file_of_roots_that_makes_no_sense(text: str) -> None:
    roots_file().write_text(text)
    assert str(roots_file()) in refused("roots-syntax", "generic")
    assert configured_folder("generic") is None


def test_options(config: Path) -> None:
    assert parse_roots([]) == {}
    assert parse_roots(["generic=a", "b"]) == {"generic": Path("a"), None: Path("b")}
    assert parse_roots([str(config)], "generic") == {None: config}
    odd = config / "a=b"
    odd.mkdir()
    assert parse_roots([str(odd)]) == {None: odd}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["generic="], "names no folder"),
        ([""], "names no folder"),
        (["genric=/x"], "Did you mean 'generic'"),
        (["synthetic=/x"], "is for data set synthetic, but the command reads generic"),
        (["/x", "generic=/y"], "two folders"),
    ],
)
def test_options_that_make_no_sense(given: list[str], said: str) -> None:
    with pytest.raises(UsageError, match="bad-root") as caught:
        parse_roots(given, "generic")
    assert said in str(caught.value)
