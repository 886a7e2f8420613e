"""The registered data sets: open one by its id, or several for a composite protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mebench.datasets.contract import Adapter, Dataset, DatasetGenerator
from mebench.datasets.dataset_ids import GROUP, missing_ids, reserved_ids
from mebench.datasets.dataset_ids import adapter_ids as adapter_ids
from mebench.datasets.dataset_paths import (
    configured_roots,
    own_datasets,
    own_header,
    root_of,
    unknown_root,
)
from mebench.datasets.factors import Factor
from mebench.diagnostics import Findings, MebenchError, UsageError
from mebench.models.truth import TRUTH_FORMAT, TruthManifest
from mebench.util.arguments import check_argument
from mebench.util.extras import DATASET_INSTALL_LINE, DATASET_PACKAGES, load_plugin, place_in_plugin
from mebench.util.system import expand_home
from mebench.util.text import did_you_mean


def known_ids() -> tuple[str, ...]:
    """Return the ids of all data sets that can be opened, those of ``mebench.toml`` included.

    An invalid ``mebench.toml`` names none.
    """
    try:
        return tuple(sorted({*adapter_ids(), *own_datasets()}))
    except UsageError:
        return adapter_ids()


def adapter(identifier: str) -> Adapter:
    """Return the adapter of a data set; raise UsageError if there is none, or it is broken."""
    if identifier in missing_ids():
        package = f"the package {DATASET_PACKAGES[identifier]}, which is not installed"
        message = f"The data set {identifier!r} is in {package}."
        raise UsageError.of("dataset-not-installed", message, DATASET_INSTALL_LINE)
    if identifier not in adapter_ids():
        return _own_adapter(identifier)
    return _create(identifier, load_plugin(GROUP, identifier, Adapter))  # type: ignore[type-abstract]


REQUIRED_TEXTS = ("id", "title", "licence", "obtain")


def _create(identifier: str, kind: type[Adapter]) -> Adapter:
    """Return an adapter of an entry point; raise ``plugin-broken`` if it lacks something."""
    try:
        created = kind()
    except Exception as error:  # a plugin is not our code: it may raise anything
        problem = f"cannot be created: {type(error).__name__}: {error!s:.300}"
        raise _broken(identifier, f"{problem}.", "Correct the class.") from error
    for name in REQUIRED_TEXTS:
        if not isinstance(getattr(created, name, None), str):
            raise _broken(identifier, f"has no text `{name}`.", f"Define `{name}` in the class.")
    if created.id != identifier:
        problem = f"has the id {created.id[:80]!r}, but its entry point is {identifier!r}."
        raise _broken(identifier, problem, "Give both the same name.")
    return created


def _broken(identifier: str, problem: str, remedy: str) -> UsageError:
    return UsageError.of("plugin-broken", f"The adapter of data set {identifier} {problem}", remedy)


@contextmanager
def guarded(found: Adapter) -> Iterator[None]:
    """Turn an exception of another package's adapter into the error ``adapter-raised``."""
    try:
        yield
    except MebenchError:
        raise
    except Exception as error:  # a plugin is not our code: it may raise anything
        if type(found).__module__.startswith("mebench."):
            raise
        raise MebenchError.of(
            "adapter-raised",
            f"The adapter of data set {found.id} failed: {type(error).__name__}: {error!s:.300}.",
            "Check that the copy is complete. If it is, correct the adapter.",
            place_in_plugin(error, type(found)),
        ) from error


def _own_adapter(identifier: str) -> Adapter:
    """Return the adapter of a data set that ``mebench.toml`` names."""
    from mebench.datasets.generic.adapter import OwnAdapter

    table = own_datasets().get(identifier)
    if table is not None:
        return OwnAdapter(identifier, table)
    folder = configured_roots().get(identifier)
    if folder is not None:
        raise unknown_root(identifier, folder)
    guess = did_you_mean(identifier, known_ids())
    message = f"There is no data set {identifier[:80]!r}.{guess}"
    remedy = (
        "Run `mebench datasets` to list them. Read a folder of your own as `generic`, or name it: "
        f'write {own_header(identifier[:80])} and below it root = "DIR" at the end of mebench.toml.'
    )
    raise UsageError.of("unknown-dataset-id", message, remedy)


def protocol_adapter(identifier: str) -> Adapter:
    """Return the adapter of a data set of a protocol.

    One that mebench does not know is the user's own: a folder in the generic layout.
    """
    from mebench.datasets.generic.adapter import OwnAdapter

    return adapter(identifier) if is_known(identifier) else OwnAdapter(identifier)


def is_known(identifier: str) -> bool:
    """Return whether mebench or ``mebench.toml`` has a data set with this id."""
    return identifier in reserved_ids() or identifier in own_datasets()


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
    return _open(adapter(identifier), None if root is None else Path(root))


def factors_of(identifier: str) -> dict[str, Factor]:
    """Return by name what a generated data set can vary; none for one that is read from files."""
    found = adapter(identifier)
    if not isinstance(found, DatasetGenerator):
        return {}
    with guarded(found):
        return {factor.name: factor for factor in found.factors()}


def open_level(identifier: str, factor: str, value: float) -> Dataset:
    """Return a generated data set with another value of one of its factors."""
    found = adapter(identifier)
    assert isinstance(found, DatasetGenerator)
    with guarded(found):
        return found.level(factor, value)


def _open(found: Adapter, root: Path | None) -> Dataset:
    folder = root_of(found.id, root) if found.needs_root else None
    with guarded(found):
        return found.open(folder)


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
    """Open the data sets of a protocol, each in its folder; raise the problems of all of them."""
    folders = folders_of(identifiers, roots)
    findings, opened = Findings(), []
    error_types: set[type[MebenchError]] = set()
    for name in identifiers:
        try:
            opened.append(_open(protocol_adapter(name), folders.get(name)))
        except MebenchError as error:
            findings.extend_from(error)
            error_types.add(type(error))
    if error_types:
        error_type = UsageError if UsageError in error_types else MebenchError
        raise error_type(findings.kept, findings.omitted)
    return opened


def parse_roots(
    roots: Iterable[str], only: str | None = None, names: Sequence[str] = ()
) -> dict[str | None, Path]:
    """Parse the values of ``--root``: ``ID=DIR``, or a bare ``DIR``, which gets the key None.

    If ``only`` one data set is read by the command, other ids are refused; ``names`` are the ids of
    a protocol, which mebench need not know.
    """
    folders: dict[str | None, Path] = {}
    for text in roots:
        name, equals, named_folder = text.partition("=")
        is_named = bool(equals) and (name in names or is_known(name) or not Path(text).exists())
        key, folder = (name, named_folder) if is_named else (None, text)
        if not folder:
            raise _bad_root(f"--root {text!r} names no folder.", "Write ID=DIR.")
        if key is not None and key not in names and not is_known(key):
            guess = did_you_mean(key, (*names, *known_ids()))
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
    folders = parse_roots(roots, only, identifiers)
    if only is not None and None in folders:
        folders[only] = folders.pop(None)
    with_root = [name for name in identifiers if protocol_adapter(name).needs_root]
    for name, folder in folders.items():
        if name is None:
            message = f"--root {str(folder)[:200]!r} does not say which data set is in this folder."
            raise _bad_root(message, f"Write ID=DIR; ID is {' or '.join(with_root)}.")
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
