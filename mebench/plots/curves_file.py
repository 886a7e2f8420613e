"""Read ``curves.npz``, the scores per frame that a run stores next to its submission.

Arrays are named ``subject/video/curve``, preceded by the data set in composite protocols; ``%2F``
is a slash in an id and ``%25`` a percent sign.
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
"""The curve that peaks are looked for in, where a baseline keeps several."""


def curve_key(names: tuple[str, ...]) -> str:
    """Return a video's name: its ids, with what is no slash between two of them spelled out."""
    return "/".join(one.replace("%", "%25").replace("/", "%2F") for one in names)


def read_curves(path: Path) -> dict[str, dict[str, NDArray[np.floating[Any]]]]:
    """Return the curves of each video, those drawn first before the others.

    Parameters
    ----------
    path : Path
        The file; a run whose baseline keeps no curves has none.

    Raises
    ------
    MebenchError
        ``curves-unreadable``.
    """
    if not path.exists():
        return {}
    import numpy as np

    found: dict[str, dict[str, NDArray[np.floating[Any]]]] = {}
    try:
        # What would have to be unpickled could run anything.
        opened = np.load(path, allow_pickle=False)
        if not isinstance(opened, np.lib.npyio.NpzFile):
            raise ValueError("it holds a single array")
        with opened as file:
            for name in sorted(file.files, key=lambda one: (one.endswith(f"/{MAIN_CURVE}"), one)):
                video, _, curve = name.rpartition("/")
                found.setdefault(video, {})[curve] = _checked(name, file[name])
    except UNREADABLE_NPZ_ERRORS as error:
        reason = " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__
        raise MebenchError.of(
            "curves-unreadable",
            f"The curves of the run cannot be read: {reason}.",
            "Remove the file to draw the intervals alone.",
            Place(file=str(path)),
        ) from None
    return found


def _checked(name: str, values: NDArray[Any]) -> NDArray[np.floating[Any]]:
    import numpy as np

    if not isinstance(values, np.ndarray) or values.ndim != 1 or values.dtype.kind != "f":
        raise ValueError(f"{name[:60]!r} is not one float a frame")
    if len(values) > FRAME_LIMIT:
        raise ValueError(f"{name[:60]!r} is longer than any video")
    return values
