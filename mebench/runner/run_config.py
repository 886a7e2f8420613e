"""The configuration of a run: the baseline's options, the protocol and the data sets.

Options come from the command line or from a run's plan. Where a command leaves out the protocol
or the data sets, they are derived from each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mebench.datasets.dataset_paths import root_of
from mebench.datasets.registry import adapter, open_dataset, parse_roots, unexpected_root
from mebench.diagnostics import Diagnostic, UsageError
from mebench.models.protocol import Protocol
from mebench.protocols.loader import load_protocol, shipped_protocol_ids
from mebench.runner.contract import Baseline, BaselineOptions
from mebench.runner.run_data import DatasetLocation
from mebench.util.system import cache_folder
from mebench.util.text import did_you_mean

COMMAND_OPTIONS = (
    "--dataset",
    "--protocol",
    "--root",
    "--output",
    "--seed",
    "--jobs",
    "--scheduler",
    "--folds",
    "--fold-timeout",
    "--resume",
    "--store",
    "--study",
    "--final",
    "--list",
)
"""The command's own options: one that is mistyped looks like an option of the baseline."""


def options_from_arguments(baseline: type[Baseline], arguments: Sequence[str]) -> BaselineOptions:
    """Read ``--window-size 5 --align`` as the options of a baseline.

    Raises
    ------
    UsageError
        ``unknown-option`` or ``bad-option``, all at once.
    """
    fields = baseline.options_type.model_fields
    texts: dict[str, str] = {}
    findings: list[Diagnostic] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        name, given, value = word.partition("=")
        field = name.removeprefix("--").replace("-", "_")
        if not name.startswith("--") or field not in fields:
            findings.append(_unknown_option(baseline, name))
            if name.startswith("--") and rest and not given and not rest[0].startswith("--"):
                rest.pop(0)
            continue
        if not given:
            if fields[field].annotation is bool:
                value = "true"
            elif rest:
                value = rest.pop(0)
            else:
                findings.append(
                    Diagnostic(
                        "bad-option", "error", f"{name} needs a value.", _list_hint(baseline)
                    )
                )
                continue
        texts[field] = value
    if findings:
        raise UsageError(findings)
    return _validated(baseline, texts, from_text=True)


def options_from_mapping(baseline: type[Baseline], given: Mapping[str, Any]) -> BaselineOptions:
    """Read options that are plain data already, as a run's plan keeps them."""
    return _validated(baseline, given, from_text=False)


def _validated(
    baseline: type[Baseline], given: Mapping[str, Any], *, from_text: bool
) -> BaselineOptions:
    try:
        if from_text:
            return baseline.options_type.model_validate_strings(dict(given))
        return baseline.options_type.model_validate(dict(given))
    except ValidationError as error:
        raise UsageError(_option_errors(baseline, error)) from None


def _option_errors(baseline: type[Baseline], error: ValidationError) -> Iterator[Diagnostic]:
    """Give a finding an option; pydantic gives one a kind that the option's value could be of."""
    by_option: dict[str, list[Any]] = {}
    for one in error.errors():
        by_option.setdefault(str(one["loc"][0]) if one["loc"] else "", []).append(one)
    for name, found in by_option.items():
        expected = ", or: ".join(one["msg"] for one in found)
        given = f"{option_name(name)} {found[0]['input']!r}" if name else "The options"
        yield Diagnostic("bad-option", "error", f"{given}: {expected}.", _list_hint(baseline))


def _unknown_option(baseline: type[Baseline], name: str) -> Diagnostic:
    known = [option_name(field) for field in baseline.options_type.model_fields]
    known += COMMAND_OPTIONS
    return Diagnostic(
        "unknown-option",
        "error",
        f"{baseline.name} has no option {name[:80]!r}.{did_you_mean(name, known)}",
        _list_hint(baseline),
    )


def _list_hint(baseline: type[Baseline]) -> str:
    return f"`mebench run-baseline {baseline.name} --list` lists its options."


def option_name(field: str) -> str:
    """Return how a field is typed: ``--window-size``."""
    return "--" + field.replace("_", "-")


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
    dataset_locations : tuple of DatasetLocation
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
