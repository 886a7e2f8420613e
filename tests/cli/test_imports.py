"""Start-up: the help loads no library of weight, a score of JSON files no more than it needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import FINE, SCORED, files

HEAVY = {
    *("numpy", "pandas", "scipy", "sklearn", "matplotlib", "tensorflow", "cv2", "PIL"),
    *("python_calamine", "rich", "tabulate", "pydantic", "pydantic_core", "requests", "yaml"),
}

# Typer itself imports pydantic to convert a value on the command line.
OF_TYPER = {"pydantic", "pydantic_core"}

# What numpy, pydantic and typer bring with them; RE2 for the patterns of the protocol.
ALLOWED = {
    "re2",
    *("mebench", "numpy", "pydantic", "pydantic_core", "typer", "click", "typing_extensions"),
    *("annotated_types", "annotated_doc", "typing_inspection", "shellingham"),
}

SCRIPT = """
import json, sys
before = set(sys.modules)
sys.argv = ["mebench", *sys.argv[1:]]
from mebench.cli.main import main
try:
    main()
except SystemExit as ended:
    status = ended.code
print(json.dumps([status, sorted(set(sys.modules) - before)]), file=sys.stderr)
"""

# Formats that a JSON file of mebench does not need.
OTHER_FORMATS = {
    f"mebench.formats.{name}"
    for name in ("external_formats", "csv_reader", "table_reader", "spotting_log", "memory_tables")
}


def loaded(folder: Path, *arguments: str, **variables: str) -> set[str]:
    """Return the modules that a command loads."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    status, modules = json.loads(done.stderr.splitlines()[-1])
    assert status in (FINE, None), done.stderr
    return set(modules)


def packages_of(modules: set[str]) -> set[str]:
    """Return the packages of modules, without the standard library."""
    tops = {name.partition(".")[0] for name in modules}
    return {top for top in tops if top not in sys.stdlib_module_names and not top.startswith("_")}


@pytest.mark.parametrize("arguments", [["--help"], ["-h"]])
def test_help_loads_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    assert not packages_of(loaded(tmp_path, *arguments)) & HEAVY


def test_an_explanation_loads_no_metric(tmp_path: Path) -> None:
    assert not packages_of(loaded(tmp_path, "explain", "thr")) & (HEAVY - OF_TYPER)


def test_importing_the_package_costs_nothing(tmp_path: Path) -> None:
    code = "import sys; a = set(sys.modules); import mebench; print(*(set(sys.modules) - a))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    tops = {name.partition(".")[0] for name in done.stdout.split()}
    assert tops - set(sys.stdlib_module_names) == {"mebench"}
    assert "mebench.evaluation" not in done.stdout.split()


def test_score_of_json_files_loads_what_it_needs(tmp_path: Path) -> None:
    files(tmp_path)
    modules = loaded(tmp_path, "score", "p.json", *SCORED)
    found = packages_of(modules)
    assert found <= ALLOWED, found - ALLOWED
    assert {"numpy", "pydantic", "typer"} <= found
    assert not modules & OTHER_FORMATS


def test_a_worker_of_a_trivial_baseline_loads_no_more_than_it_needs(tmp_path: Path) -> None:
    """A run starts one or several of these processes."""
    modules = ("processes.worker", "processes.outcomes", "tasks", "sweep", "trivial.random")
    names = ", ".join(f"mebench.runner.{name}" for name in modules)
    code = f"import multiprocessing.spawn, sys, {names}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    found = set(done.stdout.split())
    assert found & HEAVY == {"pydantic", "pydantic_core"}
    assert not found & {"mebench.models.submission", "mebench.datasets.registry"}
    assert not any(name.startswith("mebench.evaluation") for name in found)


def test_public_names_resolve_and_unknown_ones_do_not() -> None:
    import mebench

    for name in mebench.__all__:
        assert getattr(mebench, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'scroe'"):
        _ = mebench.scroe
