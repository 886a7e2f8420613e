"""Named arrays as ``.npz`` files: reproducible bytes, and a folder that is checked on reading.

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

    if not content.startswith(b"PK"):
        raise ValueError("it is no .npz file")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except UNREADABLE_NPZ_ERRORS as error:
        reason = " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__
        raise ValueError(reason) from None


_SEAL = 64
"""A file's last bytes: the SHA-256 of those before, in digits."""


class Store:
    """A folder of ``.npz`` files that numpy reads, each under the key of what it depends on.

    Parameters
    ----------
    folder : Path
        Where; it is made when something is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: Mapping[str, Any]) -> Arrays | None:
        """Return what was kept under a key; None if there is nothing, or nothing sound.

        Parameters
        ----------
        key : mapping
            Everything the arrays depend on, as plain data: the video's ``content_key()``, settings,
            the version of the code.
        """
        import numpy as np

        try:
            content = self._path(key).read_bytes()
        except OSError:
            return None
        if content[-_SEAL:] != _seal(content):
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}

    def put(self, key: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep arrays under a key.

        Raises
        ------
        UsageError
            ``cannot-write``.
        """
        import numpy as np

        kept = {name: np.asarray(array) for name, array in arrays.items()}
        content = as_npz(kept, comment=bytes(_SEAL))
        write_bytes(self._path(key), content[:-_SEAL] + _seal(content), with_folder=True)

    def _path(self, key: Mapping[str, Any]) -> Path:
        name = digest(dict(key), digits=32)
        return self.folder / name[:2] / f"{name}.npz"


def _seal(content: bytes) -> bytes:
    return sha256(memoryview(content)[:-_SEAL]).hexdigest().encode()


UNREADABLE_NPZ_ERRORS = (
    *(OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error, MemoryError),
    # Archives packed in a way that nobody uses, or with a password.
    *(NotImplementedError, RuntimeError),
)
"""What reading arrays from a file can raise that holds none."""
