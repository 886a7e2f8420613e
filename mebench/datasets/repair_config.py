"""Disabled repairs: ``--without-repair``, the environment, or ``mebench.toml``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from shlex import quote

from mebench.datasets.dataset_paths import read_config_table, roots_file, roots_syntax
from mebench.datasets.registry import adapter_ids, protocol_adapter
from mebench.diagnostics import Place, UsageError
from mebench.util.text import did_you_mean

VARIABLE = "MEBENCH_WITHOUT_REPAIRS"
"""Environment variable: ``ID/REPAIR``, comma-separated; worker processes inherit it."""


def disabled_repairs(dataset: str, known: Sequence[str]) -> frozenset[str]:
    """Return the ids of the repairs of a data set, among all of them, that the user disabled."""
    texts = os.environ.get(VARIABLE, "").split(",")
    pairs = [text.strip().partition("/") for text in texts if text.strip()]
    off = [repair for name, _, repair in pairs if name == dataset]
    _check_names([name for name, _, _ in pairs], off, dataset, known, VARIABLE)
    path = roots_file()
    tables = read_config_table(path, "repairs")
    table = tables.get(dataset, {})
    _check_names(tables, (), dataset, known, str(path))
    if not isinstance(table, dict) or not all(isinstance(on, bool) for on in table.values()):
        message = f"[repairs.{dataset}] has a value that is neither true nor false."
        example = f"{next(iter(known), 'NAME')} = false"
        raise roots_syntax(path, message, f"Write lines such as {example} to disable a repair.")
    _check_names((), table, dataset, known, str(path))
    return frozenset(off) | {name for name, on in table.items() if not on}


def _check_names(
    datasets: Iterable[str], repairs: Iterable[str], dataset: str, known: Sequence[str], file: str
) -> None:
    """Reject unknown names: otherwise a typing error would leave a repair enabled."""
    for name in datasets:
        if name not in adapter_ids():
            guess = did_you_mean(name, adapter_ids())
            message = f"There is no data set {name[:80]!r} whose repairs could be disabled.{guess}"
            remedy = f"Write ID/REPAIR in {VARIABLE}, or [repairs.ID] in mebench.toml."
            raise UsageError.of("unknown-repair", message, remedy, Place(file=file))
    for name in repairs:
        if name not in known:
            message = f"{dataset} has no repair {name[:80]!r}.{did_you_mean(name, known)}"
            remedy = f"Run `mebench datasets repairs {quote(dataset)}` to list them."
            raise UsageError.of("unknown-repair", message, remedy, Place(file=file))


def disable_in_environment(dataset: str, repairs: Iterable[str]) -> None:
    """Disable repairs for this process and the processes that it starts."""
    before = os.environ.get(VARIABLE, "")
    names = [f"{dataset}/{repair}" for repair in repairs]
    os.environ[VARIABLE] = ",".join(filter(None, [before, *names]))


def disable_repairs(names: Iterable[str], datasets: Sequence[str]) -> None:
    """Disable repairs: ``ID/REPAIR``, or ``REPAIR`` of all data sets of the command."""
    known = {name: [repair.id for repair in protocol_adapter(name).repairs] for name in datasets}
    for text in names:
        dataset, slash, repair = text.rpartition("/")
        candidates = [dataset] if slash else list(datasets)
        matching = [name for name in candidates if repair in known.get(name, ())]
        if not matching:
            guess = did_you_mean(repair, [repair for ids in known.values() for repair in ids])
            owners = f"{' and '.join(datasets)[:200]} {'has' if len(datasets) == 1 else 'have'}"
            message = f"{owners} no repair {text[:80]!r}.{guess}"
            remedy = f"Run `mebench datasets repairs {quote(datasets[0])}` to list them."
            raise UsageError.of("unknown-repair", message, remedy)
        for name in matching:
            disable_in_environment(name, [repair])
