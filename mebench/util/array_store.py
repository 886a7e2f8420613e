"""Named arrays in ``.npz`` files, and a cache folder of such files with checksums.

The same arrays always give the same bytes; nothing is pickled.
"""

from __future__ import annotations

import io
import shutil
import warnings
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.util.atomic_write import write_bytes
from mebench.util.hashing import digest
from mebench.util.regular_file import read_regular
from mebench.util.text import format_bytes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]


_EPOCH = (1980, 1, 1, 0, 0, 0)


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


MAX_UNPACKED, MAX_RATIO = 2**29, 4
"""A file may contain 512 MiB of arrays, or 4 times its own size if that is more: a few bytes in a
compressed file can unpack to a gigabyte."""


def from_npz(content: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays of an ``.npz`` file; ``ValueError`` if it is damaged or has objects.

    The sizes in all headers are checked before the first array is read.
    """
    import numpy as np

    if not content.startswith(b"PK"):
        raise ValueError("it is not an .npz file")
    try:
        with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(content)) as archive:
            warnings.simplefilter("ignore")  # numpy warns of headers that Python 2 wrote
            members = archive.infolist()
            size = sum(_array_size(archive, member) for member in members)
            if size > max(MAX_UNPACKED, MAX_RATIO * len(content)):
                raise ValueError(f"its arrays would need {format_bytes(size)}")
            arrays = {}
            for member in members:
                with archive.open(member) as stream:
                    array = np.lib.format.read_array(stream, allow_pickle=False)
                arrays[member.filename.removesuffix(".npy")] = array
            return arrays
    except Exception as error:
        # zipfile, the decompressors and the header parsers of numpy raise a dozen types.
        reason = " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__
        raise ValueError(reason) from None


def _array_size(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Return the bytes of an array from its header, which the size of the member must match."""
    import numpy as np

    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ValueError("its compression method is not supported")  # LZMA states its own memory
    with archive.open(member) as stream:
        if np.lib.format.read_magic(stream) == (1, 0):
            shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
        else:  # version 3 differs from version 2 in the encoding of field names only
            shape, _, dtype = np.lib.format.read_array_header_2_0(stream)
        size: int = prod(shape) * dtype.itemsize
        if stream.tell() + size != member.file_size or min(shape, default=0) < 0:
            raise ValueError("the size of an array differs from its header")
    return size


def escape_id(text: str) -> str:
    """Return an id as part of the name of an array."""
    return text.replace("%", "%25").replace("/", "%2F")


def unescape_id(text: str) -> str:
    """Return the id that a part of the name of an array stands for."""
    return text.replace("%2F", "/").replace("%25", "%")


_CHECKSUM_LENGTH = 64
"""The last bytes of a file are the SHA-256 of the bytes before, as hex digits."""

FOLDS = "folds"
"""The subfolder of a store with a folder per scope."""


class Store:
    """A cache folder of ``.npz`` files; the key of a file contains everything it depends on.

    Parameters
    ----------
    folder : Path
        The folder; :meth:`put` creates it.
    scope : str
        Arrays that are put within a scope are found only within the same scope, whatever their
        key. The arrays without scope are found in all scopes.
    """

    def __init__(self, folder: Path, scope: str = "") -> None:
        self.folder, self.scope = folder, scope

    @property
    def own_folder(self) -> Path:
        """The folder that :meth:`put` writes to."""
        return self.folder / FOLDS / self.scope if self.scope else self.folder

    def get(self, key: Mapping[str, Any]) -> Arrays | None:
        """Return the arrays of a key; None if there are none or the file is damaged.

        Parameters
        ----------
        key : mapping
            Everything the arrays depend on, as plain data: the video's ``content_key()``, settings,
            the version of the code.
        """
        name = _file_name(key)
        for folder in dict.fromkeys((self.own_folder, self.folder)):
            try:
                content = read_regular(folder / name)
            except OSError:
                continue
            if content[-_CHECKSUM_LENGTH:] == _checksum(content):
                return from_npz(content)
        return None

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
            self.own_folder / _file_name(key),
            content[:-_CHECKSUM_LENGTH] + _checksum(content),
            with_folder=True,
        )

    def remove(self) -> None:
        """Remove everything that was put within the scope."""
        assert self.scope
        shutil.rmtree(self.own_folder, ignore_errors=True)


def _file_name(key: Mapping[str, Any]) -> str:
    name = digest(dict(key), digits=32)
    return f"{name[:2]}/{name}.npz"


def _checksum(content: bytes) -> bytes:
    return sha256(memoryview(content)[:-_CHECKSUM_LENGTH]).hexdigest().encode()
