"""Read a folder in the generic layout: its truth, its settings and its videos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from mebench.datasets.contract import Adapter, Dataset, Video
from mebench.datasets.frames.frame_folder import FolderVideo
from mebench.datasets.frames.scan_directory import is_folder, list_entries
from mebench.datasets.frames.video_file import VIDEO_SUFFIXES, FileVideo
from mebench.datasets.generic.metadata_files import PROTOCOL_FILE, DatasetSettings, read_settings
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.truth import TRUTH_FORMAT, TruthManifest, TruthVideo
from mebench.util.text import did_you_mean


class GenericDataset(Dataset):
    """An opened folder in the generic layout, with the settings in its ``dataset.toml``.

    Its id is that in ``dataset.toml`` or in the truth, or ``generic``.
    """

    def __init__(
        self,
        identifier: str,
        root: Path,
        settings: DatasetSettings,
        truth_file: Path,
        truth: TruthManifest,
        videos: Sequence[Video],
    ) -> None:
        self.id, self.root, self.settings = identifier, root, settings
        self.title, self.truth_files = settings.title, (truth_file,)
        self._truth, self._videos = truth, videos
        own = root / PROTOCOL_FILE
        self.protocol_file = own if own.is_file() else None

    def truth(self) -> TruthManifest:
        """Return the truth."""
        return self._truth

    def videos(self) -> Sequence[Video]:
        """Return the videos."""
        return self._videos


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
    """Return the videos in a truth whose frames exist, in the order of the truth.

    Videos without frames, videos stored twice, and frames without truth become findings.
    """
    paths_of = _find_paths(root, findings)
    expected = {(row.subject, row.video) for row in truth.videos}
    unlisted = {ids: paths for ids, paths in paths_of.items() if ids not in expected}
    videos: list[Video] = []
    for row in truth.videos:
        paths = paths_of.get((row.subject, row.video), [])
        place = Place(file=str(root), subject=row.subject, video=row.video)
        if not paths:
            findings.error(
                "video-without-frames",
                "The video has neither a folder of frames nor a video file."
                + did_you_mean("/".join((row.subject, row.video)), map("/".join, unlisted)),
                "Put its frames into frames/SUBJECT/VIDEO/, or the file into videos/SUBJECT/.",
                place,
            )
        elif len(paths) > 1:
            named = " and ".join(str(path.relative_to(root)) for path in paths)
            message = f"The video is stored more than once: {named}."
            findings.error("frames-ambiguous", message, "Keep one and remove the others.", place)
        else:
            videos.append(_video(paths[0], row, dataset, settings))
    for (subject, video), paths in unlisted.items():
        findings.warning(
            "frames-without-truth",
            "The truth does not list the video, so its frames were ignored.",
            "Add it to the truth, even if it has no expressions, or remove the frames.",
            Place(file=str(paths[0]), subject=subject, video=video),
        )
    return videos


def _video(path: Path, row: TruthVideo, dataset: str, settings: DatasetSettings) -> Video:
    subject, video = row.subject, row.video
    fps = row.fps if row.fps is not None else settings.fps
    if path.is_dir():
        origin = settings.first_frame
        return FolderVideo(
            path, dataset=dataset, subject=subject, video=video, fps=fps, origin=origin
        )
    return FileVideo(
        path, dataset=dataset, subject=subject, video=video, fps=fps, n_frames=row.n_frames
    )


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


TRUTH_FILES = ("truth.json", "truth.csv")


class GenericAdapter(Adapter):
    """Any data set in the generic layout."""

    id = "generic"
    title = "A folder of your own"
    licence = "your own"
    obtain = "Put frames and a truth into one folder: see the data sets page of the documentation."
    id_from_copy = True

    def open(self, root: Path | None) -> GenericDataset:
        """Open a folder; raise all problems of its truth, and all videos without frames."""
        findings = Findings()
        dataset = self.survey(root, findings)
        findings.raise_errors()
        return dataset

    def survey(self, root: Path | None, findings: Findings) -> GenericDataset:
        """Open a folder with everything in it that is valid; raise an error without a truth."""
        assert root is not None
        settings = read_settings(root, findings)
        path = truth_file(root)
        truth = _read_truth(path, settings, findings)
        identifier = _identifier(truth, settings, path, findings)
        rows = [
            row.model_copy(update={"dataset": None, "fps": row.fps or settings.fps})
            for row in truth.videos
        ]
        truth = truth.model_copy(update={"dataset": identifier, "videos": rows})
        report_invalid_ids(
            (name for row in rows for name in (row.subject, row.video)),
            "Rename the subject or video in the truth and on disk.",
            Place(file=str(path)),
            findings,
        )
        videos = find_videos(root, truth, identifier, settings, findings)
        return GenericDataset(identifier, root, settings, path, truth, videos)

    def looks_right(self, folder: Path) -> bool:
        """Check whether the folder has a truth file."""
        return truth_file(folder).is_file()


def truth_file(root: Path) -> Path:
    """Return the only truth file of a folder; raise ``truth-file-needed`` if there is not one."""
    files = [root / name for name in TRUTH_FILES if (root / name).exists()]
    if len(files) != 1:
        raise MebenchError.of(
            "truth-file-needed",
            "The folder contains both truth.json and truth.csv."
            if files
            else "The folder contains neither truth.json nor truth.csv.",
            "Remove one." if files else "Check that --root is the folder of the truth file.",
            Place(file=str(root)),
        )
    return files[0]


def _read_truth(path: Path, settings: DatasetSettings, findings: Findings) -> TruthManifest:
    from mebench.formats.loader import read_truth
    from mebench.formats.writers import to_truth_manifest

    first_frame = None if path.suffix == ".json" else settings.truth_first_frame
    try:
        sheet = read_truth(path, findings, first_frame=first_frame)
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


def _identifier(
    truth: TruthManifest, settings: DatasetSettings, path: Path, findings: Findings
) -> str:
    """Return the data set's id; truth and ``dataset.toml`` must not contradict each other."""
    ids = sorted(filter(None, {video.dataset or truth.dataset for video in truth.videos}))
    if len(ids) > 1:
        listed = ", ".join(repr(identifier)[:80] for identifier in ids)
        message = f"The truth contains several data sets: {listed}."
        remedy = "Put each data set into its own folder."
        findings.error("dataset-mixed", message, remedy, Place(file=str(path)))
    elif settings.id is not None and ids and ids[0] != settings.id:
        message = (
            f"The truth names the data set {ids[0]!r}, but dataset.toml names {settings.id!r}."
        )
        findings.error("dataset-mixed", message, "Correct the wrong one.", Place(file=str(path)))
    return settings.id or next(iter(ids), GenericAdapter.id)
