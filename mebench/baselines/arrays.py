"""Named arrays as the bytes of an ``.npz`` file: the same bytes for the same arrays."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EPOCH = (1980, 1, 1, 0, 0, 0)


def as_npz(
    arrays: Mapping[str, NDArray[np.generic]], *, compressed: bool = False, comment: bytes = b""
) -> bytes:
    """Return arrays as numpy reads them.

    ``numpy.savez`` takes names as arguments, so that an array cannot be named ``file``.

    Parameters
    ----------
    arrays : mapping of str to array
        They are written in the order of their names; none may hold Python objects.
    compressed : bool
        Whether it is worth the time.
    comment : bytes
        The last bytes of what is returned; numpy does not look at them.

    Raises
    ------
    ValueError
        If an array holds Python objects.
    """
    import numpy as np

    buffer = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.comment = comment
        for name in sorted(arrays):
            member: Any = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            member.compress_type = method
            with archive.open(member, "w", force_zip64=True) as stream:
                np.lib.format.write_array(stream, np.asanyarray(arrays[name]), allow_pickle=False)
    return buffer.getvalue()


def from_npz(content: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays of an ``.npz`` file; nothing is unpickled.

    Raises
    ------
    ValueError
        If it is none, or damaged, or holds Python objects.
    """
    import numpy as np

    from mebench.plots.curves_file import UNREADABLE_NPZ_ERRORS

    if not content.startswith(b"PK"):
        raise ValueError("it is no .npz file")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except UNREADABLE_NPZ_ERRORS as error:
        reason = " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__
        raise ValueError(reason) from None
