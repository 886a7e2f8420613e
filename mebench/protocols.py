"""Finding and reading protocols: those that ship with mebench, and a user's own file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from mebench import resources
from mebench.diagnostics import Findings, Place, UsageError
from mebench.records.protocol import Protocol, ProtocolDataset
from mebench.suggest import did_you_mean


@dataclass(frozen=True)
class Rules:
    """A protocol ready for use.

    Attributes
    ----------
    protocol : Protocol
        The record.
    shipped : bool
        Whether it is, word for word, one that ships with mebench.
    """

    protocol: Protocol
    shipped: bool

    @cached_property
    def digest(self) -> str:
        """The first 8 hex digits of the SHA-256 of the rules; a signature names a user's own."""
        from mebench.canonical import digest

        return digest(self.protocol.model_dump(mode="json", exclude={"title", "description"}))

    def dataset(self, name: str) -> ProtocolDataset | None:
        """Return one of the protocol's data sets by any of its names."""
        for dataset in self.protocol.datasets:
            if name == dataset.id or name in dataset.also_named:
                return dataset
        return None

    @property
    def only_dataset(self) -> str | None:
        """The data set of rows that name none; composites have no such default."""
        datasets = self.protocol.datasets
        return datasets[0].id if len(datasets) == 1 else None


def shipped_ids() -> list[str]:
    """Return the ids of all shipped protocols, sorted."""
    return sorted(path.name.removesuffix(".toml") for path in _files())


def load(name: str | Path) -> Rules:
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
        rules = _read(Path(text))
        known = _shipped(rules.protocol.id)
        return known if known is not None and known.digest == rules.digest else rules
    return load_shipped(text)


def load_shipped(name: str) -> Rules:
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
    found = _shipped(name) or _shipped(_newest(name))
    if found is None:
        raise UsageError.of(
            "unknown-protocol",
            f"There is no protocol {name!r}.{did_you_mean(name, shipped_ids())}",
            "`mebench protocols` lists them; your own is given as --protocol PATH.toml.",
        )
    return found


def of_record(protocol: Protocol) -> Rules:
    """Return the rules of a protocol record made in memory."""
    rules = Rules(protocol, shipped=False)
    known = _shipped(protocol.id)
    return known if known is not None and known.digest == rules.digest else rules


def _files() -> list[Path]:
    return list(resources.folder("protocols").glob("*.toml"))


def _newest(name: str) -> str:
    versions = [
        int(one.rpartition("@")[2]) for one in shipped_ids() if one.rpartition("@")[0] == name
    ]
    return f"{name}@{max(versions)}" if versions else name


@lru_cache(maxsize=64)
def _shipped(identifier: str) -> Rules | None:
    path = resources.folder("protocols") / f"{identifier}.toml"
    if "/" in identifier or "\\" in identifier or not path.is_file():
        return None
    return Rules(_read(path).protocol, shipped=True)


def _read(path: Path) -> Rules:
    import tomllib

    from mebench.formats.strict_json import pointer_of
    from mebench.formats.structure import check
    from mebench.formats.text import read_text

    source = read_text(path)
    try:
        document = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError.of(
            "protocol-syntax", f"Not valid TOML: {error}.", "", Place(file=str(path))
        ) from None
    findings = Findings()
    protocol = check(
        Protocol, document, findings, lambda keys: Place(str(path), pointer=pointer_of(keys))
    )
    if protocol is None:
        raise UsageError(findings.kept)
    return Rules(protocol, shipped=False)
