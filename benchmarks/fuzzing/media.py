"""Workbooks, arrays, weights, images, videos, folders of data sets and settings, to be broken."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fuzzing.mutations import (
    Chance,
    either,
    mutate_archive,
    mutate_bytes,
    mutate_png,
    mutate_text,
)
from mebench.datasets.checking.run_checks import check_copy
from mebench.datasets.dataset_paths import root_of
from mebench.datasets.frames.images import BadImageError, load_image
from mebench.datasets.frames.video_file import VideoFile
from mebench.datasets.registry import adapter
from mebench.datasets.repair_config import disabled_repairs
from mebench.diagnostics import Findings, MebenchError
from mebench.models.submission import SUBMISSION_FORMAT
from mebench.plots.run_videos import read_run_videos
from mebench.runner.weights import read_weights
from mebench.spreadsheets.table import ColumnSpec, find_table
from mebench.spreadsheets.workbook_file import read_workbook
from mebench.util.array_store import as_npz, from_npz
from mebench.util.atomic_write import to_json_text
from mebench_mean.hdf5_layers import read_layers
from tests.datasets import material
from tests.datasets.spreadsheets import making
from tests.evaluation.documents import interval, submission
from tests.mean.test_hdf5_layers import weight_file

Parts = tuple[str, float, Callable[[Chance], bytes], Callable[[Path, Chance], None], str]

ROWS: list[list[Any]] = [
    ["Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Estimated Emotion"],
    *([1, "EP02_01f", 46, 59, 86, "happiness"], [2, "EP03_02", 1, "/", 30.0, "微表情"]),
    *(["sub03", "x", None, 7, "12", ""], [None, None, None, None, None, None]),
]
COLUMNS = ["Subject", "Filename", "OnsetFrame"]


def _sheet(path: Path, chance: Chance) -> None:
    findings = Findings()
    book = read_workbook(path, findings)
    columns = [ColumnSpec(name, (name,)) for name in COLUMNS]
    table = find_table(book, columns, findings)
    for row in table.rows[:50] if table is not None else ():
        for name in COLUMNS:
            with contextlib.suppress(MebenchError):
                row.text(name)
            with contextlib.suppress(MebenchError):
                row.count(name)


def _arrays(path: Path, chance: Chance) -> None:
    with contextlib.suppress(ValueError):
        from_npz(path.read_bytes())


def _layers(path: Path, chance: Chance) -> None:
    with contextlib.suppress(ValueError):
        read_layers(path)


def _image(path: Path, chance: Chance) -> None:
    with contextlib.suppress(BadImageError):
        load_image(path)


def _video(path: Path, chance: Chance) -> None:
    video = VideoFile(path, dataset="d", subject="s", video="v")
    video.inspect(Findings())
    for _ in zip(range(3), video.frames(), strict=False):
        pass


def _run(folder: Path) -> tuple[list[bytes], Callable[[Path, Chance], None]]:
    """Return arrays of curves and predictions, and a function that reads them as a run."""
    folder.mkdir(parents=True)
    document = submission({"1/a": [interval(3, 9, score=0.5)]}) | {"format": SUBMISSION_FORMAT}
    predictions = to_json_text(document).encode()
    curves = as_npz({"1/a/smoothed": np.linspace(0, 1, 20)}, compressed=True)

    def use(path: Path, chance: Chance) -> None:
        content = path.read_bytes()
        is_archive = content.startswith(b"PK")
        (folder / "predictions.json").write_bytes(predictions if is_archive else content)
        (folder / "curves.npz").write_bytes(content if is_archive else curves)
        read_run_videos(folder, None)

    return [predictions, curves], use


def _weights(folder: Path) -> tuple[list[bytes], Callable[[Path, Chance], None]]:
    """Return a record and arrays of weights, and a function that reads them."""
    folder.mkdir(parents=True)
    arrays = as_npz({"a": np.zeros((2, 3), np.float32)})
    record = {
        "format": "mebench-weights/1",
        "baseline": "mean",
        "baseline_version": "1",
        "package": "mebench-mean 0.1.0",
        "options": {},
        "protocol": "synthetic-str@1",
        "datasets": ["synthetic"],
        "subjects": 3,
        "seed": 0,
        "classes": ["negative"],
        "one_per_video": False,
        "about": {},
        "mebench": "0.1.0",
        "arrays": sha256(arrays).hexdigest(),
    }

    def use(path: Path, chance: Chance) -> None:
        content = path.read_bytes()
        is_archive = content.startswith(b"PK")
        stated = record | {"arrays": sha256(content).hexdigest()} if is_archive else record
        text = to_json_text(stated).encode() if is_archive else content
        (folder / "weights.json").write_bytes(text)
        (folder / "weights.npz").write_bytes(content if is_archive else arrays)
        read_weights(folder)

    return [to_json_text(record).encode(), arrays], use


SETTINGS_TOML = b"""[roots]
casme2 = "data"
generic = "~/x"

[repairs.casme2]
sheet-typing = false

[datasets.odd]
root = "odd"
protocol = "odd.toml"
"""


def _settings(folder: Path) -> Callable[[Path, Chance], None]:
    folder.mkdir(parents=True)

    def use(path: Path, chance: Chance) -> None:
        (folder / "mebench.toml").write_bytes(path.read_bytes())
        with contextlib.chdir(folder):
            name = chance.choice(["casme2", "generic", "samm", "odd"])
            if chance.random() < 0.5:
                root_of(name)
            else:
                disabled_repairs(name, [repair.id for repair in adapter(name).repairs])

    return use


@contextlib.contextmanager
def _broken(root: Path, name: str, content: bytes, chance: Chance) -> Iterator[None]:
    """Replace one file of a folder, or put something odd beside it; restore it afterwards."""
    target = root / name
    before = target.read_bytes()
    extra: Path | None = None
    try:
        way = chance.randrange(8)
        if way == 0:
            target.unlink()
            make: Callable[[Path], None] = chance.choice([os.mkfifo, os.mkdir])
            make(target)
        elif way == 1:
            odd = chance.choice(
                [b"\xff", b"a\nb", b"img99999999999999999999.png", b"..x", b"-o", b"%s"]
            )
            extra = target.with_name(os.fsdecode(odd))
            extra.write_bytes(content)
        elif way == 2:
            target.unlink()
            target.symlink_to(
                chance.choice([target.name, "absent", "/dev/zero", "..", "/dev/null"])
            )
        else:
            target.write_bytes(content)
        yield
    finally:
        for path in (target, extra):
            if path is not None and path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path is not None and (path.exists() or path.is_symlink()):
                path.unlink()
        target.write_bytes(before)


def _folder(root: Path) -> tuple[Callable[[Chance], bytes], Callable[[Path, Chance], None]]:
    """Return functions that break a file of a small data set, and that check the data set."""
    material.generic_folder(root)
    material.video_file(root / "videos" / "s3" / "v1.mp4", 5)
    with (root / "truth.csv").open("a") as stream:
        stream.write("s3,v1,1,2,3,micro,disgust\n")
    names = [
        *("truth.csv", "dataset.toml", "truth.csv", "dataset.toml", "videos/s3/v1.mp4"),
        *(f"frames/s1/v1/img{number}.png" for number in (1, 2, 30)),
    ]

    def make(chance: Chance) -> bytes:
        name = chance.choice(names)
        mutate = mutate_text if name.endswith(("csv", "toml")) else mutate_png
        return name.encode() + b"\0" + mutate((root / name).read_bytes(), chance)

    def use(path: Path, chance: Chance) -> None:
        name, _, content = path.read_bytes().partition(b"\0")
        if name.decode("ascii", "replace") not in names:  # a minimized input
            return
        with _broken(root, name.decode(), content, chance):
            dataset = adapter("generic").survey(root, Findings())
            for video in dataset.videos():
                video.inspect(Findings())
                next(video.frames(), None)
            if chance.random() < 0.1:
                check_copy(adapter("generic"), root)

    return make, use


def targets(folder: Path) -> list[Parts]:
    """Return the targets of this module: name, weight, make, use and suffix."""
    folder.mkdir(parents=True)
    image = material.picture(5)
    import cv2

    def encoded(suffix: str, content: Any = image) -> bytes:
        settings = [cv2.IMWRITE_JPEG_PROGRESSIVE, 1] if suffix == ".jpg" else []
        return cv2.imencode(suffix, content, settings)[1].tobytes()

    gray = image[:, :, 0]
    deep = image.astype(np.uint16) * 257
    images = [encoded(".png"), encoded(".png", gray), encoded(".png", deep), encoded(".jpg")]
    images += [cv2.imencode(".jpg", image)[1].tobytes(), encoded(".bmp"), encoded(".bmp", gray)]
    videos = [
        material.video_file(folder / f"clip{suffix}", 5).read_bytes()
        for suffix in (".mp4", ".avi", ".mkv", ".mov", ".webm", ".ts", ".flv")
    ]
    xlsx = making.xlsx(folder / "s.xlsx", ROWS, second=[["x", "y"], [1, 2]]).read_bytes()
    xls = [making.xls(folder / "s.xls", ROWS[:3]), making.short_xls(folder / "short.xls")]
    old = [path.read_bytes() for path in xls]
    ods = making.ods(folder / "s.ods", ROWS[:3]).read_bytes()
    table = "\n".join(",".join(map(str, row)) for row in ROWS).encode()
    arrays = as_npz({"a": np.arange(6.0), "b": np.array("x")}, compressed=True)
    hdf5 = weight_file(folder / "w.hdf5").read_bytes()
    run, use_run = _run(folder / "run")
    weights, use_weights = _weights(folder / "weights")
    make_folder, use_folder = _folder(folder / "generic")

    def of(
        seeds: list[bytes], *ways: Callable[[bytes, Chance], bytes]
    ) -> Callable[[Chance], bytes]:
        mutate = either(*ways)
        return lambda chance: mutate(chance.choice(seeds), chance)

    def mixed(seeds: list[bytes]) -> Callable[[Chance], bytes]:
        def make(chance: Chance) -> bytes:
            seed = chance.choice(seeds)
            return (mutate_archive if seed.startswith(b"PK") else mutate_text)(seed, chance)

        return make

    return [
        ("xlsx", 1.5, of([xlsx], mutate_archive), _sheet, ".xlsx"),
        ("xls", 4, of(old, mutate_bytes), _sheet, ".xls"),
        ("ods", 1.5, of([ods], mutate_archive), _sheet, ".ods"),
        ("sheet csv", 3, of([table], mutate_text), _sheet, ".csv"),
        ("npz", 5, of([arrays], mutate_archive), _arrays, ".npz"),
        ("hdf5", 0.03, of([hdf5], mutate_bytes), _layers, ".hdf5"),
        ("image", 6, of(images, mutate_png), _image, ".png"),
        ("video", 1.5, of(videos, mutate_bytes, mutate_bytes, _repacked), _video, ".mp4"),
        ("run folder", 2, mixed(run), use_run, ""),
        ("weights", 2, mixed(weights), use_weights, ""),
        ("mebench.toml", 1, of([SETTINGS_TOML], mutate_text), _settings(folder / "settings"), ""),
        ("data set folder", 0.7, make_folder, use_folder, ""),
    ]


def _repacked(content: bytes, chance: Chance) -> bytes:
    """Put other data behind the beginning of a container."""
    head = content[: chance.choice([12, 64, 500])]
    lists = (b"#EXTM3U\n#EXTINF:1,\nx.mp4\n", b"ffconcat version 1.0\nfile x\n", content[:40])
    return head + chance.choice(lists) * chance.choice([1, 100])
