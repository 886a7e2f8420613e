"""Read the layers of a Keras weight file (HDF5) in a child process, with limits of time and memory.

The HDF5 library trusts its files. A file can name other files (external links, external storage,
virtual data sets) or a filter that is loaded as a plugin, and a few kilobytes can unpack to
gigabytes or keep the library busy forever. Therefore the child follows only links within the file,
reads only plain arrays of floats, and checks their sizes before it reads them. The limit of memory
is that of the operating system; on Windows and macOS only the checks of sizes limit it.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import suppress
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import h5py

MAX_SECONDS = 60
MAX_MEMORY = 2**30
"""Bytes of address space of the child; Python and the libraries need about half of it."""

MAX_NAMES, MAX_NAME_BYTES = 1000, 1000
MAX_ARRAY_BYTES = 2**26
"""Bytes of all arrays of a file, and of a chunk of one; the weights of MEAN have 40 kB."""


def read_layers(path: Path) -> list[list[NDArray[np.float32]]]:
    """Return the arrays of each layer that has any; ``ValueError`` states why there are none."""
    if not path.is_file():
        raise ValueError("it is missing, or not a regular file")
    # The library loads drivers and connectors that variables name; this value forbids plugins.
    environment = {name: text for name, text in os.environ.items() if not name.startswith("HDF5_")}
    environment |= {"HDF5_PLUGIN_PRELOAD": "::", "OPENBLAS_NUM_THREADS": "1"}
    try:
        child = subprocess.run(
            [sys.executable, "-P", "-m", __name__, path.absolute()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ValueError(f"reading it takes more than {MAX_SECONDS} s") from None
    if child.returncode == _REFUSED:
        raise ValueError(child.stdout.decode(errors="replace"))
    if child.returncode:
        raise ValueError("the HDF5 library crashed, or needed too much memory")
    with np.load(io.BytesIO(child.stdout), allow_pickle=False) as arrays:
        layers: dict[str, list[NDArray[np.float32]]] = {}
        for name in arrays.files:
            layers.setdefault(name.partition("/")[0], []).append(arrays[name])
    return list(layers.values())


_REFUSED = 3
"""The exit status of a child that prints the reason why the file is refused."""


def _read_in_child(path: str) -> None:
    """Write the arrays of all layers to the standard output, as an ``.npz`` file."""
    import h5py

    _limit_resources()
    try:
        with h5py.File(path, "r", locking=False) as file:
            root = _member(file, "model_weights") if "model_weights" in file else file
            arrays: dict[str, NDArray[np.float32]] = {}
            left = MAX_ARRAY_BYTES
            for at, name in enumerate(_names(root, "layer_names")):
                layer = _member(root, name)
                for index, weight in enumerate(_names(layer, "weight_names")):
                    array = _read_array(_member(layer, weight), left)
                    left -= array.nbytes
                    arrays[f"{at:04d}/{index:04d}"] = array
    except Exception as error:  # h5py raises almost any type for a damaged file
        print(" ".join(str(error).split())[:300] or type(error).__name__, end="", flush=True)
        sys.exit(_REFUSED)
    np.savez(sys.stdout.buffer, **arrays)  # type: ignore[arg-type]


def _limit_resources() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, limit in ((resource.RLIMIT_AS, MAX_MEMORY), (resource.RLIMIT_CPU, MAX_SECONDS)):
        with suppress(OSError, ValueError):  # the system does not support it, or has a lower limit
            resource.setrlimit(kind, (limit, limit))


def _member(group: h5py.Group, name: str) -> Any:
    """Return a member of a group, following only the links that cannot leave the file."""
    import h5py

    for part in filter(None, name.split("/")):
        if not isinstance(group, h5py.Group):
            raise ValueError(f"{part!r} is not in a group")
        if not isinstance(group.get(part, getlink=True), h5py.HardLink):
            raise ValueError(f"{part!r} is missing, or a link to another place")
        opened = h5py.h5o.open(group.id, part.encode())
        if isinstance(opened, h5py.h5d.DatasetID):
            _check_storage(opened, part)
            group = h5py.Dataset(opened)
        elif isinstance(opened, h5py.h5g.GroupID):
            group = h5py.Group(opened)
        else:
            raise ValueError(f"{part!r} is neither a group nor an array")
    return group


def _check_storage(dataset: h5py.h5d.DatasetID, name: str) -> None:
    """Refuse an array whose data is in other files, or needs a plugin; nothing is read yet."""
    from h5py import h5d, h5t, h5z

    plan = dataset.get_create_plist()
    if plan.get_layout() not in {h5d.COMPACT, h5d.CONTIGUOUS, h5d.CHUNKED}:
        raise ValueError(f"{name!r} is a virtual data set")
    if plan.get_external_count():
        raise ValueError(f"{name!r} is stored in another file")
    filters = {plan.get_filter(at)[0] for at in range(plan.get_nfilters())}
    if filters - {h5z.FILTER_DEFLATE, h5z.FILTER_SHUFFLE, h5z.FILTER_FLETCHER32}:
        raise ValueError(f"{name!r} needs a filter other than deflate, shuffle and fletcher32")
    kind = dataset.get_type()
    if not isinstance(kind, h5t.TypeFloatID):
        raise ValueError(f"{name!r} does not consist of floating-point numbers")
    is_chunked = plan.get_layout() == h5d.CHUNKED
    if is_chunked and prod(plan.get_chunk()) * kind.get_size() > MAX_ARRAY_BYTES:
        raise ValueError(f"{name!r} has too large chunks")


def _read_array(dataset: Any, limit: int) -> NDArray[np.float32]:
    import h5py

    if not isinstance(dataset, h5py.Dataset):
        raise ValueError("a weight is not an array")
    if prod(dataset.shape) * max(4, dataset.dtype.itemsize) > limit:
        raise ValueError(f"its arrays are larger than {MAX_ARRAY_BYTES >> 20} MiB")
    return np.asarray(dataset, np.float32)


def _names(group: Any, attribute: str) -> list[str]:
    """Return a list of names that an attribute holds."""
    import h5py

    stored = h5py.h5a.open(group.id, attribute.encode())
    if prod(stored.shape) > MAX_NAMES or stored.get_type().get_size() > MAX_NAME_BYTES:
        raise ValueError(f"{attribute} has too many or too long names")
    names = [
        name.decode() if isinstance(name, bytes) else str(name)
        for name in np.atleast_1d(group.attrs[attribute])
    ]
    if max(map(len, names), default=0) > MAX_NAME_BYTES:
        raise ValueError(f"{attribute} has too long names")
    return names


if __name__ == "__main__":
    _read_in_child(sys.argv[1])
