"""Read ``curves.npz``, the scores per frame that a run stores next to its submission.

Arrays are named ``subject/video/curve``, with the data set in front in composite protocols. In
ids, a slash is written as ``%2F`` and a percent sign as ``%25``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.diagnostics import MebenchError, Place
from mebench.models.base import FRAME_LIMIT
from mebench.util.array_store import UNREADABLE_NPZ_ERRORS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


MAIN_CURVE = "smoothed"
"""The curve in which peaks are detected, if a baseline stores several."""


def curve_key(ids: tuple[str, ...]) -> str:
    """Return the name of a video: its ids, escaped and joined by slashes."""
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in ids)


def read_curves(path: Path) -> dict[str, dict[str, NDArray[np.floating[Any]]]]:
    """Return the curves of each video in drawing order: the main curve last.

    Parameters
    ----------
    path : Path
        The file; the result is empty if it does not exist.

    Raises
    ------
    MebenchError
        ``curves-unreadable``.
    """
    if not path.exists():
        return {}
    import numpy as np

    curves: dict[str, dict[str, NDArray[np.floating[Any]]]] = {}
    try:
        # Unpickling could execute code from the file.
        opened = np.load(path, allow_pickle=False)
        if not isinstance(opened, np.lib.npyio.NpzFile):
            raise ValueError("the file contains a single array")
        with opened as file:
            for name in sorted(
                file.files, key=lambda name: (name.endswith(f"/{MAIN_CURVE}"), name)
            ):
                video, _, curve = name.rpartition("/")
                curves.setdefault(video, {})[curve] = _checked(name, file[name])
    except UNREADABLE_NPZ_ERRORS as error:
        reason = " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__
        raise MebenchError.of(
            "curves-unreadable",
            f"The curves of the run cannot be read: {reason}.",
            "Remove the file to draw only the intervals.",
            Place(file=str(path)),
        ) from None
    return curves


def _checked(name: str, values: NDArray[Any]) -> NDArray[np.floating[Any]]:
    import numpy as np

    if not isinstance(values, np.ndarray) or values.ndim != 1 or values.dtype.kind != "f":
        raise ValueError(f"{name[:60]!r} does not have one float per frame")
    if len(values) > FRAME_LIMIT:
        raise ValueError(f"{name[:60]!r} is longer than any video")
    return values
