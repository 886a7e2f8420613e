"""Named arrays in ``.npz`` files, and a cache folder of such files with checksums.

The same arrays always give the same bytes; nothing is pickled.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from mebench.util.atomic_write import write_bytes
from mebench.util.hashing import digest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]


_EPOCH = (1980, 1, 1, 0, 0, 0)

UNREADABLE_NPZ_ERRORS = (
    *(OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error, MemoryError),
    # Archives with an unsupported compression method or a password.
    *(NotImplementedError, RuntimeError),
)
"""Exceptions that numpy can raise when a file is not a valid ``.npz`` file."""


def as_npz(
    arrays: Mapping[str, NDArray[np.generic]], *, compressed: bool = False, comment: bytes = b""
) -> bytes:
    """Return arrays as the bytes of an ``.npz`` file; no array may contain Python objects.

    ``comment`` is at the end of the file, where numpy ignores it. ``numpy.savez`` would pass names
    as arguments, so no array could have the name ``file``.
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
    """Return the arrays of an ``.npz`` file; ``ValueError`` if it is damaged or has objects."""
    import numpy as np

    if not content.startswith(b"PK"):
        raise ValueError("it is not an .npz file")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except UNREADABLE_NPZ_ERRORS as error:
        reason = " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__
        raise ValueError(reason) from None


_CHECKSUM_LENGTH = 64
"""The last bytes of a file are the SHA-256 of the bytes before, as hex digits."""


class Store:
    """A cache folder of ``.npz`` files; the key of a file contains everything it depends on.

    Parameters
    ----------
    folder : Path
        The folder; :meth:`put` creates it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: Mapping[str, Any]) -> Arrays | None:
        """Return the arrays of a key; None if there are none or the file is damaged.

        Parameters
        ----------
        key : mapping
            Everything the arrays depend on, as plain data: the video's ``content_key()``, settings,
            the version of the code.
        """
        try:
            content = self._path(key).read_bytes()
        except OSError:
            return None
        is_intact = content[-_CHECKSUM_LENGTH:] == _checksum(content)
        return from_npz(content) if is_intact else None

    def put(self, key: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Store arrays under a key.

        Raises
        ------
        UsageError
            ``cannot-write``.
        """
        import numpy as np

        content = as_npz(
            {name: np.asarray(array) for name, array in arrays.items()},
            comment=bytes(_CHECKSUM_LENGTH),
        )
        write_bytes(
            self._path(key), content[:-_CHECKSUM_LENGTH] + _checksum(content), with_folder=True
        )

    def _path(self, key: Mapping[str, Any]) -> Path:
        name = digest(dict(key), digits=32)
        return self.folder / name[:2] / f"{name}.npz"


def _checksum(content: bytes) -> bytes:
    return sha256(memoryview(content)[:-_CHECKSUM_LENGTH]).hexdigest().encode()
