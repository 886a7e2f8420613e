"""The truth of a protocol, where it is at hand: with mebench, in a file, or in a user's copies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mebench.datasets.merging import merge_truths
from mebench.datasets.registry import adapter, adapter_ids, open_dataset
from mebench.datasets.roots import configured_folder
from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.formats.reading import read_truth
from mebench.records.protocol import Protocol
from mebench.records.sheets import TruthTable
from mebench.records.truth import TruthManifest
from mebench.resources import shipped_truth_path


def find_truth(protocol: Protocol, given: Mapping[str, Path]) -> TruthTable | None:
    """Return the truth that a board is scored against, read; None if it is not at hand.

    Parameters
    ----------
    protocol : Protocol
        The board's protocol.
    given : mapping of str to Path
        Truth files by the protocol's id, as ``--truth`` names them.

    Raises
    ------
    MebenchError
        What is wrong with a truth that is at hand; ``truth-blind`` where it holds no answers.
    """
    found = _truth_source(protocol, given)
    if found is None:
        return None
    findings = Findings()
    sheet = read_truth(found, findings)
    findings.raise_errors()
    if sheet.blind:
        raise MebenchError.of(
            "truth-blind",
            f"The truth of {protocol.id} is blind: the answers were taken out.",
            "Only who has the answers can put an entry on a board.",
            Place(file=sheet.file),
        )
    return sheet


def require_truth(protocol: Protocol, given: Mapping[str, Path]) -> TruthTable:
    """Return the truth that a board is scored against.

    Raises
    ------
    MebenchError
        As :func:`find_truth`.
    UsageError
        ``truth-needed`` where it is not at hand.
    """
    truth = find_truth(protocol, given)
    if truth is None:
        names = ", ".join(one.id for one in protocol.datasets)
        raise UsageError.of(
            "truth-needed",
            f"The truth of {protocol.id} is not at hand.",
            f"Say where {names} lies, in mebench.toml, or pass --truth {protocol.id}=FILE.",
        )
    return truth


def _truth_source(protocol: Protocol, given: Mapping[str, Path]) -> Path | TruthManifest | None:
    if protocol.id in given:
        return given[protocol.id]
    datasets = [one.id for one in protocol.datasets]
    if len(datasets) == 1 and (shipped := shipped_truth_path(datasets[0])) is not None:
        return shipped
    if not all(map(_is_available, datasets)):
        return None
    return merge_truths([open_dataset(one) for one in datasets])


def _is_available(dataset: str) -> bool:
    if dataset not in adapter_ids():
        return False
    if not adapter(dataset).needs_root:
        return True
    folder = configured_folder(dataset)
    return folder is not None and folder.is_dir()
