"""Data sets that mebench.toml names: folders in the generic layout under their own ids."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from mebench.datasets import open_dataset
from mebench.datasets.frames.video_container import VIDEO_SUFFIXES
from tests.cli.running import FINDINGS, FINE, USAGE, Run, mebench
from tests.datasets.licensed.miniatures import IDS, make
from tests.datasets.material import TRUTH_CSV, generic_folder, video_file

PROTOCOL = """
id = "odd@1"
title = "Odd"
task = "spot-then-recognize"
targets = ["micro"]
classes = ["happiness", "disgust", "negative"]
"""


def protocol(path: Path, *datasets: str) -> Path:
    """Write a protocol of these data sets."""
    path.write_text(PROTOCOL + "".join(f'[[datasets]]\nid = "{name}"\n' for name in datasets))
    return path


def unnamed(folder: Path) -> Path:
    """Write a folder that does not state which data set it is."""
    generic_folder(folder)
    (folder / "dataset.toml").write_text("fps = 25\nfirst_frame = 1\n")
    return folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a mebench.toml, the data set that it names, and a folder far below both."""
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "cache"))
    unnamed(tmp_path / "odd")
    protocol(tmp_path / "odd.toml", "odd")
    text = '[datasets.odd]\nroot = "odd"\nprotocol = "odd.toml"\ntitle = "The odd ones"\n'
    (tmp_path / "mebench.toml").write_text(text)
    (tmp_path / "a" / "b").mkdir(parents=True)
    return tmp_path


def test_every_command_reads_it_from_a_folder_below(project: Path) -> None:
    below = project / "a" / "b"

    def run(*arguments: str) -> Run:
        found = mebench(below, *arguments, COLUMNS="300")
        assert found.status == FINE, found
        return found

    row = next(line for line in run("datasets").out.splitlines() if line.startswith("odd "))
    assert row.split()[1:3] == ["yes", str(project / "odd")]
    places = json.loads(run("datasets", "where", "--format", "json").out)["datasets"]
    [place] = [one for one in places if one["dataset"] == "odd"]
    assert (place["folder"], place["by"]) == (str(project / "odd"), str(project / "mebench.toml"))
    assert (place["opens"], place["variable"]) == (True, "MEBENCH_ROOT_ODD")
    checked = run("datasets", "check", "odd").out
    assert "odd: no errors; 2 subjects" in checked
    assert "counts compared with odd@1." in checked
    assert run("datasets", "show", "odd").out.startswith("odd  The odd ones\n")
    assert "odd needs no repairs." in run("datasets", "repairs", "odd").out
    run("datasets", "preview", "odd", "--subject", "s1", "--video", "v1", "-o", "sheet.png")
    assert (below / "sheet.png").stat().st_size > 1000
    assert "Stored the frames" in run("datasets", "cache", "odd", "--yes").err
    truth = json.loads(run("datasets", "export-truth", "odd").out)
    assert truth["dataset"] == "odd"
    run("run-baseline", "fixed-grid", "--dataset", "odd", "-o", "run", "--jobs", "1")
    assert json.loads((below / "run" / "predictions.json").read_text())["protocol"] == "odd@1"


def test_python_opens_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "a")
    dataset = open_dataset("odd")
    assert (dataset.id, dataset.title) == ("odd", "The odd ones")
    assert {video.dataset for video in dataset.videos()} == {"odd"}
    assert dataset.protocol_file == project / "odd.toml"
    shutil.copytree(project / "odd", project / "copy")
    monkeypatch.setenv("MEBENCH_ROOT_ODD", str(project / "copy"))
    assert open_dataset("odd").truth_files == (project / "copy" / "truth.csv",)
    assert open_dataset("odd", project / "odd").truth_files == (project / "odd" / "truth.csv",)


@pytest.mark.parametrize(
    ("text", "name", "code", "words"),
    [
        (
            '[roots]\nodd = "odd"',
            "odd",
            "roots-unknown",
            '[datasets.odd] and below it root = "odd"',
        ),
        ('[roots]\ncasme22 = "x"', "casme22", "roots-unknown", "Did you mean 'casme2'?"),
        ('[datasets]\nodd = "odd"', "odd", "roots-syntax", "not a table"),
        ('[datasets.odd]\nrot = "odd"', "odd", "unknown-field", "Did you mean 'root'?"),
        ("[datasets.odd]\nroot = 3", "odd", "wrong-type", "/datasets/odd/root"),
        ('[datasets.odd]\nroot = ""', "odd", "value-empty", "/datasets/odd/root"),
        ('[datasets.casme2]\nroot = "odd"', "casme2", "dataset-name-taken", "in [roots]"),
        ('[datasets.Samm]\nroot = "odd"', "Samm", "dataset-name-taken", "'samm' already"),
        ('[datasets.generic]\nroot = "odd"', "generic", "dataset-name-taken", "'generic'"),
        (
            '[datasets.a-b]\nroot = "odd"\n[datasets.a_b]\nroot = "odd"',
            "a_b",
            "dataset-name-taken",
            "MEBENCH_ROOT_A_B",
        ),
        ('[datasets."a b"]\nroot = "odd"', "a b", "roots-syntax", "has no spaces"),
        ('[datasets."-a"]\nroot = "odd"', "odd", "roots-syntax", "begin with a hyphen"),
        ('[datasets.lab]\nroot = "odd"', "labb", "unknown-dataset-id", "Did you mean 'lab'?"),
        ('[datasets.lab]\nroot = "none"', "lab", "root-unreadable", "No such file"),
        ('[datasets.lab]\nroot = "odd"\nprotocol = "no.toml"', "lab", "file-unreadable", "no.toml"),
    ],
)
def test_configurations_that_make_no_sense(
    project: Path, text: str, name: str, code: str, words: str
) -> None:
    (project / "mebench.toml").write_text(text + "\n")
    run = mebench(project, "datasets", "check", "--", name)
    assert (run.status, code in run.codes()) == (USAGE, True), run.said
    assert words in run.said
    listed = mebench(project, "datasets")
    assert listed.status == FINE
    assert (code in listed.codes()) == (
        code not in {"unknown-dataset-id", "root-unreadable", "file-unreadable"}
    )


@pytest.mark.parametrize(
    ("table", "code"), [("roots", "roots-unknown"), ("datasets", "roots-syntax")]
)
def test_the_advice_works(project: Path, table: str, code: str) -> None:
    """The line is removed, and what the message says is written at the end of the file."""
    file = project / "mebench.toml"
    lines = f"[{table}]", 'odd = "odd"', "[roots]" * (table != "roots"), 'casme2 = "odd"'
    file.write_text("\n".join(lines) + "\n")
    run = mebench(project, "run-baseline", "empty", "--dataset", "odd", COLUMNS="400")
    assert run.codes() == {code}
    match = re.search(r"at the end of the file: (\S+) and below it (root = .*)", run.err)
    assert match is not None
    kept = [line for line in lines if not line.startswith("odd")]
    file.write_text("\n".join([*kept, *match.groups()]) + "\n")
    assert mebench(project, "datasets", "check", "odd").status == FINE
    assert not mebench(project, "datasets").codes()


def test_other_data_sets_need_no_valid_table(project: Path) -> None:
    (project / "mebench.toml").write_text("[datasets.odd]\nrot = 1\n")
    run = mebench(project, "datasets", "check", "generic", "--root", "odd")
    assert run.status == FINE, run.said


def test_the_folder_states_the_name_or_none(project: Path) -> None:
    settings = project / "odd" / "dataset.toml"
    settings.write_text('id = "odd"\n' + settings.read_text())
    assert mebench(project, "datasets", "check", "odd").status == FINE
    settings.write_text(settings.read_text().replace("odd", "lab"))
    run = mebench(project, "datasets", "check", "odd")
    assert (run.status, run.codes()) == (FINDINGS, {"dataset-mixed", "wrong-dataset"})
    run = mebench(project, "run-baseline", "empty", "--dataset", "odd", "-o", "run")
    assert (run.status, run.codes()) == (FINDINGS, {"dataset-mixed"})
    # The advice: the id as the name of the table, and a protocol of this data set.
    text = '[datasets.lab]\nroot = "odd"\nprotocol = "lab.toml"\n'
    (project / "mebench.toml").write_text(text)
    protocol(project / "lab.toml", "lab")
    assert mebench(project, "datasets", "check", "lab").status == FINE


def test_a_protocol_of_another_data_set_is_one_error(project: Path) -> None:
    (project / "mebench.toml").write_text('[datasets.lab]\nroot = "odd"\nprotocol = "odd.toml"\n')
    run = mebench(project, "datasets", "check", "lab")
    assert run.out.count("error [") == run.out.count("[wrong-dataset]") == 1
    run = mebench(project, "run-baseline", "empty", "--dataset", "lab", "-o", "run")
    assert (run.status, run.codes()) == (USAGE, {"wrong-dataset"})


def test_names_in_other_alphabets(project: Path) -> None:
    (project / "mebench.toml").write_text('[datasets."数据集"]\nroot = "odd"\n', encoding="utf-8")
    assert mebench(project, "datasets", "check", "数据集").status == FINE
    (project / "mebench.toml").write_text('[roots]\n"数据集" = "odd"\n', encoding="utf-8")
    run = mebench(project, "datasets", "check", "数据集")
    assert '[datasets."数据集"]' in run.said


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """Make a folder that states no id, with a protocol of its own."""
    protocol(unnamed(tmp_path / "odd") / "protocol.toml", "odd")
    return tmp_path


def signature(folder: Path) -> str:
    return str(json.loads((folder / "report.json").read_text())["signature"])


@pytest.mark.usefixtures("no_workers")
def test_a_protocol_names_an_unnamed_folder(lab: Path) -> None:
    """Whichever way a run names the folder, data set, predictions and signature are the same."""
    file = str(Path("odd") / "protocol.toml")
    assert mebench(lab, "datasets", "check", "generic", "--root", "odd").status == FINE
    assert (
        mebench(lab, "datasets", "check", "generic", "--root", "odd", "--protocol", file).status
        == FINE
    )
    results = set()
    for number, options in enumerate(
        (
            ("--dataset", "generic", "--root", "odd"),
            ("--dataset", "generic", "--root", "generic=odd", "--protocol", file),
            ("--protocol", file, "--root", "odd"),
            ("--protocol", file, "--root", "odd=odd"),
            ("--protocol", file, "--dataset", "odd", "--root", "odd=odd"),
        )
    ):
        run = mebench(lab, "run-baseline", "random", *options, "-o", f"run{number}", "--jobs", "1")
        assert run.status == FINE, run.said
        assert "random on odd under odd@1" in run.err
        folder = lab / f"run{number}"
        results.add(((folder / "predictions.json").read_text(), signature(folder)))
    assert len(results) == 1
    exports = (("generic", "--root", "odd"), ("--protocol", file, "--root", "odd"))
    for number, options in enumerate(exports):
        output = f"truth{number}.json"
        assert mebench(lab, "datasets", "export-truth", *options, "-o", output).status == FINE
        scored = mebench(
            *(lab, "score", "run0/predictions.json", "--truth", output, "--protocol", file),
            *("--format", "json"),
        )
        assert scored.status == FINE, scored.said
        assert json.loads(scored.out)["signature"] == signature(lab / "run0")
    truths = [json.loads((lab / f"truth{number}.json").read_text()) for number in (0, 1)]
    assert [truth.get("dataset") for truth in truths] == [None, "odd"]
    sheet = str(Path("odd") / "truth.csv")
    scored = mebench(lab, "score", "run0/predictions.json", "--truth", sheet, "--protocol", file)
    assert scored.status == FINE, scored.said


@pytest.mark.usefixtures("no_workers")
def test_a_composite_protocol_names_the_folder(lab: Path) -> None:
    protocol(lab / "both.toml", "odd", "even")
    unnamed(lab / "even")
    roots = ("--root", "odd=odd", "--root", "even=even")
    run = mebench(
        *(lab, "run-baseline", "random", "--protocol", "both.toml", *roots, "-o", "run"),
        *("--jobs", "1"),
    )
    assert run.status == FINE, run.said
    videos = json.loads((lab / "run" / "predictions.json").read_text())["videos"]
    assert {video["dataset"] for video in videos} == {"odd", "even"}
    export = ("datasets", "export-truth", "--protocol", "both.toml")
    assert mebench(lab, *export, *roots, "-o", "truth.json").status == FINE
    for given, words in (
        ("odd", "Write ID=DIR"),
        ("od=odd", "Did you mean 'odd'?"),
        ("odd=odd", "[root-needed] No folder is configured for data set even."),
    ):
        run = mebench(lab, *export, "--root", given)
        assert (run.status, words in run.said) == (USAGE, True), run.said


def test_a_protocol_does_not_say_which_of_its_data_sets_a_folder_is(lab: Path) -> None:
    protocol(lab / "both.toml", "odd", "synthetic")
    data = ("--dataset", "synthetic", "--dataset", "generic", "--root", "generic=odd")
    run = mebench(lab, "run-baseline", "empty", "--protocol", "both.toml", *data)
    assert (run.status, run.codes()) == (USAGE, {"wrong-dataset"})
    assert "--dataset ID --root ID=DIR" in run.said


def test_a_data_set_that_only_a_protocol_names_needs_a_root(lab: Path) -> None:
    run = mebench(lab, "run-baseline", "empty", "--protocol", "odd/protocol.toml")
    assert (run.status, run.codes()) == (USAGE, {"root-needed"})
    assert '`root = "DIR"` under `[datasets.odd]`' in run.said
    protocol(lab / "wrong.toml", "casme22")
    run = mebench(lab, "run-baseline", "empty", "--protocol", "wrong.toml")
    assert "Did you mean 'casme2'?" in run.said


def exported(folder: Path, **variables: str) -> list[dict[str, Any]]:
    """Return the videos of an exported truth."""
    run = mebench(folder, "datasets", "export-truth", "generic", "--root", ".", **variables)
    assert run.status == FINE, run.said
    videos: list[dict[str, Any]] = json.loads(run.out)["videos"]
    return videos


def test_lengths_and_frame_rates_are_exported(tmp_path: Path) -> None:
    unnamed(tmp_path)
    shutil.rmtree(tmp_path / "frames" / "s2")
    video_file(tmp_path / "videos" / "s2" / "v1.mp4", 25, fps=50)
    assert [(one["n_frames"], one["fps"]) for one in exported(tmp_path)] == [
        (30, 25),
        (12, 25),
        (25, 25),
    ]
    (tmp_path / "dataset.toml").write_text("first_frame = 1\n")
    assert [(one["n_frames"], one.get("fps")) for one in exported(tmp_path)] == [
        (30, None),
        (12, None),
        (25, 50),
    ]


@pytest.mark.parametrize("name", IDS)
def test_lengths_and_frame_rates_of_licensed_data_sets_are_exported(
    tmp_path: Path, name: str
) -> None:
    made = make(name, tmp_path / "copy")
    run = mebench(tmp_path, "datasets", "export-truth", name, "--root", made.root)
    assert run.status == FINE, run.said
    rows = {(one["subject"], one["video"]): one for one in json.loads(run.out)["videos"]}
    videos = open_dataset(name, made.root).videos()
    assert videos
    for video in videos:
        row = rows[video.subject, video.id]
        assert (row["n_frames"], row["fps"]) == (video.n_frames, video.fps)


def test_every_ending_of_a_video_file_is_found(tmp_path: Path) -> None:
    lines = ["subject,video,onset,offset"]
    for suffix in VIDEO_SUFFIXES:
        name = suffix.removeprefix(".")
        video_file(tmp_path / "videos" / "s1" / f"{name}{suffix}", 25)
        lines.append(f"s1,{name},3,9")
    (tmp_path / "truth.csv").write_text("\n".join(lines) + "\n")
    found = exported(tmp_path)
    assert {(one["n_frames"], one["fps"]) for one in found} == {(25, 25)}
    assert len(found) == len(VIDEO_SUFFIXES)
    run = mebench(tmp_path, "datasets", "check", "generic", "--root", ".")
    assert (run.status, run.codes("warning")) == (FINE, set())


def test_what_the_truth_states_is_exported(tmp_path: Path) -> None:
    unnamed(tmp_path)
    (tmp_path / "truth.csv").unlink()
    videos = [
        {"subject": "s1", "video": "v1", "n_frames": 31, "fps": 10, "intervals": []},
        {"subject": "s1", "video": "v2", "intervals": []},
        {"subject": "s2", "video": "v1", "intervals": [{"onset": 3, "offset": 25}]},
    ]
    document = {"format": "mebench-truth/1", "videos": videos}
    (tmp_path / "truth.json").write_text(json.dumps(document))
    assert [(one.get("n_frames"), one["fps"]) for one in exported(tmp_path)] == [
        (31, 10),
        (12, 25),
        (None, 25),
    ]
    run = mebench(tmp_path, "datasets", "check", "generic", "--root", ".")
    assert run.codes() == {"frame-count-differs", "frame-outside-video"}


def test_a_video_that_cannot_be_read_is_exported_without_a_length(tmp_path: Path) -> None:
    unnamed(tmp_path)
    (tmp_path / "truth.csv").write_text(TRUTH_CSV + "s3,v1,2,,5,micro,disgust\n")
    (tmp_path / "videos" / "s3").mkdir(parents=True)
    (tmp_path / "videos" / "s3" / "v1.mp4").write_bytes(b"nothing" * 9)
    assert [one.get("n_frames") for one in exported(tmp_path)] == [30, 12, 25, None]
