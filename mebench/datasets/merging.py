"""The truths of several data sets in one manifest, as composite protocols need it."""

from __future__ import annotations

from collections.abc import Sequence

from mebench.datasets.contract import Dataset
from mebench.datasets.registry import adapter, open_dataset
from mebench.datasets.roots import parse_roots, unexpected_root
from mebench.diagnostics import Findings, MebenchError, UsageError
from mebench.records.truth import TRUTH_FORMAT, TruthManifest


def merge_truths(datasets: Sequence[Dataset]) -> TruthManifest:
    """Put the truths of data sets into one manifest that names the data set in each row.

    Parameters
    ----------
    datasets : sequence of Dataset
        Opened copies; the truth of a single one stays as it is.
    """
    truths = [dataset.truth() for dataset in datasets]
    if len(truths) == 1:
        return truths[0]
    pairs = [(dataset.id, truth) for dataset, truth in zip(datasets, truths, strict=True)]
    return TruthManifest(
        format=TRUTH_FORMAT,
        blind=all(truth.blind for truth in truths),
        repairs=[
            repair.model_copy(update={"dataset": name})
            for name, truth in pairs
            for repair in truth.repairs
        ],
        videos=[
            video.model_copy(update={"dataset": name})
            for name, truth in pairs
            for video in truth.videos
        ],
        samples=[
            sample.model_copy(update={"dataset": name})
            for name, truth in pairs
            for sample in truth.samples
        ],
    )


def open_datasets(identifiers: Sequence[str], roots: Sequence[str]) -> list[Dataset]:
    """Open data sets, each in its folder.

    Parameters
    ----------
    identifiers : sequence of str
        The data sets.
    roots : sequence of str
        What ``--root`` says: ``ID=DIR`` each, or a bare ``DIR`` for the only one that needs it.

    Raises
    ------
    MebenchError
        With what is wrong with any of them; a usage error where a folder is not known.
    """
    given = parse_roots(roots)
    wanted = [name for name in identifiers if adapter(name).needs_root]
    if len(wanted) == 1 and None in given and wanted[0] not in given:
        given[wanted[0]] = given.pop(None)
    for name, folder in given.items():
        if name not in wanted:
            raise unexpected_root(folder, identifiers)
    findings, opened, kinds = Findings(), [], []
    for name in identifiers:
        try:
            opened.append(open_dataset(name, given.get(name)))
        except MebenchError as error:
            findings.extend_from(error)
            kinds.append(type(error))
    if kinds:
        kind = UsageError if UsageError in kinds else MebenchError
        raise kind(findings.kept, findings.omitted)
    return opened
