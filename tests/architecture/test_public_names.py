"""The public names: what other packages and notebooks may import, frozen here.

A name that is removed or renamed breaks programs of other people: change the lists deliberately,
and tell it in the changelog.
"""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from tests.architecture.test_rooms import PACKAGES, imports
from tests.docs.snippets import PAGES, Fence, fences

PUBLIC = {
    "mebench": """
        Comparison Diagnosis Diagnostic MebenchError Picture Place PowerAnalysis Protocol
        RandomStream Report Scorer ScoringKeywords Submission TruthManifest UsageError Validation
        __version__ audit compare datasets diagnose digest load_protocol metrics power protocols
        recognition render require_package score validate write_curves
    """,
    "mebench.audit": "AuditFinding AuditResult audit",
    "mebench.datasets": """
        Adapter AppliedRepair CheckResult ColumnSpec Dataset DatasetGenerator DatasetInfo Diagnostic
        Extent Factor Findings FrameFolder Image MebenchError OpenedDataset Place RepairDescription
        SheetTable TRUTH_FORMAT TableRow TruthEvent TruthInterval TruthManifest TruthSample
        TruthVideo Video VideoFile available check open_dataset read_sheet
    """,
    "mebench.diagnostics": "Diagnostic Findings MebenchError Place Severity UsageError",
    "mebench.metrics": """
        ClassCounts Definition METRICS_BY_ID Metric PooledCounts PrecisionRecallCurve
        TopPredictionCounts Undefined Value add harmonic_mean mean_ratio of_top_predictions
        over_all_videos over_spotted product ratio where_defined zero_if_undefined
    """,
    "mebench.plots": "ONE_COLUMN SMALL TWO_COLUMNS canvas palette_color truncate_text",
    "mebench.protocols": "Protocol ProtocolInfo available load",
    "mebench.runner": """
        AnnotatedSample AnnotatedVideo Baseline BaselineOptions Composition DetectedInterval
        Expression Fold FoldResult ProgressCallback RunConfig RunData Runner SamplePrediction
        Setting Size Store Study StudyResult Sweep Trainable Trained UnseenSample UnseenVideo
        VideoPrediction WeightsReader ignore_progress run_baseline
    """,
    "mebench.tables": "Grid",
}


def test_every_folder_with_public_names_is_listed() -> None:
    folder = PACKAGES["mebench"]
    listing = {
        ".".join(["mebench", *path.parent.relative_to(folder).parts])
        for path in (folder / "__init__.py", *folder.glob("*/__init__.py"))
        if "\n__all__ = " in path.read_text(encoding="utf-8")
    }
    assert listing == set(PUBLIC)


@pytest.mark.parametrize("module", PUBLIC)
def test_names_are_these(module: str) -> None:
    found = import_module(module)
    assert sorted(found.__all__) == sorted(PUBLIC[module].split())
    assert {name for name in found.__all__ if not hasattr(found, name)} == set()
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        found.nothing  # noqa: B018


@pytest.mark.parametrize("module", PUBLIC)
def test_names_are_described(module: str) -> None:
    """Each class and function has a docstring of its own, which names every parameter."""
    found = import_module(module)
    for name in found.__all__:
        public = getattr(found, name)
        if inspect.isclass(public) or inspect.isfunction(public):
            text = inspect.getdoc(public) or ""
            assert text, name
            assert text != inspect.getdoc(type(public).__mro__[-1])
        if inspect.isfunction(public) and module in {"mebench.audit", "mebench.datasets"}:
            lacking = [each for each in inspect.signature(public).parameters if each not in text]
            assert not lacking, name


def test_importing_them_loads_no_large_library() -> None:
    modules = "mebench, mebench.audit, mebench.datasets, mebench.protocols, mebench.diagnostics"
    heavy = "{'numpy', 'pandas', 'cv2', 'scipy', 'pydantic', 'typer', 'matplotlib'}"
    code = f"import sys, {modules}; print(sorted({heavy} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def documented_modules() -> list[tuple[Path, Fence]]:
    """Return the Python files that the pages tell readers to write."""
    return [
        (page, fence)
        for page in PAGES
        for fence in fences(page)
        if fence.file is not None and fence.file.endswith(".py")
    ]


@pytest.mark.parametrize(
    ("page", "fence"), documented_modules(), ids=lambda each: getattr(each, "file", "")
)
def test_documented_packages_import_public_names_only(
    page: Path, fence: Fence, tmp_path: Path
) -> None:
    path = tmp_path / "module.py"
    path.write_text(fence.body)
    used = [(module, name) for module, name in imports(path) if module.startswith("mebench")]
    assert used
    for module, name in used:
        assert name in PUBLIC[module].split(), f"{page.name}: {fence.file} imports {module}.{name}"


def test_there_are_such_packages() -> None:
    files = {fence.file for _, fence in documented_modules()}
    assert {"changes.py", "lab_faces.py"} <= files
    assert ast.parse("".join(fence.body for _, fence in documented_modules()))
