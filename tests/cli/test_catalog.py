"""The catalog explains every code that the packages can raise, and no other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import mebench
from mebench.diagnostics.catalog import catalog

PACKAGE = Path(mebench.__file__).parent
SOURCES = [
    PACKAGE,
    PACKAGE.parent / "baselines" / "mean" / "mebench_mean",
    PACKAGE.parent / "baselines" / "classics" / "mebench_classics",
    PACKAGE.parent / "baselines" / "vision" / "mebench_vision",
    PACKAGE.parent / "datasets" / "synthetic" / "mebench_synthetic",
]

# The position of the code in the arguments of a call: methods, then functions and classes.
METHODS = {"error": 0, "warning": 0, "note": 0, "of": 0, "add_rows": 2}
NAMES = {
    **dict.fromkeys(["Diagnostic", "Failure", "Problem", "LookupProblem"], 0),
    **dict.fromkeys(["Undefined", "video_error", "video_warning"], 0),
}

# The values of the fields in the f-strings of codes.
FIELDS = ("video", "sample")


def codes_of(node: ast.expr) -> Iterator[str]:
    """Yield the codes that an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for value in FIELDS:
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else value for part in node.values
            )
    elif isinstance(node, ast.IfExp):
        yield from codes_of(node.body)
        yield from codes_of(node.orelse)


def raised(tree: ast.AST) -> Iterator[str]:
    """Yield every code that a module gives to a finding."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            position = None
            if isinstance(function, ast.Attribute):
                position = METHODS.get(function.attr)
            elif isinstance(function, ast.Name):
                position = NAMES.get(function.id)
            if position is not None and len(node.args) > position:
                yield from codes_of(node.args[position])
            for keyword in node.keywords:
                if keyword.arg in {"code", "undefined", "reason"}:
                    yield from codes_of(keyword.value)
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            # (code, message, remedy)
            if len(node.value.elts) == 3:
                yield from codes_of(node.value.elts[0])
        elif isinstance(node, ast.Tuple) and len(node.elts) == 3:
            # (code, message, remedy) in a table of messages
            message = node.elts[1]
            if isinstance(message, ast.Constant) and str(message.value).endswith("."):
                yield from codes_of(node.elts[0])
        elif isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name)
            and (target.id.lower() == "code" or target.id.endswith("_ERROR"))
            for target in node.targets
        ):
            yield from codes_of(node.value)


def is_code(text: str) -> bool:
    return bool(text) and text.replace("-", "").replace("8", "").isalpha() and text.islower()


@cache
def in_source() -> dict[str, list[str]]:
    """Return the files of the source that raise each code."""
    files: dict[str, list[str]] = {}
    for path in sorted(path for folder in SOURCES for path in folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for code in raised(tree):
            if is_code(code):
                files.setdefault(code, []).append(str(path))
    return files


def test_every_code_of_the_source_is_explained() -> None:
    missing = {code: paths for code, paths in in_source().items() if code not in catalog()}
    assert missing == {}


def test_every_explained_code_is_raised() -> None:
    known = in_source()
    reasons = {code for code, entry in catalog().items() if entry.severity == "reason"}
    unused = set(catalog()) - set(known) - reasons
    assert unused == set()
    source = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    assert {code for code in reasons if f'"{code}"' not in source} == set()


def test_the_scan_finds_known_codes() -> None:
    """If the scan found nothing, the tests above would prove nothing."""
    assert {
        "offset-before-onset",
        "unknown-video",
        "unknown-sample",
        "duplicate-video",
        "alias-collision",
        "json-truncated",
        "csv-missing-column",
        "frame-not-integer",
        "wrong-type",
        "unknown-field",
        "truth-needed",
        "frame-spelled",
        "too-many-errors",
        "dataset-missing",
        "unknown-dataset",
    } <= set(in_source())


def test_entries_are_complete() -> None:
    for code, entry in catalog().items():
        assert is_code(code), code
        assert entry.severity in {"error", "warning", "note", "usage", "reason"}, code
        assert entry.title and not entry.title.endswith("."), code
        assert len(entry.title) <= 80, code
        assert entry.text.strip().endswith((".", "?")), code
