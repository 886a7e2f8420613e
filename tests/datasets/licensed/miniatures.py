"""Miniature copies of the field's data sets: the real layouts, the real quirks, tiny frames.

A miniature says what its truth should be, written down by hand: it is what the adapter is compared
with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.datasets.licensed.making import own_protocol


class Expression(NamedTuple):
    """What a truth should say of an expression; frames count from 0."""

    onset: int
    apex: int | None
    offset: int
    kind: str
    emotion: str | None


class Clip(NamedTuple):
    """What a truth should say of a video."""

    subject: str
    video: str
    n_frames: int
    expressions: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class Miniature:
    """A small copy on disk.

    Attributes
    ----------
    id : str
        The data set.
    root : Path
        What a user points to.
    base : Path
        The folder that holds subjects or videos.
    sheet : Path or None
        The sheet of expressions.
    shipped : str
        The protocol that it is scored under, but for the counts.
    scored : tuple of int
        Subjects, videos and samples in that protocol's scope.
    clips : tuple of Clip
        The truth, in its order.
    repairs : dict of str to int
        How many rows each repair is for.
    notes : frozenset of str
        Codes of what is remarked on, and no error.
    """

    id: str
    root: Path
    base: Path
    sheet: Path | None
    shipped: str
    scored: tuple[int, int, int]
    clips: tuple[Clip, ...]
    repairs: dict[str, int] = field(default_factory=dict)
    notes: frozenset[str] = frozenset()

    @property
    def video(self) -> Path:
        """The folder or file of the first video."""
        name = self.clips[0].video
        return min(path for path in self.base.rglob("*") if path.stem == name)

    def protocol(self, folder: Path) -> Path:
        """Write the protocol with this copy's own counts."""
        return own_protocol(folder / f"{self.id}.toml", self.shipped, self.id, *self.scored)


def micro(onset: int, apex: int | None, offset: int, emotion: str | None) -> Expression:
    """Return a micro-expression."""
    return Expression(onset, apex, offset, "micro", emotion)


def macro(onset: int, apex: int | None, offset: int, emotion: str | None = None) -> Expression:
    """Return a macro-expression."""
    return Expression(onset, apex, offset, "macro", emotion)


def make(identifier: str, root: Path, pictures: Sequence[Path] = ()) -> Miniature:
    """Make a miniature of a data set."""
    from tests.datasets.licensed import further_data_sets, long_videos, short_clips

    makers: dict[str, Callable[[Path, Sequence[Path]], Miniature]] = {
        **short_clips.MAKERS,
        **long_videos.MAKERS,
        **further_data_sets.MAKERS,
    }
    return makers[identifier](root, pictures)


IDS = (
    "4dme",
    "casme",
    "casme2",
    "casme3",
    "casme3-c",
    "casme-sq",
    "dfme",
    "meview",
    "mmew",
    "samm",
    "sammlv",
    "smic-hs",
    "smic-hs-short",
    "smic-nir",
    "smic-vis",
)
