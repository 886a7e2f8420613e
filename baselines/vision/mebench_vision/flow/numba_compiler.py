"""Compilation by numba; compiled functions are stored in mebench's cache folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function on its first call, for this processor, without Python's global lock.

    A division is not tested for zero, which would keep the compiler from using vector instructions.
    But nothing is reordered or fused ("fast math"): numba optimises a function in another way when
    those it calls come from the cache, and the same images would then give another flow in the
    process that compiled it. As it is, every machine computes the same.
    """
    with _caching() as caching:
        compiler = numba.njit(cache=caching, error_model="numpy", nogil=True)
        return cast(Function, compiler(function))


def inlined(function: Function) -> Function:
    """Compile a function into those that call it."""
    compiler = numba.njit(inline="always", error_model="numpy")
    return cast(Function, compiler(function))


@cache
def cache_folder() -> Path | None:
    """Return the folder of compiled functions; None where nothing can be written.

    It is ``numba`` in the user's cache of mebench, or in ``MEBENCH_CACHE``, and in there a folder
    named after the source: numba alone would not notice that a function which another one calls has
    changed. A folder that ``NUMBA_CACHE_DIR`` names is used as it is.
    """
    named = os.environ.get("NUMBA_CACHE_DIR")
    folder = Path(named) if named else _base() / "numba" / _digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


def _base() -> Path:
    named = os.environ.get("MEBENCH_CACHE")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("mebench")


def _digest() -> str:
    content = sha256(numba.__version__.encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        content.update(file.read_bytes())
    return content.hexdigest()[:16]


@contextmanager
def _caching() -> Iterator[bool]:
    """Point numba to the folder while a function is declared, and tell whether there is one."""
    config: Any = numba.config  # its names come from the environment: no type knows them
    folder, before = cache_folder(), config.CACHE_DIR
    config.CACHE_DIR = str(folder or before)
    try:
        yield folder is not None
    finally:
        config.CACHE_DIR = before
