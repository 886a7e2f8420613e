"""A notebook as a page of the site: its cells, and the outputs that it stores."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def notebook_page(path: Path) -> str:
    """Return a notebook as Markdown."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join(part for cell in cells for part in _parts(cell))


def _parts(cell: dict[str, Any]) -> Iterator[str]:
    source = "".join(cell["source"])
    yield source if cell["cell_type"] == "markdown" else f"```python\n{source}\n```"
    for output in cell.get("outputs", []):
        data = {kind: "".join(lines) for kind, lines in output.get("data", {}).items()}
        if "text/html" in data:
            lines = [line for line in data["text/html"].splitlines() if line.strip()]
            yield "\n".join(['<div class="notebook-output">', *lines, "</div>"])
        elif "image/png" in data:
            picture = "".join(data["image/png"].split())
            yield f'<p><img alt="{data["text/plain"]}" src="data:image/png;base64,{picture}"></p>'
        else:
            text = data.get("text/plain") or "".join(output.get("text", []))
            yield f"```text\n{text.rstrip()}\n```"
