"""Small fonts: every character is a filled rectangle."""

from __future__ import annotations

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

ASCII = "".join(map(chr, range(32, 127)))


def make_font(path: Path, characters: str, ascii_too: bool = True) -> Path:
    """Write a TrueType font with some characters, and those of ASCII."""
    path.parent.mkdir(parents=True, exist_ok=True)
    codes = {ord(char): f"u{ord(char):04X}" for char in ASCII * ascii_too + characters}
    names = [".notdef", *codes.values()]
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for point in ((100, 700), (900, 700), (900, 0)):
        pen.lineTo(point)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(codes)
    builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path
