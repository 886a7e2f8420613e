"""The files that stand beside the frames of a written data set."""

from __future__ import annotations

from mebench.datasets.generic.dataset import PROTOCOL_FILE
from mebench.datasets.generic.protocol import protocol_for
from mebench.datasets.generic.settings import SETTINGS_FILE, to_toml
from mebench.files import to_json_text
from mebench.records.truth import TruthManifest

README = """\
{title}

{subjects} subjects, {videos} videos, {frames} frames, written by mebench in its generic layout:

truth.json      every video and expression; frames count from 0
dataset.toml    what this data set is
protocol.toml   a protocol for exactly this data set
frames/         SUBJECT/VIDEO/img000000 and so on: frame 0 is img000000
writing.json    which data set this is a copy of, and whether it is complete

In each video's folder, `sha256sum -c sha256.txt` checks the frames.
`mebench datasets check generic --root .` checks the whole.

{licence}
"""


def metadata_texts(truth: TruthManifest, dataset: str, title: str, licence: str) -> dict[str, str]:
    """Return the texts of the files beside the frames, by name.

    Parameters
    ----------
    truth : TruthManifest
        The truth, with the length of every video.
    dataset : str
        The data set's id.
    title, licence : str
        For people.
    """
    title = title or dataset
    settings = {"id": dataset, "title": title, "licence": licence, "first_frame": 0}
    protocol = protocol_for(truth, dataset, title).to_json()
    readme = README.format(
        title=title,
        subjects=len({video.subject for video in truth.videos}),
        videos=len(truth.videos),
        frames=sum(video.n_frames or 0 for video in truth.videos),
        licence=f"Licence: {licence}" if licence else "",
    )
    return {
        "truth.json": to_json_text(truth.to_json()),
        SETTINGS_FILE: to_toml({name: value for name, value in settings.items() if value != ""}),
        PROTOCOL_FILE: to_toml(protocol),
        "README.txt": readme.rstrip() + "\n",
    }
