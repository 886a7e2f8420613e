"""Compilation with numba; compiled functions are stored in the cache folder of mebench."""

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

    Divisions are not tested for zero, because the test would prevent vector instructions. But
    operations are not reordered or fused ("fast math"): numba optimizes a function differently when
    the functions it calls come from the cache, so the process that compiles would compute another
    flow than later ones. Without fast math, every machine computes the same flow.
    """
    with _cache_folder_set() as can_cache:
        compiler = numba.njit(cache=can_cache, error_model="numpy", nogil=True)
        return cast(Function, compiler(function))


def inlined(function: Function) -> Function:
    """Compile a function into the functions that call it."""
    compiler = numba.njit(inline="always", error_model="numpy")
    return cast(Function, compiler(function))


@cache
def cache_folder() -> Path | None:
    """Return the folder of compiled functions; None if it is not writable.

    The folder is ``numba/DIGEST`` in ``MEBENCH_CACHE`` or in the user's cache of mebench, where
    DIGEST depends on the source: numba alone does not notice a change in a function that another
    one calls. ``NUMBA_CACHE_DIR`` names another folder, without DIGEST.
    """
    configured = os.environ.get("NUMBA_CACHE_DIR")
    folder = Path(configured) if configured else _mebench_cache() / "numba" / _source_digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


def _mebench_cache() -> Path:
    configured = os.environ.get("MEBENCH_CACHE")
    if configured:
        return Path(configured).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("mebench")


def _source_digest() -> str:
    digest = sha256(numba.__version__.encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _cache_folder_set() -> Iterator[bool]:
    """Set numba's cache folder while a function is declared; yield whether there is a folder."""
    config: Any = numba.config  # numba sets its attributes at run time: they have no types
    folder, previous = cache_folder(), config.CACHE_DIR
    config.CACHE_DIR = str(folder or previous)
    try:
        yield folder is not None
    finally:
        config.CACHE_DIR = previous
