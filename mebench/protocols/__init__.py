"""Protocols: load one, and list those that come with mebench.

:func:`load` takes an id such as ``casme2-str@1``, or the path of your own file.

Within mebench, this folder also matches ids under alias rules, and maps labels to classes.

May import: diagnostics, util, models, formats, tables.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mebench.models.protocol import Protocol
    from mebench.protocols.listing import ProtocolInfo, available
    from mebench.protocols.loader import load_protocol as load

_PUBLIC_NAMES = {
    "Protocol": ("mebench.models.protocol", "Protocol"),
    "ProtocolInfo": ("mebench.protocols.listing", "ProtocolInfo"),
    "available": ("mebench.protocols.listing", "available"),
    "load": ("mebench.protocols.loader", "load_protocol"),
}

__all__ = ["Protocol", "ProtocolInfo", "available", "load"]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC_NAMES:
        raise AttributeError(f"module 'mebench.protocols' has no attribute {name!r}")
    module, attribute = _PUBLIC_NAMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return __all__
