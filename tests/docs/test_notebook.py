"""The notebook is executed in a kernel, and prints what it shows."""

from __future__ import annotations

import copy
import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.ipynb"


def printed(cell: Any) -> list[str]:
    """Return the texts that a cell shows; pictures differ from machine to machine."""
    texts = [
        output["text"] if output["output_type"] == "stream" else output["data"]["text/plain"]
        for output in cell.get("outputs", [])
        if output.get("name") != "stderr"
    ]
    return [re.sub(r"PNG of [0-9,]+ bytes", "PNG", text) for text in texts]


def test_the_notebook_prints_what_it_shows(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    stored: Any = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    executed = copy.deepcopy(stored)
    NotebookClient(
        executed,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    shown = [[*map(printed, notebook.cells)] for notebook in (stored, executed)]
    assert shown[0] == shown[1]
    kinds = {
        kind
        for cell in executed.cells
        for out in cell.get("outputs", [])
        for kind in out.get("data", {})
    }
    assert {"text/html", "image/png"} <= kinds
    assert "\\toprule" in shown[0][-1][0]
