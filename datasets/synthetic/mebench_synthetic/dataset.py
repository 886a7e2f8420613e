"""The synthetic data sets: adapters, and videos that are rendered when frames are requested."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from functools import cache, cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from mebench import RandomStream, digest
from mebench.datasets import Adapter, Dataset, Extent, Video
from mebench_synthetic.recipe import EASY, HARD, STANDARD, Recipe
from mebench_synthetic.script import VideoScript, scripts_of
from mebench_synthetic.truth import truth_of

if TYPE_CHECKING:
    from mebench.datasets import Image, TruthManifest
    from mebench_synthetic.faces.rig import Rig


class SyntheticVideo(Video):
    """A rendered video."""

    def __init__(self, recipe: Recipe, place: int, script: VideoScript) -> None:
        self.dataset, self.subject, self.id = recipe.id, script.subject, script.video
        self.fps, self.n_frames = float(recipe.fps), script.n_frames
        self.script = script
        self._recipe, self._place = recipe, place

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Render frames, one at a time."""
        from mebench_synthetic.motion import motion_of
        from mebench_synthetic.sensor import ImageSensor

        rig = cached_rig(self._recipe.seed, self._place)
        motion = motion_of(self.script, self._recipe)
        camera = ImageSensor(self._recipe, self.subject, self.id)
        for number in range(start, self.n_frames if stop is None else min(stop, self.n_frames)):
            yield camera.expose(rig.frame(motion.pose(number)), number)

    def content_key(self) -> str:
        """Return what the pixels depend on: recipe, renderer and the libraries that compute.

        Any change of the renderer's files changes it, so that nothing old is taken for new.
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
        """Return the truth, which needs no rendering."""
        return truth_of(self.recipe)

    def videos(self) -> Sequence[SyntheticVideo]:
        """Return the videos."""
        return self._videos

    @cached_property
    def _videos(self) -> list[SyntheticVideo]:
        return [
            SyntheticVideo(self.recipe, place // self.recipe.videos, script)
            for place, script in enumerate(scripts_of(self.recipe))
        ]


@cache
def renderer_hash() -> str:
    """Return a digest of the files that make frames, from random streams to the sensor."""
    here = Path(__file__).parent
    texts = {str(path.relative_to(here)): path.read_text("utf-8") for path in here.rglob("*.py")}
    streams = Path(inspect.getfile(RandomStream)).read_text("utf-8")
    return digest([texts, streams, (here / "faces" / "assets" / "assets.toml").read_text("utf-8")])


@lru_cache(maxsize=1)
def cached_rig(seed: int, place: int) -> Rig:
    """Return the rig of a person; the last is kept, since videos come subject by subject."""
    from mebench_synthetic.faces.person import draw_person
    from mebench_synthetic.faces.rig import Rig

    return Rig(draw_person(RandomStream(seed, "person", place), place))


def _opencv_version() -> str:
    import cv2

    return str(cv2.__version__)


class SyntheticAdapter(Adapter):
    """What the three presets have in common."""

    licence = "CC0 1.0"
    obtain = "Install mebench-synthetic."
    needs_root = False
    recipe: ClassVar[Recipe]

    def open(self, root: Path | None) -> SyntheticDataset:
        """Open the data set; there is nothing to read."""
        return SyntheticDataset(self.recipe)


class Standard(SyntheticAdapter):
    """The set of the ``synthetic-str`` board."""

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
