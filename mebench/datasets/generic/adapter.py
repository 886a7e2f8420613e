"""Read a folder in the generic layout: its truth, its settings and its videos."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mebench.datasets.contract import Adapter, Dataset, Video
from mebench.datasets.dataset_paths import OwnDataset, own_header, roots_file
from mebench.datasets.frames.scan_directory import is_folder, list_entries
from mebench.datasets.frames.video_file import VIDEO_SUFFIXES, open_video
from mebench.datasets.generic.metadata_files import PROTOCOL_FILE, DatasetSettings, read_settings
from mebench.datasets.opened_dataset import OpenedDataset
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.truth import TRUTH_FORMAT, TruthManifest
from mebench.util.regular_file import IrregularFileError, check_regular
from mebench.util.system import expand_home
from mebench.util.text import did_you_mean

FRAMES, VIDEOS = "frames", "videos"


def report_invalid_ids(
    ids: Iterable[str], remedy: str, place: Place | None, findings: Findings
) -> None:
    """Report the ids that cannot be used as file names."""
    for name in dict.fromkeys(ids):
        if (
            name.startswith(".")
            or name != name.strip()
            or "/" in name
            or "\\" in name
            or not name.isprintable()
            or len(name.encode("utf-8", "surrogatepass")) > 200
        ):
            message = f"The id {name[:80]!r} cannot be used as a file name."
            findings.error("id-unfit", message, remedy, place)


def find_videos(
    root: Path, truth: TruthManifest, dataset: str, settings: DatasetSettings, findings: Findings
) -> list[Video]:
    """Return the videos whose frames exist, in the order of the truth; report all others."""
    paths_of = _find_paths(root, findings)
    expected = {(row.subject, row.video) for row in truth.videos}
    unlisted = {ids: paths for ids, paths in paths_of.items() if ids not in expected}
    videos: list[Video] = []
    for row in truth.videos:
        paths = paths_of.get((row.subject, row.video), [])
        place = Place(file=str(root), subject=row.subject, video=row.video)
        if not paths:
            guess = did_you_mean(f"{row.subject}/{row.video}", map("/".join, unlisted))
            message = f"The video has neither a folder of frames nor a video file.{guess}"
            remedy = "Put its frames into frames/SUBJECT/VIDEO/, or the file into videos/SUBJECT/."
            findings.error("video-without-frames", message, remedy, place)
        elif len(paths) > 1:
            named = " and ".join(str(path.relative_to(root)) for path in paths)
            message = f"The video is stored more than once: {named}."
            findings.error("frames-ambiguous", message, "Keep one and remove the others.", place)
        else:
            fps = row.fps if row.fps is not None else settings.fps
            origin, ids = settings.first_frame, (row.subject, row.video)
            videos.append(open_video(paths[0], dataset, *ids, fps, origin, row.n_frames))
    message = "The truth does not list the video, so its frames were ignored."
    remedy = "Add it to the truth, even if it has no expressions, or remove the frames."
    for (subject, video), paths in unlisted.items():
        place = Place(file=str(paths[0]), subject=subject, video=video)
        findings.warning("frames-without-truth", message, remedy, place)
    return videos


def _find_paths(root: Path, findings: Findings) -> dict[tuple[str, str], list[Path]]:
    """Return all folders and video files that may hold a video, by subject and video."""
    paths_of: dict[tuple[str, str], list[Path]] = {}
    for base in (root / FRAMES, root / VIDEOS, root):
        for subject in list_entries(base, findings):
            if not is_folder(subject) or (base == root and subject.name in {FRAMES, VIDEOS}):
                continue
            for entry in list_entries(Path(subject.path), findings):
                path = Path(entry.path)
                if is_folder(entry):
                    paths_of.setdefault((subject.name, entry.name), []).append(path)
                elif path.suffix.lower() in VIDEO_SUFFIXES:
                    paths_of.setdefault((subject.name, path.stem), []).append(path)
    return paths_of


class GenericAdapter(Adapter):
    """Any data set in the generic layout.

    Parameters
    ----------
    name : str or None
        The id of a copy that states none. Without one, the truth names no data set, so that every
        protocol of a single data set can score it.
    """

    id = "generic"
    title = "A folder of your own"
    licence = "your own"
    obtain = "Put frames and a truth into one folder: see the data sets page of the documentation."
    id_from_copy = True

    def __init__(self, name: str | None = None) -> None:
        self.name = name

    def open(self, root: Path | None) -> Dataset:
        """Open a folder; raise all problems of its truth, and all videos without frames."""
        findings = Findings()
        dataset = self.survey(root, findings)
        findings.raise_errors()
        return dataset

    def survey(self, root: Path | None, findings: Findings) -> Dataset:
        """Open a folder with everything in it that is valid; raise an error without a truth."""
        assert root is not None
        settings = read_settings(root, findings)
        path = truth_file(root)
        truth = _read_truth(path, settings, findings)
        stated = _stated_id(truth, settings, path, findings) or self.name
        identifier = stated or GenericAdapter.id
        rows = [
            row.model_copy(update={"dataset": None, "fps": row.fps or settings.fps})
            for row in truth.videos
        ]
        truth = truth.model_copy(update={"dataset": stated, "videos": rows})
        ids = (name for row in rows for name in (row.subject, row.video))
        remedy = "Rename the subject or video in the truth and on disk."
        report_invalid_ids(ids, remedy, Place(file=str(path)), findings)
        videos = find_videos(root, truth, identifier, settings, findings)
        dataset = OpenedDataset(identifier, truth, videos)
        dataset.title, dataset.truth_files = settings.title, (path,)
        own_protocol = root / PROTOCOL_FILE
        dataset.protocol_file = own_protocol if own_protocol.is_file() else None
        return dataset

    def looks_right(self, folder: Path) -> bool:
        """Check whether the folder has a truth file."""
        return truth_file(folder).is_file()


class OwnAdapter(GenericAdapter):
    """A data set that ``mebench.toml`` or a protocol names: a folder in the generic layout.

    The folder states no id, or this one: protocols, options and files of predictions use it.
    """

    def __init__(self, name: str, table: OwnDataset | None = None) -> None:
        super().__init__(name)
        self.id, self._table = name, table
        self.title = (table and table.title) or GenericAdapter.title

    def survey(self, root: Path | None, findings: Findings) -> Dataset:
        """Open a folder; report another id than the expected one."""
        dataset, table = super().survey(root, findings), self._table
        if dataset.id != self.id:
            stated = dataset.id[:80]
            message = f"The folder states that it is the data set {stated!r}, not {self.id!r}."
            remedy = (
                "Remove the id from dataset.toml and from the truth, or use it as the name: "
                f"{own_header(stated)} in mebench.toml."
            )
            findings.error("dataset-mixed", message, remedy, Place(file=str(root)))
        if table is not None:
            dataset.title = table.title or dataset.title
            if table.protocol is not None:
                dataset.protocol_file = roots_file().parent / expand_home(table.protocol)
        return dataset


def truth_file(root: Path) -> Path:
    """Return the only truth file of a folder; raise ``truth-file-needed`` if there is not one."""
    files = [root / name for name in ("truth.json", "truth.csv") if (root / name).exists()]
    if len(files) == 1:
        return files[0]
    message = "The folder contains neither truth.json nor truth.csv."
    remedy = (
        "Check that --root, or root in mebench.toml, is the folder of the truth file; "
        "`mebench convert truth` writes one from a sheet."
    )
    if files:
        message, remedy = "The folder contains both truth.json and truth.csv.", "Remove one."
    raise MebenchError.of("truth-file-needed", message, remedy, Place(file=str(root)))


def _read_truth(path: Path, settings: DatasetSettings, findings: Findings) -> TruthManifest:
    from mebench.formats.loader import read_truth
    from mebench.formats.writers import to_truth_manifest

    first_frame = None if path.suffix == ".json" else settings.truth_first_frame
    try:
        check_regular(path, follow_links=True)  # a pipe would wait forever
        sheet = read_truth(path, findings, first_frame=first_frame)
    except IrregularFileError as error:
        raise MebenchError([*findings.kept, error.as_diagnostic()], findings.omitted) from None
    except MebenchError as error:
        findings.extend_from(error)
        raise MebenchError(findings.kept, findings.omitted) from None
    findings.raise_errors()
    if not sheet.videos:
        raise MebenchError.of(
            "wrong-task" if sheet.samples else "truth-file-needed",
            "The truth lists no video.",
            "List the subject and video of every expression, and every video without expressions.",
            Place(file=str(path)),
        )
    record = to_truth_manifest(sheet, path)
    return TruthManifest(
        format=TRUTH_FORMAT, dataset=record.dataset, blind=record.blind, videos=record.videos
    )


def _stated_id(
    truth: TruthManifest, settings: DatasetSettings, path: Path, findings: Findings
) -> str | None:
    """Return the data set's id; truth and ``dataset.toml`` must not contradict each other."""
    ids = sorted(filter(None, {video.dataset or truth.dataset for video in truth.videos}))
    place = Place(file=str(path))
    if len(ids) > 1:
        listed = ", ".join(repr(identifier)[:80] for identifier in ids)
        message = f"The truth contains several data sets: {listed}."
        findings.error("dataset-mixed", message, "Put each data set into its own folder.", place)
    elif settings.id is not None and ids and ids[0] != settings.id:
        named = f"{ids[0]!r}, but dataset.toml names {settings.id!r}"
        message = f"The truth names the data set {named}."
        findings.error("dataset-mixed", message, "Correct the wrong one.", place)
    return settings.id or next(iter(ids), None)
