"""The rooms of the house: what each folder may import, and that nothing imports in a circle."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "mebench": ROOT / "mebench",
    "mebench_synthetic": ROOT / "datasets" / "synthetic" / "mebench_synthetic",
    "mebench_vision": ROOT / "baselines" / "vision" / "mebench_vision",
    "mebench_mean": ROOT / "baselines" / "mean" / "mebench_mean",
    "mebench_classics": ROOT / "baselines" / "classics" / "mebench_classics",
}
MAY_IMPORT = {
    "mebench_synthetic": {"mebench", "mebench.datasets"},
    "mebench_vision": {"mebench", "mebench.datasets", "mebench.runner"},
    "mebench_mean": {
        *("mebench", "mebench.datasets", "mebench.plots", "mebench.runner", "mebench.tables"),
        "mebench_vision",
    },
    "mebench_classics": {"mebench", "mebench.datasets", "mebench.runner", "mebench_vision"},
}
"""The rooms with public names that each plugin may use; another plugin is open as a whole."""


def modules() -> dict[str, Path]:
    """Return every module of all distributions by its dotted name."""
    found = {}
    for package, folder in PACKAGES.items():
        for path in folder.rglob("*.py"):
            parts = path.relative_to(folder).with_suffix("").parts
            found[".".join([package, *parts]).removesuffix(".__init__")] = path
    return found


MODULES = modules()


@cache
def syntax_tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file; nobody changes it."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> list[tuple[str, str | None]]:
    """Return every import of a file, also those inside functions: module and name."""
    return list(_imports(path))


def _imports(path: Path) -> Iterator[tuple[str, str | None]]:
    for node in ast.walk(syntax_tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield (full, None) if full in MODULES else (node.module or "", alias.name)


def room_of(module: str) -> str:
    """Return the folder of a module below mebench; empty for the package itself."""
    return module.partition(".")[2].partition(".")[0]


ROOMS = sorted(path.parent.name for path in PACKAGES["mebench"].glob("*/__init__.py"))


def allowed(room: str) -> set[str]:
    """Return the rooms that a room's ``__init__.py`` lists."""
    text = ast.get_docstring(syntax_tree(PACKAGES["mebench"] / room / "__init__.py"))
    assert text is not None
    listed = re.search(r"^May import: (.+?)\.$", text, re.DOTALL | re.MULTILINE)
    assert listed is not None, f"mebench/{room}/__init__.py has no line 'May import: ...'"
    names = " ".join(listed[1].split())
    if names == "everything":
        return {*ROOMS, "version", ""}
    if names == "nothing of mebench":
        return set()
    found = set(names.split(", "))
    assert found <= set(ROOMS), found - set(ROOMS)
    return found


def test_every_folder_of_code_says_what_it_is_for() -> None:
    folders = {path.parent for path in MODULES.values()}
    for folder in folders:
        init = folder / "__init__.py"
        assert init.is_file(), folder
        assert ast.get_docstring(syntax_tree(init)), init


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_what_they_say(room: str) -> None:
    may = {*allowed(room), room, "version", ""}
    wrong = {
        f"{module} imports {target}"
        for module, path in MODULES.items()
        if module.split(".")[0] == "mebench" and room_of(module) == room
        for target, _ in imports(path)
        if target.split(".")[0] == "mebench" and room_of(target) not in may
    }
    assert not wrong


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_list_only_what_they_import(room: str) -> None:
    if room == "cli":
        return
    used = {
        room_of(target)
        for module, path in MODULES.items()
        if module.split(".")[0] == "mebench" and room_of(module) == room
        for target, _ in imports(path)
        if target.split(".")[0] == "mebench"
    }
    assert allowed(room) <= used, f"{allowed(room) - used} can be left out"


def test_rooms_import_downwards_only() -> None:
    graph = {room: allowed(room) - {room} for room in ROOMS if room != "cli"}
    assert not circle_in(graph)


def test_no_two_files_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    for module, path in MODULES.items():
        graph[module] = {target for target, _ in imports(path) if target in MODULES} - {module}
    circle = circle_in(graph)
    assert not circle, " -> ".join(circle)


def circle_in(graph: dict[str, set[str]]) -> list[str]:
    """Return one circle of a graph; empty if there is none."""
    state: dict[str, int] = {}
    path: list[str] = []

    def visit(node: str) -> list[str]:
        state[node] = 1
        path.append(node)
        for target in sorted(graph.get(node, ())):
            if state.get(target) == 1:
                return [*path[path.index(target) :], target]
            if target not in state and (found := visit(target)):
                return found
        state[node] = 2
        path.pop()
        return []

    for node in sorted(graph):
        if node not in state and (found := visit(node)):
            return found
    return []


def test_circles_are_found() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert not circle_in({"a": {"b", "c"}, "b": {"c"}})


def test_adapters_do_not_reach_up_to_evaluation() -> None:
    """Only the check of a copy may compare a truth with what a protocol expects."""
    wrong = {
        module
        for module, path in MODULES.items()
        if module.startswith("mebench.datasets") and ".checking" not in module
        for target, _ in imports(path)
        if target.startswith("mebench.evaluation")
    }
    assert not wrong


def test_the_audit_does_not_know_the_leaderboards() -> None:
    assert "leaderboard" not in allowed("audit")
    assert "audit" not in allowed("leaderboard")


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_plugins_use_public_names_only(package: str) -> None:
    wrong = set()
    for module, path in MODULES.items():
        if module.split(".")[0] != package:
            continue
        for target, name in imports(path):
            top = target.split(".")[0]
            if top not in PACKAGES or top == package:
                continue
            if top != "mebench":
                if top not in MAY_IMPORT[package]:
                    wrong.add(f"{module} imports {target}")
            elif target not in MAY_IMPORT[package] or (
                name is not None and name not in import_module(target).__all__
            ):
                wrong.add(f"{module} imports {name or 'all'} of {target}")
    assert not wrong


def test_no_file_is_long() -> None:
    """A file holds one idea; the guide is 80 to 400 lines."""
    long = {
        module: lines
        for module, path in MODULES.items()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 450
    }
    assert not long
