"""Find and load protocols: those that ship with mebench, and a user's own file."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.formats.strict_json import KeyPath
from mebench.formats.text_file import TextFile
from mebench.models.protocol import Protocol
from mebench.util import resources
from mebench.util.text import did_you_mean


def protocol_digest(protocol: Protocol) -> str:
    """Return the first 8 hex digits of the SHA-256 of a protocol, title and description apart.

    The signature of a score under a user's own protocol holds it.
    """
    from mebench.util.hashing import digest

    return digest(protocol.model_dump(mode="json", exclude={"title", "description"}))


def is_shipped(protocol: Protocol) -> bool:
    """Whether a protocol is, apart from title and description, one that ships with mebench."""
    return prefer_shipped(protocol) is _shipped(protocol.id)


def prefer_shipped(protocol: Protocol) -> Protocol:
    """Return the protocol that ships with mebench if it is the same, else the one given."""
    known = _shipped(protocol.id)
    if known is None or known is protocol:
        return protocol
    return known if protocol_digest(known) == protocol_digest(protocol) else protocol


def shipped_protocol_ids() -> list[str]:
    """Return the ids of all shipped protocols, sorted."""
    return sorted(path.name.removesuffix(".toml") for path in _files())


def load_protocol(name: str | Path) -> Protocol:
    """Load a protocol.

    Parameters
    ----------
    name : str or Path
        ``casme2-str@1``; ``casme2-str`` for its newest version; or the path of a ``.toml`` file.

    Raises
    ------
    UsageError
        ``unknown-protocol``, or what is wrong with the file.
    """
    text = str(name)
    if text.endswith(".toml"):
        return prefer_shipped(_read_protocol(Path(text)))
    return load_shipped_protocol(text)


def load_shipped_protocol(name: str) -> Protocol:
    """Load a protocol that comes with mebench; a name in a file is never taken for a path.

    Parameters
    ----------
    name : str
        ``casme2-str@1``, or ``casme2-str`` for its newest version.

    Raises
    ------
    UsageError
        ``unknown-protocol``.
    """
    found = _shipped(name) or _shipped(_newest_version(name))
    if found is None:
        raise UsageError.of(
            "unknown-protocol",
            f"There is no protocol {name[:80]!r}.{did_you_mean(name, shipped_protocol_ids())}",
            "`mebench protocols` lists them; your own is given as --protocol PATH.toml.",
        )
    return found


def _files() -> list[Path]:
    return list(resources.shared_folder("protocols").glob("*.toml"))


def _newest_version(name: str) -> str:
    versions = [
        int(one.rpartition("@")[2])
        for one in shipped_protocol_ids()
        if one.rpartition("@")[0] == name
    ]
    return f"{name}@{max(versions)}" if versions else name


@lru_cache(maxsize=64)
def _shipped(identifier: str) -> Protocol | None:
    if identifier not in shipped_protocol_ids():
        return None
    path = resources.shared_folder("protocols") / f"{identifier}.toml"
    return _read_protocol(path)


def _read_protocol(path: Path) -> Protocol:
    import tomllib

    from mebench.formats.strict_json import json_pointer
    from mebench.formats.text_file import read_text
    from mebench.formats.validate_model import validate_model

    try:
        source = read_text(path)
        document = tomllib.loads(source.text)
    except MebenchError as error:
        raise UsageError(error.diagnostics) from None
    except (ValueError, RecursionError) as error:  # tomllib's own error is a ValueError
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError.of(
            "protocol-syntax", f"Not valid TOML: {reason}.", "", Place(file=str(path))
        ) from None
    findings = Findings()
    protocol = validate_model(
        Protocol,
        document,
        findings,
        lambda keys: replace(_position_of_key(source, keys), pointer=json_pointer(keys)),
    )
    if protocol is None:
        raise UsageError(findings.kept)
    return protocol


def _position_of_key(source: TextFile, keys: KeyPath) -> Place:
    """Return where a key of a TOML file stands, if there is but one of its name."""
    name = next((key for key in reversed(keys) if isinstance(key, str)), None)
    if name is not None:
        found = list(
            re.finditer(rf"(?m)(?:^|[{{,])[ \t]*(\b{re.escape(name)})[ \t]*=", source.text)
        )
        if len(found) == 1:
            return source.place(found[0].start(1))
    return Place(file=source.name)
