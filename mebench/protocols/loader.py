"""Load protocols: those that ship with mebench, and a user's own protocol file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.formats.strict_json import KeyPath
from mebench.formats.text_file import TextFile
from mebench.models.protocol import Protocol
from mebench.util import resources
from mebench.util.arguments import check_argument
from mebench.util.text import did_you_mean
from mebench.util.toml_text import parse_toml

MAX_SUGGESTED = 4
"""How many protocols the error for an unknown one suggests: ids of a data set are similar."""


def protocol_digest(protocol: Protocol) -> str:
    """Return the first 8 hex digits of the SHA-256 of a protocol without titles and description.

    It is part of the signature of every score under a user's own protocol. A field that was added
    later is hashed only if it is used, so that no earlier protocol gets another digest.
    """
    from mebench.util.hashing import digest

    rules = protocol.model_dump(mode="json", exclude={"title", "description"})
    if not protocol.first_expression_only:
        del rules["first_expression_only"]
    if protocol.labels == "emotion":
        del rules["labels"]
    for dataset in rules["datasets"]:
        del dataset["file"]  # a layout, no rule
        for field in ("blind_videos", "unlisted_videos"):
            if not dataset[field]:
                del dataset[field]
        for aliases in dataset["alias_sets"].values():
            del aliases["title"]
        if not dataset["alias_sets"]:
            del dataset["alias_sets"]
        del dataset["fps"]  # the hashes of truth and predictions cover the frames that it gives
    return digest(rules)


def is_shipped(protocol: Protocol) -> bool:
    """Return whether a protocol is shipped with mebench; title and description are ignored."""
    return prefer_shipped(protocol) is _shipped(protocol.id)


def prefer_shipped(protocol: Protocol) -> Protocol:
    """Return the shipped protocol with the same id and rules if there is one, else ``protocol``."""
    shipped = _shipped(protocol.id)
    if shipped is None or shipped is protocol:
        return protocol
    return shipped if protocol_digest(shipped) == protocol_digest(protocol) else protocol


def shipped_protocol_ids() -> list[str]:
    """Return the ids of all shipped protocols, sorted."""
    return list(_ids())


@lru_cache(maxsize=1)
def _ids() -> tuple[str, ...]:
    paths = resources.shared_folder("protocols").glob("*.toml")
    return tuple(sorted(path.stem for path in paths))


def load_protocol(name: str | Path) -> Protocol:
    """Load a protocol.

    Parameters
    ----------
    name : str or Path
        ``casme2-str@1``, ``casme2-str`` (the newest version), or the path of a ``.toml`` file.

    Raises
    ------
    UsageError
        ``unknown-protocol``, or the problems in the file.
    """
    known = isinstance(name, str | Path)
    check_argument("protocol", name, known, "an id, the path of a .toml file, or a Protocol")
    text = str(name)
    if text.endswith(".toml"):
        return prefer_shipped(_read_protocol(Path(text)))
    return load_shipped_protocol(text)


def load_shipped_protocol(name: str, others: Iterable[str] = ()) -> Protocol:
    """Load a protocol that ships with mebench; for names in files, which are never paths.

    ``others`` are further ids that the error suggests, such as those of boards.
    """
    ids = shipped_protocol_ids()
    versions = [int(id_.rpartition("@")[2]) for id_ in ids if id_.rpartition("@")[0] == name]
    protocol = _shipped(f"{name}@{max(versions)}" if versions else name)
    if protocol is None:
        raise UsageError.of(
            "unknown-protocol",
            f"There is no protocol {name[:80]!r}."
            + did_you_mean(name, [*ids, *others], MAX_SUGGESTED),
            "List the protocols with `mebench protocols`, or pass your own file: "
            "--protocol PATH.toml.",
        )
    return protocol


@lru_cache(maxsize=64)
def _shipped(identifier: str) -> Protocol | None:
    if identifier not in shipped_protocol_ids():
        return None
    return _read_protocol(resources.shared_folder("protocols") / f"{identifier}.toml")


def _read_protocol(path: Path) -> Protocol:
    from mebench.formats.strict_json import json_pointer
    from mebench.formats.text_file import read_text
    from mebench.formats.validate_model import validate_model

    try:
        source = read_text(path)
        document = parse_toml(source.text)
    except MebenchError as error:
        raise UsageError(error.diagnostics) from None
    except ValueError as error:
        raise UsageError.of(
            "protocol-syntax", f"Not valid TOML: {error}.", "", Place(file=str(path))
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
    """Return the position of a key in a TOML file if its name occurs only once, else the file."""
    name = next((key for key in reversed(keys) if isinstance(key, str)), "")
    pattern = rf"(?m)(?:^|[{{,])[ \t]*(\b{re.escape(name)})[ \t]*="
    matches = list(re.finditer(pattern, source.text)) if name else []
    return source.place(matches[0].start(1)) if len(matches) == 1 else Place(file=source.name)
