"""What is to be run; and which protocol and data sets, where a command leaves one of them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mebench.baselines.contract import Baseline, BaselineOptions
from mebench.baselines.material import DatasetLocation
from mebench.datasets.registry import adapter, open_dataset
from mebench.datasets.roots import parse_roots, root_of, unexpected_root
from mebench.diagnostics import UsageError
from mebench.machine import cache_folder
from mebench.protocols import load_protocol, shipped_protocol_ids
from mebench.records.protocol import Protocol

DEFAULT_DATASET = "synthetic"


@dataclass(frozen=True, slots=True)
class RunConfig:
    """What is to be run, and how.

    Attributes
    ----------
    baseline : type
        The baseline's class.
    options : BaselineOptions
        Its options.
    protocol : Protocol
        The protocol.
    located : tuple of DatasetLocation
        The data sets.
    folder : Path
        The run's folder.
    seed : int
        The run's seed.
    jobs : int
        Processes at a time.
    scheduler : str or None
        The address of a Dask scheduler, which then takes the place of ``jobs``.
    selection : str or None
        The folds to carry out now: ``0,3-5``. The folder is then shared with other runs.
    timeout : float or None
        Seconds after which a fold, or the preparation of a video, is given up.
    resume : bool
        Go on with the run in the folder.
    store : Path or None
        Where prepared arrays are kept; by default in the user's cache.
    given : dict
        The options as they were typed, for the manifest.
    """

    baseline: type[Baseline]
    options: BaselineOptions
    protocol: Protocol
    dataset_locations: tuple[DatasetLocation, ...]
    folder: Path
    seed: int = 0
    jobs: int = 1
    scheduler: str | None = None
    selection: str | None = None
    timeout: float | None = None
    resume: bool = False
    store: Path | None = None
    given: dict[str, Any] = field(default_factory=dict)


def default_store() -> Path:
    """Return where prepared arrays are kept, unless told otherwise."""
    return cache_folder() / "prepared"


def choose_protocol(
    protocol: str | None, datasets: Sequence[str], roots: Sequence[str]
) -> tuple[Protocol, list[str]]:
    """Return the protocol and the ids of its data sets.

    Without a protocol it is the newest that scores just these data sets, or the one in a generic
    data set's folder; without data sets they are the protocol's.

    Raises
    ------
    UsageError
        ``protocol-needed`` if none or several would do; ``wrong-dataset`` if the two do not fit.
    """
    if protocol is not None:
        chosen = load_protocol(protocol)
        if not datasets:
            return chosen, [one.id for one in chosen.datasets]
        _check_datasets(chosen, datasets, roots)
        return chosen, list(datasets)
    wanted = list(datasets) or [DEFAULT_DATASET]
    own = _own_protocol(wanted, roots)
    if own is not None:
        return load_protocol(own), wanted
    fitting = [
        name for name in shipped_protocol_ids() if _dataset_ids(load_protocol(name)) == set(wanted)
    ]
    newest = {name.partition("@")[0]: name for name in fitting}
    if len(newest) != 1:
        raise UsageError.of(
            "protocol-needed",
            f"Several protocols score {', '.join(wanted)}: {', '.join(newest.values())}."
            if newest
            else f"No protocol that comes with mebench scores {', '.join(wanted)}.",
            "Name one with --protocol ID, or your own with --protocol PATH.toml.",
        )
    return load_protocol(next(iter(newest.values()))), wanted


def dataset_locations(ids: Sequence[str], roots: Sequence[str]) -> tuple[DatasetLocation, ...]:
    """Return the data sets with their folders.

    Raises
    ------
    UsageError
        If a folder is not known, or not there, or named for nothing.
    """
    given = parse_roots(list(roots))
    if len(ids) == 1 and None in given and ids[0] not in given:
        given[ids[0]] = given.pop(None)
    wanted = [name for name in ids if adapter(name).needs_root]
    for name, folder in given.items():
        if name not in wanted:
            raise unexpected_root(folder, ids)
    return tuple(
        DatasetLocation(name, str(root_of(name, given.get(name))) if name in wanted else None)
        for name in ids
    )


def _dataset_ids(protocol: Protocol) -> set[str]:
    return {one.id for one in protocol.datasets}


def _opened_ids(datasets: Sequence[str], roots: Sequence[str]) -> set[str]:
    """Return the ids that the opened data sets have: a generic folder says its own."""
    return {
        open_dataset(one.id, None if one.root is None else Path(one.root)).id
        if one.id == "generic"
        else one.id
        for one in dataset_locations(datasets, roots)
    }


def _check_datasets(protocol: Protocol, datasets: Sequence[str], roots: Sequence[str]) -> None:
    known = {name for one in protocol.datasets for name in (one.id, *one.also_named)}
    for name in _opened_ids(datasets, roots):
        if name not in known:
            raise UsageError.of(
                "wrong-dataset",
                f"{protocol.id} does not score the data set {name!r}.",
                f"It scores {', '.join(sorted(_dataset_ids(protocol)))}.",
            )


def _own_protocol(datasets: Sequence[str], roots: Sequence[str]) -> Path | None:
    """Return the protocol that lies in a generic data set's folder."""
    if list(datasets) != ["generic"]:
        return None
    [one] = dataset_locations(datasets, roots)
    opened = open_dataset(one.id, Path(one.root or "."))
    return getattr(opened, "protocol_file", None)
