"""Arrays kept on disk between folds and runs: written whole, and checked when they are read."""

from __future__ import annotations

import io
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.canonical import digest
from mebench.files import write_bytes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

_SEAL = "sha256"
"""The member of a file that holds the hash of the others."""


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
        import zipfile

        import numpy as np

        try:
            with np.load(self._path(key), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
            return None
        seal = arrays.pop(_SEAL, None)
        return arrays if seal is not None and str(seal) == _hash(arrays) else None

    def put(self, key: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep arrays under a key.

        Raises
        ------
        UsageError
            ``cannot-write``.
        """
        import numpy as np

        kept = {name: np.asarray(array) for name, array in arrays.items()}
        if _SEAL in kept:
            raise ValueError(f"an array cannot be named {_SEAL!r}")
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **kept, **{_SEAL: np.array(_hash(kept))})
        write_bytes(self._path(key), buffer.getvalue(), with_folder=True)

    def _path(self, key: Mapping[str, Any]) -> Path:
        name = digest(dict(key), digits=32)
        return self.folder / name[:2] / f"{name}.npz"


def _hash(arrays: Mapping[str, NDArray[np.generic]]) -> str:
    import numpy as np

    running = sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        running.update(f"{name}\0{array.dtype.str}\0{array.shape}\0".encode())
        running.update(array.tobytes())
    return running.hexdigest()
