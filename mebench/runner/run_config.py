"""From what the user typed to a configuration: options, the protocol and the data sets.

Options come from the command line or from a run's plan. Where a command leaves out the protocol
or the data sets, they are derived from each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import Any

from pydantic import ValidationError

from mebench.datasets.dataset_paths import root_of
from mebench.datasets.generic.adapter import GenericAdapter
from mebench.datasets.registry import adapter, folders_of, open_dataset, protocol_adapter
from mebench.diagnostics import Diagnostic, MebenchError, UsageError
from mebench.models.protocol import Protocol
from mebench.protocols.loader import load_protocol, shipped_protocol_ids
from mebench.runner.contract import Baseline, BaselineOptions, methods_of
from mebench.runner.locations import DatasetLocation
from mebench.runner.registry import can_run
from mebench.util.extras import place_in_plugin
from mebench.util.text import did_you_mean


def options_from_arguments(
    baseline: type[Baseline],
    arguments: Sequence[str],
    command_options: Sequence[str] = (),
    paths: list[str] | None = None,
) -> BaselineOptions:
    """Parse ``--window-size 5 --align`` as the options of a baseline; report all errors at once.

    Parameters
    ----------
    baseline : type
        The baseline.
    arguments : sequence of str
        Arguments that the command itself does not know.
    command_options : sequence of str
        The command's own options: a mistyped one arrives here as an option of the baseline.
    paths : list of str or None
        What is neither an option nor a value is appended to it; None: it is an error.
    """
    fields = baseline.options_type.model_fields
    texts: dict[str, str] = {}
    findings: list[Diagnostic] = []
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if paths is not None and not argument.startswith("-"):
            paths.append(argument)
            continue
        name, has_value, value = argument.partition("=")
        field = name.removeprefix("--").replace("-", "_")
        if not name.startswith("--") or field not in fields:
            findings.append(_unknown_option(baseline, name, command_options))
            if name.startswith("--") and rest and not has_value and not rest[0].startswith("--"):
                rest.pop(0)
            continue
        if not has_value:
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
    return _validate_options(baseline, texts, from_text=True)


def options_from_mapping(baseline: type[Baseline], values: Mapping[str, Any]) -> BaselineOptions:
    """Validate options that are plain data already, as in a run's plan."""
    return _validate_options(baseline, values, from_text=False)


def _validate_options(
    baseline: type[Baseline], values: Mapping[str, Any], *, from_text: bool
) -> BaselineOptions:
    try:
        if from_text:
            return baseline.options_type.model_validate_strings(dict(values))
        return baseline.options_type.model_validate(dict(values))
    except ValidationError as error:
        raise UsageError(_option_errors(baseline, error)) from None
    except Exception as error:  # a validator is not our code: it may raise anything
        raise MebenchError.of(
            "baseline-raised",
            f"The options of the baseline {baseline.name} failed: "
            f"{type(error).__name__}: {error!s:.300}.",
            "Correct the validators of its options.",
            place_in_plugin(error, *methods_of(baseline)),
        ) from error


def _option_errors(baseline: type[Baseline], error: ValidationError) -> Iterator[Diagnostic]:
    """Yield one finding per option; pydantic has one per type that the value may have."""
    by_option: dict[str, list[Any]] = {}
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else ""
        by_option.setdefault(name, []).append(problem)
    for name, problems in by_option.items():
        expected = ", or: ".join(problem["msg"] for problem in problems)
        subject = f"{option_name(name)} {problems[0]['input']!r}" if name else "The options"
        yield Diagnostic("bad-option", "error", f"{subject}: {expected}.", _list_hint(baseline))


def _unknown_option(
    baseline: type[Baseline], name: str, command_options: Sequence[str]
) -> Diagnostic:
    known = [option_name(field) for field in baseline.options_type.model_fields]
    known += command_options
    return Diagnostic(
        "unknown-option",
        "error",
        f"{baseline.name} has no option {name[:80]!r}.{did_you_mean(name, known)}",
        _list_hint(baseline),
    )


def _list_hint(baseline: type[Baseline]) -> str:
    if len(baseline.parts) > 2 or " " in baseline.name:
        return "`mebench run-baseline NAME --list` lists the options of each method of the grid."
    return f"`mebench run-baseline {quote(baseline.name)} --list` lists its options."


def option_name(field: str) -> str:
    """Return the option of a field: ``--window-size`` for ``window_size``."""
    return "--" + field.replace("_", "-")


DEFAULT_DATASET = "synthetic"


def choose_protocol(
    protocol: str | None,
    datasets: Sequence[str],
    roots: Sequence[str],
    baseline: type[Baseline] = Baseline,
) -> tuple[Protocol, list[str]]:
    """Return the protocol and the ids of its data sets.

    The default protocol is the newest one that scores exactly these data sets, with a task of the
    baseline; of several, the one for spot-then-recognize; or the one in the package or the folder
    of a data set. The default data sets are those of the protocol.
    """
    if protocol is not None:
        chosen = load_protocol(protocol)
        if not datasets:
            return chosen, [dataset.id for dataset in chosen.datasets]
        _check_datasets(chosen, datasets, roots)
        return chosen, list(datasets)
    ids = list(datasets) or [DEFAULT_DATASET]
    own_protocol = _own_protocol(ids, roots)
    if own_protocol is not None:
        chosen = load_protocol(own_protocol)
        _check_datasets(chosen, ids, roots)
        return chosen, ids
    candidates = [
        protocol
        for protocol in map(load_protocol, shipped_protocol_ids())
        if _dataset_ids(protocol) == set(ids)
    ]
    # What the baseline cannot run is named by check_task(), if there is nothing else.
    candidates = [one for one in candidates if can_run(baseline, one)] or candidates
    combined = [protocol for protocol in candidates if protocol.task == "spot-then-recognize"]
    newest = {one.id.partition("@")[0]: one.id for one in combined or candidates}
    if len(newest) != 1:
        raise UsageError.of(
            "protocol-needed",
            f"Several protocols score {', '.join(ids)}: {', '.join(newest.values())}."
            if newest
            else f"No protocol that comes with mebench scores {', '.join(ids)}.",
            _protocol_remedy(ids, is_ambiguous=bool(newest)),
        )
    return load_protocol(next(iter(newest.values()))), ids


def _protocol_remedy(ids: Sequence[str], *, is_ambiguous: bool) -> str:
    """Say which protocol to name; if none fits, how to write one."""
    shipped = {name: _dataset_ids(load_protocol(name)) for name in shipped_protocol_ids()}
    wider = next((name for name, known in shipped.items() if known > set(ids)), None)
    if wider is not None and not is_ambiguous:
        other = "which has further data sets, or your own with --protocol PATH.toml"
        return f"Pass --protocol {quote(wider)}, {other}."
    if is_ambiguous or any(adapter(name).id_from_copy for name in ids):
        remedy = "Name one with --protocol ID, or your own with --protocol PATH.toml."
        if len(ids) == 1 and adapter(ids[0]).id_from_copy:
            remedy += " A file protocol.toml in the folder of the data set is found without it."
        return remedy
    lines = [
        f'id = "own-{ids[0]}@1"',
        f'title = "{ids[0]}"',
        'task = "spot-then-recognize"',
        'targets = ["micro"]',
        'classes = ["negative", "positive"]',
        *(line for name in ids for line in ("[[datasets]]", f'id = "{name}"')),
    ]
    listed = ", ".join(f"`{line}`" for line in lines)
    show = f"`mebench datasets show {quote(ids[0])}`"
    return (
        f"Write a file own.toml with the lines {listed}; its classes are the emotions that {show} "
        "lists. Then pass --protocol own.toml. The protocols page of the documentation describes "
        "all rules."
    )


def dataset_locations(
    ids: Sequence[str], roots: Sequence[str], protocol: Protocol | None = None
) -> tuple[DatasetLocation, ...]:
    """Return the data sets with their folders, which must be configured or given, and exist.

    A folder in the generic layout that states no id has that of the protocol's only data set.
    """
    folders = folders_of(ids, roots)
    locations = []
    for identifier in ids:
        found = protocol_adapter(identifier)
        root = str(root_of(identifier, folders.get(identifier))) if found.needs_root else None
        name = None
        if isinstance(found, GenericAdapter):
            name = found.name or (protocol.only_dataset if protocol is not None else None)
        locations.append(DatasetLocation(identifier, root, name))
    return tuple(locations)


def _dataset_ids(protocol: Protocol) -> set[str]:
    return {dataset.id for dataset in protocol.datasets}


def _check_datasets(protocol: Protocol, datasets: Sequence[str], roots: Sequence[str]) -> None:
    known = {name for dataset in protocol.datasets for name in (dataset.id, *dataset.also_named)}
    for identifier in datasets:
        if identifier not in known:
            adapter(identifier)  # raises an error if there is none
    ids = ", ".join(sorted(_dataset_ids(protocol)))
    for location in dataset_locations(datasets, roots, protocol):
        # The folder of a generic data set may state its own id.
        is_generic = location.id == GenericAdapter.id
        name = location.open().id if is_generic else location.id
        if name not in known:
            message = f"{protocol.id} does not score the data set {name!r}."
            remedy = f"Choose one that it scores: {ids}."
            if is_generic and name == GenericAdapter.id:
                remedy = f"It scores {ids}. Name this folder: --dataset ID --root ID=DIR."
            elif is_generic or location.name is not None:
                remedy = f"It scores {ids}. Correct the id in the protocol or of the data set."
            raise UsageError.of("wrong-dataset", message, remedy)


def _own_protocol(datasets: Sequence[str], roots: Sequence[str]) -> Path | None:
    """Return the protocol file of the package or the folder of a data set."""
    if len(datasets) != 1:
        return None
    found = adapter(datasets[0])
    if not found.id_from_copy:
        return found.protocol_file
    [location] = dataset_locations(datasets, roots)
    return open_dataset(location.id, Path(location.root or ".")).protocol_file
