"""The repairs of data sets: what they are, which are to be left out, and what they did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

from mebench.datasets.contract import Adapter, Dataset
from mebench.datasets.registry import adapter
from mebench.diagnostics import UsageError
from mebench.suggest import did_you_mean
from mebench.wording import pluralize

if TYPE_CHECKING:
    from mebench.datasets.licensed.repairs import AppliedRepair, Repair

ROWS_NAMED = 8
"""So many rows are named; JSON has all."""

WIDTH, INDENT = 100, "    "


def repairs_of(one: Adapter) -> Sequence[Repair]:
    """Return the repairs that an adapter knows; most know none."""
    return tuple(getattr(one, "repairs", ()))


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
    from mebench.datasets.licensed.switches import disable_in_environment

    known = {name: [one.id for one in repairs_of(adapter(name))] for name in datasets}
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


def repairs_as_text(repairs: Sequence[Repair], dataset: Dataset | None) -> str:
    """Return the repairs for people; of an opened copy, how many rows each was for, and which.

    Parameters
    ----------
    repairs : sequence of Repair
        All that the data set knows.
    dataset : Dataset or None
        A copy, where there is one.
    """
    applied, blocks = _applied_by_id(dataset), []
    for one in repairs:
        said = [one.wrong, one.done, one.why]
        if dataset is not None:
            did = applied.get(one.id)
            rows = () if did is None else did.samples
            shown = ", ".join(rows[:ROWS_NAMED]) + (", …" if len(rows) > ROWS_NAMED else "")
            off = " (switched off)" if did is not None and did.off else ""
            said.append(f"{pluralize(len(rows), 'row')} here{off}{': ' * bool(rows)}{shown}")
        text = [fill(line, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT) for line in said]
        blocks.append("\n".join([f"{one.id}: {one.samples}", *text]))
    return "\n\n".join(blocks)


def repairs_as_dict(
    identifier: str, repairs: Sequence[Repair], dataset: Dataset | None
) -> dict[str, Any]:
    """Return the same as plain data, with all rows."""
    applied = _applied_by_id(dataset)
    listed: list[dict[str, Any]] = []
    for one in repairs:
        entry: dict[str, Any] = {
            "repair": one.id,
            "samples": one.samples,
            "wrong": one.wrong,
            "done": one.done,
            "why": one.why,
        }
        if dataset is not None:
            did = applied.get(one.id)
            entry["rows"] = 0 if did is None else len(did.samples)
            entry["off"] = did is not None and did.off
            entry["which"] = [] if did is None else list(did.samples)
        listed.append(entry)
    return {"dataset": identifier, "repairs": listed}


def _applied_by_id(dataset: Dataset | None) -> dict[str, AppliedRepair]:
    return {one.repair.id: one for one in getattr(dataset, "applied", ())}
