"""Arrays kept on disk between folds and runs: written whole, and checked when they are read."""

from __future__ import annotations

import io
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.baselines.arrays import as_npz
from mebench.canonical import digest
from mebench.files import write_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

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
