"""The synthetic data sets: adapters, and videos whose frames are rendered on request."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from functools import cache, cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from mebench import RandomStream, digest, require_package
from mebench.datasets import Dataset, DatasetGenerator, Extent, Factor, Video
from mebench_synthetic.factors import CHANGES, recipe_at
from mebench_synthetic.recipe import EASY, HARD, STANDARD, Recipe
from mebench_synthetic.script import VideoScript
from mebench_synthetic.script_changes import filmed_scripts
from mebench_synthetic.truth import events_as_csv, truth_of

if TYPE_CHECKING:
    from mebench.datasets import Image, TruthManifest
    from mebench_synthetic.faces.rig import Rig


WITHOUT_FRAMES = ("factors.py", "truth.py")
"""Files that no frame depends on: what stress varies, and annotations."""


class SyntheticVideo(Video):
    """A rendered video."""

    def __init__(self, recipe: Recipe, subject_index: int, script: VideoScript) -> None:
        self.dataset, self.subject, self.id = recipe.id, script.subject, script.video
        self.fps, self.n_frames = float(recipe.fps), script.n_frames
        self.script = script
        self._recipe, self._subject_index = recipe, subject_index

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Render frames, one at a time."""
        require_package("cv2")
        from mebench_synthetic.motion import motion_of
        from mebench_synthetic.sensor import ImageSensor

        rig = cached_rig(self._recipe.seed, self._subject_index)
        motion = motion_of(self.script, self._recipe)
        sensor = ImageSensor(self._recipe, self.subject, self.id)
        for number in range(start, self.n_frames if stop is None else min(stop, self.n_frames)):
            yield sensor.expose(rig.frame(motion.pose(number)), number)

    def content_key(self) -> str:
        """Return a digest of what the pixels depend on: recipe, renderer, numpy and OpenCV.

        Any change of the renderer's files changes it, so cached frames are never outdated.
        """
        return digest(
            {
                "recipe": self._recipe.digest,
                "subject": self.subject,
                "video": self.id,
                "renderer": renderer_hash(),
                "numpy": version("numpy"),
                "opencv": _opencv_version(),
            },
            digits=32,
        )


class SyntheticDataset(Dataset):
    """The data set of a recipe."""

    def __init__(self, recipe: Recipe) -> None:
        self.id, self.recipe = recipe.id, recipe

    def truth(self) -> TruthManifest:
        """Return the truth; this needs no rendering."""
        return truth_of(self.recipe)

    def videos(self) -> Sequence[SyntheticVideo]:
        """Return the videos."""
        return self._videos

    @cached_property
    def _videos(self) -> list[SyntheticVideo]:
        return [
            SyntheticVideo(self.recipe, video_index // self.recipe.videos, script)
            for video_index, script in enumerate(filmed_scripts(self.recipe))
        ]


@cache
def renderer_hash() -> str:
    """Return a digest of all files that affect frames, from random streams to the sensor."""
    package = Path(__file__).parent
    texts = {
        str(path.relative_to(package)): path.read_text("utf-8")
        for path in package.rglob("*.py")
        if path.name not in WITHOUT_FRAMES
    }
    streams = Path(inspect.getfile(RandomStream)).read_text("utf-8")
    assets = (package / "faces" / "assets" / "assets.toml").read_text("utf-8")
    return digest([texts, streams, assets])


@lru_cache(maxsize=1)
def cached_rig(seed: int, subject_index: int) -> Rig:
    """Return the rig of a person; only the last is cached, since videos are ordered by subject."""
    from mebench_synthetic.faces.person import draw_person
    from mebench_synthetic.faces.rig import Rig

    return Rig(draw_person(RandomStream(seed, "person", subject_index), subject_index))


def _opencv_version() -> str:
    require_package("cv2")
    import cv2

    return str(cv2.__version__)


class SyntheticAdapter(DatasetGenerator):
    """Base class of the three presets."""

    licence = "CC0 1.0"
    obtain = "Install mebench-synthetic."
    needs_root = False
    recipe: ClassVar[Recipe]

    def open(self, root: Path | None) -> SyntheticDataset:
        """Open the data set; no files are read."""
        return SyntheticDataset(self.recipe)

    def generate(self, **sizes: Any) -> SyntheticDataset:
        """Return a data set of other sizes; arguments as of :meth:`Recipe.custom`."""
        return SyntheticDataset(Recipe.custom(**sizes))

    def factors(self) -> list[Factor]:
        """Return the factors: those of the standard recipe, which the levels start from."""
        return [factor for factor, _ in CHANGES.values()] if self.recipe is STANDARD else []

    def level(self, factor: str, value: float) -> SyntheticDataset:
        """Return the data set at a level of a factor."""
        return SyntheticDataset(recipe_at(self.recipe, factor, value))

    def events_as_csv(self, dataset: Dataset) -> str:
        """Return the table of all events of a generated data set."""
        assert isinstance(dataset, SyntheticDataset)
        return events_as_csv(dataset.recipe)


class Standard(SyntheticAdapter):
    """The data set of the ``synthetic-str`` leaderboard."""

    id = "synthetic"
    title = "Rendered faces, standard difficulty"
    extent = Extent(8, 16, 52, 30.0)
    recipe = STANDARD


class Easy(SyntheticAdapter):
    """Stronger expressions, little noise, a steady head."""

    id = "synthetic-easy"
    title = "Rendered faces, easy"
    extent = Extent(8, 16, 52, 30.0)
    recipe = EASY


class Hard(SyntheticAdapter):
    """Weaker expressions, more noise, sway, nods and macro-expressions."""

    id = "synthetic-hard"
    title = "Rendered faces, hard"
    extent = Extent(8, 16, 52, 30.0)
    recipe = HARD
