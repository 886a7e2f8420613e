"""Write the truths of the synthetic data sets: ``python -m tools.write_synthetic_truths``."""

from __future__ import annotations

from pathlib import Path

import mebench_synthetic
from mebench.util.atomic_write import to_json_text, write_text
from mebench_synthetic.recipe import PRESETS
from mebench_synthetic.truth import truth_of


def main() -> None:
    """Write one file per preset into the package."""
    folder = Path(mebench_synthetic.__path__[0]) / "truths"
    for recipe in PRESETS.values():
        path = folder / f"{recipe.id}.json"
        write_text(path, to_json_text(truth_of(recipe).to_json()))
        print(path.name)


if __name__ == "__main__":
    main()
