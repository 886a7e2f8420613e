"""The registered data sets: open one by its id, or several for a composite protocol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from mebench.datasets.contract import Adapter, Dataset
from mebench.datasets.dataset_paths import root_of
from mebench.diagnostics import Findings, MebenchError, UsageError
from mebench.models.truth import TRUTH_FORMAT, TruthManifest
from mebench.util.arguments import check_argument
from mebench.util.extras import DATASET_INSTALL_LINE, DATASET_PACKAGES, load_plugin
from mebench.util.system import expand_home
from mebench.util.text import did_you_mean

GROUP = "mebench.datasets"


@cache
def adapter_ids() -> tuple[str, ...]:
    """Return the ids of all data sets, in alphabetical order."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def missing_ids() -> tuple[str, ...]:
    """Return the ids of this project's data sets whose package is not installed."""
    return tuple(sorted(DATASET_PACKAGES.keys() - set(adapter_ids())))


def adapter(identifier: str) -> Adapter:
    """Return the adapter of a data set; raise UsageError if there is none, or it is broken."""
    if identifier in missing_ids():
        package = f"the package {DATASET_PACKAGES[identifier]}, which is not installed"
        message = f"The data set {identifier!r} is in {package}."
        raise UsageError.of("dataset-not-installed", message, DATASET_INSTALL_LINE)
    if identifier not in adapter_ids():
        guess = did_you_mean(identifier, adapter_ids())
        message = f"There is no data set {identifier[:80]!r}.{guess}"
        remedy = "Run `mebench datasets` to list them; read a folder of your own as `generic`."
        raise UsageError.of("unknown-dataset-id", message, remedy)
    plugin: Adapter = load_plugin(GROUP, identifier, Adapter)()  # type: ignore[type-abstract]
    return plugin


def open_dataset(identifier: str, root: Path | None = None) -> Dataset:
    """Open a data set.

    Parameters
    ----------
    identifier : str
        Id of the data set.
    root : Path, optional
        Its folder; by default the configured one.

    Raises
    ------
    MebenchError
        If there is no such data set, or its copy is missing or invalid.
    """
    check_argument("identifier", identifier, isinstance(identifier, str), "the id of a data set")
    is_folder = root is None or isinstance(root, str | Path)
    check_argument("root", root, is_folder, "the path of a folder or None")
    root = None if root is None else Path(root)
    found = adapter(identifier)
    return found.open(root_of(found.id, root) if found.needs_root else None)


def merge_truths(datasets: Sequence[Dataset]) -> TruthManifest:
    """Merge the truths of data sets; each row names its data set, unless there is only one."""
    truths = [dataset.truth() for dataset in datasets]
    if len(truths) == 1:
        return truths[0]
    merged = TruthManifest(format=TRUTH_FORMAT, blind=all(truth.blind for truth in truths))
    for dataset, truth in zip(datasets, truths, strict=True):
        named = {"dataset": dataset.id}
        merged.repairs.extend(repair.model_copy(update=named) for repair in truth.repairs)
        merged.videos.extend(video.model_copy(update=named) for video in truth.videos)
        merged.samples.extend(sample.model_copy(update=named) for sample in truth.samples)
    return merged


def open_datasets(identifiers: Sequence[str], roots: Sequence[str]) -> list[Dataset]:
    """Open data sets, each in its folder; raise the problems of all of them."""
    folders = folders_of(identifiers, roots)
    findings, opened = Findings(), []
    error_types: set[type[MebenchError]] = set()
    for name in identifiers:
        try:
            opened.append(open_dataset(name, folders.get(name)))
        except MebenchError as error:
            findings.extend_from(error)
            error_types.add(type(error))
    if error_types:
        error_type = UsageError if UsageError in error_types else MebenchError
        raise error_type(findings.kept, findings.omitted)
    return opened


def parse_roots(roots: Iterable[str], only: str | None = None) -> dict[str | None, Path]:
    """Parse the values of ``--root``: ``ID=DIR``, or a bare ``DIR``, which gets the key None.

    If ``only`` one data set is read by the command, other ids are refused.
    """
    folders: dict[str | None, Path] = {}
    for text in roots:
        name, equals, named_folder = text.partition("=")
        is_named = bool(equals) and (name in adapter_ids() or not Path(text).exists())
        key, folder = (name, named_folder) if is_named else (None, text)
        if not folder:
            raise _bad_root(f"--root {text!r} names no folder.", "Write ID=DIR.")
        if key is not None and key not in adapter_ids():
            guess = did_you_mean(key, adapter_ids())
            message = f"--root {text[:200]!r}: there is no data set {key[:80]!r}.{guess}"
            remedy = "Write ID=DIR with the id of a data set, or an existing DIR alone."
            raise _bad_root(message, remedy)
        if only is not None and key not in {None, only}:
            message = f"--root {text[:200]!r} is for data set {key}, but the command reads {only}."
            raise _bad_root(message, f"Write {only}=DIR.")
        if key in folders or (only is not None and folders):
            owner = key or only or "the data set"
            raise _bad_root(f"--root names two folders for {owner}.", "Name one folder.")
        folders[key] = expand_home(folder)
    return folders


def _bad_root(message: str, remedy: str) -> UsageError:
    return UsageError.of("bad-root", message, remedy)


def folders_of(identifiers: Sequence[str], roots: Iterable[str]) -> dict[str | None, Path]:
    """Return the folders that ``--root`` names; a bare ``DIR`` is for the only data set."""
    only = identifiers[0] if len(identifiers) == 1 else None
    folders = parse_roots(roots, only)
    if only is not None and None in folders:
        folders[only] = folders.pop(None)
    with_root = [name for name in identifiers if adapter(name).needs_root]
    for name, folder in folders.items():
        if name not in with_root:
            raise _bad_root(
                f"--root names {str(folder)[:200]!r}, but {', '.join(identifiers)} is not read "
                "from there.",
                "Omit --root, or name the data set that is in that folder; use `generic` for a "
                "folder of your own.",
            )
    return folders


def root_given(roots: Iterable[str], dataset_id: str) -> Path | None:
    """Return the folder that ``--root`` names for the only data set of a command."""
    return folders_of([dataset_id], roots).get(dataset_id)
