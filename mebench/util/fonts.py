"""Fonts for text in pictures: an installed one for what the usual font lacks, else Latin letters.

Pictures use DejaVu Sans, which comes with matplotlib. It lacks Chinese, Japanese and Korean, so a
text with such characters is drawn with an installed font that has them. Without one, they are
transliterated to Latin letters, and :func:`take_note` says so.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mebench.diagnostics import Diagnostic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FONT = "DejaVu Sans"

FONT_FILES = (
    *("notosanscjk", "notosanssc", "sourcehansans", "wqymicrohei", "wqyzenhei", "msyh", "simhei"),
    *("pingfang", "hiraginosans", "stheiti", "droidsansfallback", "arialuni", "notoserifcjk"),
    *("sourcehanserif", "simsun", "uming", "ukai", "msjh", "yugoth", "meiryo", "msgothic"),
    *("malgun", "nanumgothic", "unifont", "cjk"),
)
"""Parts of the file names of fonts that have these characters, the preferred ones first."""


MAX_FONTS = 12
"""At most this many installed fonts are searched: each takes 4 MB of memory."""


class FittedText(NamedTuple):
    """A text that a font can draw, and the file of this font; None stands for the usual one."""

    text: str
    font: Path | None = None


_undrawn: dict[str, None] = {}
"""The characters that were transliterated since the last note."""


def fit_text(text: str) -> FittedText:
    """Return a text with Latin letters for what no font has, and the font that draws it."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return FittedText(text)
    font = _best_font(frozenset(text))
    known = _characters(font)
    drawn = []
    for char in text:
        is_drawn = char == "\n" or (char.isprintable() and char in known)
        if not is_drawn and char.isprintable():
            _undrawn[char] = None
        drawn.append(char if is_drawn else _in_ascii(char))
    return FittedText("".join(drawn), font)


def take_note() -> Diagnostic | None:
    """Return a note on the characters that were transliterated since the last call, if any."""
    if not _undrawn:
        return None
    shown = "".join(list(_undrawn)[:20]) + ("…" if len(_undrawn) > 20 else "")
    _undrawn.clear()
    message = f"No installed font has the characters {shown}: pictures show Latin letters."
    remedy = "Install a font that has them, such as Noto Sans CJK, and run the command again."
    if find_spec("matplotlib") is None:
        message = f"Only ASCII can be drawn without matplotlib: {shown} is shown in Latin letters."
        remedy = "Install matplotlib. In a checkout of mebench: python -m pip install '.[plots]'."
    return Diagnostic("glyphs-missing", "note", message, remedy)


def _in_ascii(char: str) -> str:
    """Return a character in Latin letters; as an escape if it has none."""
    from anyascii import anyascii

    return (char.isprintable() and anyascii(char)) or ascii(char)[1:-1]


def _best_font(characters: frozenset[str]) -> Path | None:
    """Return the font that has the most of these characters, and all of ASCII, by preference."""
    drawable = frozenset(char for char in characters if char.isprintable())
    best, lacking = None, len(drawable - _characters(None))
    for path in _candidates()[:MAX_FONTS] if lacking else ():
        missing = drawable - _characters(path)
        if len(missing) < lacking and not any(map(str.isascii, missing)):
            best, lacking = path, len(missing)
        if not missing:
            break
    return best


@cache
def _candidates() -> tuple[Path, ...]:
    """Return the files of installed fonts with Chinese, Japanese or Korean characters."""
    if find_spec("matplotlib") is None:
        return ()
    from matplotlib.font_manager import findSystemFonts

    ranked = []
    for path in map(Path, findSystemFonts()):
        name = "".join(filter(str.isalnum, path.stem.lower()))
        ranks = [rank for rank, known in enumerate(FONT_FILES) if known in name]
        if ranks:
            is_regular = not any(word in name for word in ("bold", "black", "light", "thin"))
            ranked.append((ranks[0], not is_regular, str(path)))
    return tuple(Path(path) for _, _, path in sorted(ranked))


@lru_cache(maxsize=MAX_FONTS + 1)
def _characters(font: Path | None) -> frozenset[str]:
    """Return the characters that a font has; those of ASCII without matplotlib."""
    if find_spec("matplotlib") is None:
        return frozenset(map(chr, range(32, 127)))
    from matplotlib.font_manager import findfont, get_font

    try:
        return frozenset(map(chr, get_font(str(font or findfont(FONT))).get_charmap()))
    except (OSError, RuntimeError, ValueError):  # a damaged file, or not a font
        return frozenset()


def draw_text(text: FittedText, size: float) -> tuple[NDArray[np.uint8], int]:
    """Return an image of a text, 255 where it is, and the number of rows below its base line.

    Parameters
    ----------
    text : FittedText
        The text; matplotlib must be installed.
    size : float
        The size of the font in pixels.
    """
    import numpy as np
    from matplotlib.font_manager import findfont, get_font

    font = get_font(str(text.font or findfont(FONT)))
    font.set_size(size, 72)
    font.set_text(text.text, 0.0)
    font.draw_glyphs_to_bitmap(antialiased=True)
    return np.array(font.get_image(), np.uint8), round(font.get_descent() / 64)
