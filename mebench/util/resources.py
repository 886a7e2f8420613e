"""Find the shared files: protocols, schemas, conformance vectors, leaderboards, shipped truths.

In a checkout they are in the top folder of the repository, because other implementations share
them; in an installed package they are in ``mebench/shipped``. The truth of a data set that needs no
license is in the package of that data set, found by an entry point of the group ``mebench.truths``.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent
_TRUTHS = "mebench.truths"


def shipped_truth_path(dataset: str | None) -> Path | None:
    """Return the truth file that an installed package ships for a data set, or None."""
    if dataset is None:
        return None
    from importlib.util import find_spec

    from mebench.util.entry_points import find_entry_points

    for point in sorted(find_entry_points(_TRUTHS), key=lambda point: point.value):
        spec = find_spec(point.value)
        for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
            path = Path(folder) / "truths" / f"{dataset}.json"
            if path.is_file():
                return path
    return None


def shared_folder(name: str) -> Path:
    """Return the folder of shared files with this name."""
    for folder in (_PACKAGE / "shipped" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"this installation of mebench has no folder {name!r}")
