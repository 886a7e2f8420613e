"""The registered data sets: open one by its id, or several for a composite protocol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.datasets.contract import Dataset
from mebench.datasets.dataset_paths import root_of
from mebench.diagnostics import Findings, MebenchError, UsageError
from mebench.models.truth import TRUTH_FORMAT, TruthManifest
from mebench.util.entry_points import load_plugin
from mebench.util.text import did_you_mean

if TYPE_CHECKING:
    from mebench.datasets.contract import Adapter


GROUP = "mebench.datasets"


@cache
def adapter_ids() -> tuple[str, ...]:
    """Return the ids of all data sets, in alphabetical order."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def adapter(identifier: str) -> Adapter:
    """Return the adapter of a data set.

    Raises
    ------
    UsageError
        ``unknown-dataset-id``, ``plugin-broken`` or ``plugin-collision``.
    """
    from mebench.datasets.contract import Adapter

    if identifier not in adapter_ids():
        raise UsageError.of(
            "unknown-dataset-id",
            f"There is no data set {identifier[:80]!r}.{did_you_mean(identifier, adapter_ids())}",
            "`mebench datasets` lists them; a folder of your own is read as `generic`.",
        )
    found: Adapter = load_plugin(GROUP, identifier, Adapter)()  # type: ignore[type-abstract]
    return found


def open_dataset(identifier: str, root: Path | None = None) -> Dataset:
    """Open a data set.

    Parameters
    ----------
    identifier : str
        Its id.
    root : Path, optional
        Its folder; by default the one of :func:`mebench.datasets.dataset_paths.root_of`.

    Raises
    ------
    MebenchError
        If there is no such data set, or its copy is not where it should be or not sound.
    """
    one = adapter(identifier)
    return one.open(root_of(one.id, root) if one.needs_root else None)


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


def parse_roots(given: Iterable[str], meant: str | None = None) -> dict[str | None, Path]:
    """Read what was passed to ``--root``, once or several times.

    Parameters
    ----------
    given : iterable of str
        Each ``ID=DIR``, or a bare ``DIR`` where only one data set is meant.
    meant : str, optional
        That data set: only its id and bare folders are taken.

    Returns
    -------
    dict
        From data set, or None for a bare folder, to folder.

    Raises
    ------
    UsageError
        ``bad-root``.
    """
    from mebench.util.text import did_you_mean

    found: dict[str | None, Path] = {}
    for text in given:
        name, equals, folder = text.partition("=")
        is_named = bool(equals) and (name in adapter_ids() or not Path(text).exists())
        key = name if is_named else None
        place = folder if is_named else text
        if not place:
            raise UsageError.of("bad-root", f"--root {text!r} names no folder.", "Write ID=DIR.")
        if key is not None and key not in adapter_ids():
            raise UsageError.of(
                "bad-root",
                f"--root {text[:200]!r}: there is no data set {key[:80]!r}."
                + did_you_mean(key, adapter_ids()),
                "Write ID=DIR with the id of a data set, or an existing DIR alone.",
            )
        if meant is not None and key not in {None, meant}:
            raise UsageError.of(
                "bad-root",
                f"--root {text[:200]!r} is for {key}, and {meant} is meant.",
                f"Write {meant}=DIR.",
            )
        if key in found or (meant is not None and found):
            raise UsageError.of(
                "bad-root",
                f"--root names two folders for {key or meant or 'the data set'}.",
                "Name one.",
            )
        found[key] = Path(place).expanduser()
    return found


def root_given(given: Iterable[str], dataset_id: str) -> Path | None:
    """Return what ``--root`` says of one data set, the only one that is meant."""
    found = next(iter(parse_roots(given, dataset_id).values()), None)
    if found is not None and not adapter(dataset_id).needs_root:
        raise unexpected_root(found, [dataset_id])
    return found


def unexpected_root(folder: Path, datasets: Iterable[str]) -> UsageError:
    """Return the finding on a root that none of the data sets would be read from."""
    return UsageError.of(
        "bad-root",
        f"--root names {str(folder)[:200]!r}, and {', '.join(datasets)} is not read from there.",
        "Leave it out, or name the data set that lies there; a folder of your own is `generic`.",
    )
