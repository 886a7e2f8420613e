"""Draw the pictures of comparisons and power: ``python docs/pictures/comparisons.py``."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent
THRESHOLDS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9)


def mebench(folder: Path, *arguments: str | Path) -> None:
    """Run a command in a folder, without its output."""
    line = [sys.executable, "-m", "mebench", *map(str, arguments)]
    subprocess.run(line, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Draw the demo's submission at six thresholds, and the power of the synthetic data set."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mebench(folder, "demo", "--write", "demo")
        submission = json.loads((folder / "demo" / "predictions.json").read_text())
        files = []
        for threshold in THRESHOLDS:
            system = {"name": f"threshold {threshold}"}
            changed = {**submission, "system": system, "score_threshold": threshold}
            files.append(f"{threshold}.json")
            (folder / files[-1]).write_text(json.dumps(changed))
        truth = ("--truth", "demo/truth.json", "--protocol", "demo/protocol.toml")
        picture = FOLDER / "critical-differences.png"
        mebench(folder, "compare", *files, *truth, "--metrics", "strs", "--plot", picture)
        mebench(folder, "power", "--protocol", "synthetic-str", "--plot", FOLDER / "power.png")


if __name__ == "__main__":
    main()
