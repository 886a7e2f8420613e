"""Disabled repairs: ``--without-repair``, the environment, or ``mebench.toml``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from mebench.datasets.dataset_paths import read_config_table, roots_file
from mebench.datasets.registry import adapter, adapter_ids
from mebench.diagnostics import Place, UsageError
from mebench.util.text import did_you_mean

VARIABLE = "MEBENCH_WITHOUT_REPAIRS"
"""``ID/REPAIR``, several with commas between; workers of a run inherit it."""


def disabled_repairs(dataset: str, known: Sequence[str]) -> frozenset[str]:
    """Return the repairs of a data set that are not to be done.

    Parameters
    ----------
    dataset : str
        The data set.
    known : sequence of str
        Its repairs.

    Raises
    ------
    UsageError
        ``unknown-repair`` or ``roots-syntax``.
    """
    off = _repairs_in_variable(os.environ.get(VARIABLE, ""), dataset)
    _check_repairs(off, dataset, known, Place(file=VARIABLE))
    path = roots_file()
    tables = read_config_table(path, "repairs")
    for name in tables:
        _check_dataset(name, Place(file=str(path)))
    table = tables.get(dataset, {})
    if not isinstance(table, dict) or not all(isinstance(one, bool) for one in table.values()):
        raise UsageError.of(
            "roots-syntax",
            f"[repairs.{dataset}] holds lines such as {next(iter(known), 'NAME')} = false.",
            "true does a repair, false leaves it out.",
            Place(file=str(path)),
        )
    _check_repairs(table, dataset, known, Place(file=str(path)))
    return frozenset(off) | {name for name, done in table.items() if not done}


def disable_in_environment(dataset: str, repairs: Iterable[str]) -> None:
    """Switch repairs off, for this process and those it starts.

    Parameters
    ----------
    dataset : str
        The data set.
    repairs : iterable of str
        Their ids.
    """
    before = os.environ.get(VARIABLE, "")
    named = [f"{dataset}/{one}" for one in repairs]
    os.environ[VARIABLE] = ",".join(filter(None, [before, *named]))


def _repairs_in_variable(text: str, dataset: str) -> list[str]:
    pairs = [one.strip().partition("/") for one in text.split(",") if one.strip()]
    for of, _, _ in pairs:
        _check_dataset(of, Place(file=VARIABLE))
    return [repair for of, _, repair in pairs if of == dataset]


def _check_dataset(name: str, place: Place) -> None:
    """See that a data set is one: a slip would leave a repair on without a word."""
    if name not in adapter_ids():
        raise UsageError.of(
            "unknown-repair",
            f"{name[:80]!r} is no data set whose repairs could be switched off."
            + did_you_mean(name, adapter_ids()),
            f"Write ID/REPAIR in {VARIABLE}, and [repairs.ID] in mebench.toml.",
            place,
        )


def _check_repairs(names: Iterable[str], dataset: str, known: Sequence[str], place: Place) -> None:
    for name in names:
        if name not in known:
            raise UsageError.of(
                "unknown-repair",
                f"{dataset} has no repair {name[:80]!r}.{did_you_mean(name, known)}",
                f"`mebench datasets repairs {dataset}` lists them.",
                place,
            )


def disable_repairs(names: Iterable[str], datasets: Sequence[str]) -> None:
    """Switch repairs off for this process, as ``--without-repair`` names them.

    Parameters
    ----------
    names : iterable of str
        ``REPAIR``, or ``ID/REPAIR`` for that of one data set.
    datasets : sequence of str
        The data sets that the command is about.

    Raises
    ------
    UsageError
        ``unknown-repair``.
    """
    known = {name: [one.id for one in adapter(name).repairs] for name in datasets}
    for text in names:
        named, slash, repair = text.rpartition("/")
        meant = [named] if slash else list(datasets)
        fitting = [one for one in meant if repair in known.get(one, ())]
        if not fitting:
            every = [one for repairs in known.values() for one in repairs]
            raise UsageError.of(
                "unknown-repair",
                f"{' and '.join(datasets)[:200]} {'has' if len(datasets) == 1 else 'have'} no "
                f"repair {text[:80]!r}.{did_you_mean(repair, every)}",
                f"`mebench datasets repairs {datasets[0]}` lists them.",
            )
        for one in fitting:
            disable_in_environment(one, [repair])
