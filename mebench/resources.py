"""Where the shared files are: protocols, schemas, conformance vectors, boards.

In a checkout they lie at the top of the repository, since other implementations share them; in an
installed package they lie in ``mebench/shipped``.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent
_TRUTHS = _PACKAGE / "datasets" / "synthetic" / "truths"


def shipped_truth_path(dataset: str | None) -> Path | None:
    """Return the truth of a data set that comes with mebench; None for any other.

    Parameters
    ----------
    dataset : str or None
        Its id.
    """
    found = {path.stem: path for path in _TRUTHS.glob("*.json")}
    return found.get(dataset or "")


def shared_folder(name: str) -> Path:
    """Return the folder of shared files with this name.

    Parameters
    ----------
    name : {"protocols", "schemas", "conformance", "leaderboards"}
        Which.

    Raises
    ------
    FileNotFoundError
        If the installation is damaged.
    """
    for place in (_PACKAGE / "shipped" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"this installation of mebench lacks its folder {name!r}")
