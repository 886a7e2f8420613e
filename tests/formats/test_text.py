"""From bytes to text: content that is not UTF-8 text is an error with line and column."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from mebench.diagnostics import MebenchError, UsageError
from mebench.formats import text_file
from mebench.formats.text_file import TextFile, read_text
from tests.evaluation.documents import interval, submission
from tests.formats.finding import findings_in, spots

GOOD = json.dumps(submission({"1/a": [interval(11, 20)]}), indent=1)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ("file-empty", None, None)),
        (b" \n\t\n", ("file-empty", None, None)),
        (b"\xef\xbb\xbf", ("file-empty", None, None)),
        (GOOD.encode("utf-16"), ("not-utf8", 1, 1)),
        (GOOD.encode("utf-32"), ("not-utf8", 1, 1)),
        (GOOD.encode("utf-16-le"), ("not-utf8", 1, 2)),
        ("subject,video\nä,é\n".encode("latin-1"), ("not-utf8", 2, 1)),
        # Columns count characters, as editors do: the ä before the bad byte is one.
        ("ä,".encode() + b"\xe9", ("not-utf8", 1, 3)),
        (b"\xef\xbb\xbfab\xff", ("not-utf8", 1, 3)),
        (b"PK\x03\x04\x00\x00", ("archive-unreadable", None, None)),
        (b"\x89PNG\r\n\x1a\n\x01", ("not-utf8", 1, 1)),
        (b"hello\n", ("unknown-format", 1, 1)),
        (b"\n\n  <html>\n", ("unknown-format", 3, 1)),
        (b"5", ("unknown-format", 1, 1)),
    ],
)
def test_other_content_is_refused(
    tmp_path: Path, content: bytes, expected: tuple[str, int | None, int | None]
) -> None:
    assert spots(findings_in(tmp_path, content)) == [expected]


def test_byte_order_mark_is_no_content(tmp_path: Path) -> None:
    assert findings_in(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()) == []


def test_missing_header_is_suspected(tmp_path: Path) -> None:
    (found,) = findings_in(tmp_path, "1,a,11,20,negative\n")
    assert found.code == "unknown-format"
    assert "header" in found.message


def _socket(folder: Path) -> Path:
    path = folder / "socket"
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.fspath(path))
    return path


@pytest.mark.parametrize("kind", ["missing", "folder", "socket", "zero", "long"])
def test_what_cannot_be_opened_is_usage(tmp_path: Path, kind: str) -> None:
    path = {
        "missing": tmp_path / "nothing",
        "folder": tmp_path,
        "zero": tmp_path / "a\0b",
        "long": tmp_path / ("x" * 5000),
    }.get(kind) or _socket(tmp_path)
    with pytest.raises(UsageError) as caught:
        read_text(path)
    assert [finding.code for finding in caught.value.diagnostics] == ["file-unreadable"]


@pytest.mark.parametrize("is_device", [False, True])
def test_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_device: bool
) -> None:
    monkeypatch.setattr(text_file, "SIZE_LIMIT", 1000)
    path = Path("/dev/zero") if is_device else tmp_path / "file"
    if not is_device:
        path.write_bytes(b"x" * 1001)
    with pytest.raises(MebenchError) as caught:
        read_text(path)
    assert [finding.code for finding in caught.value.diagnostics] == ["file-too-large"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_editors_count_them(end: str) -> None:
    lines = ["a\u2028b", "", "c\x0bd\x85", "  ", "\x1ce"]
    source = TextFile("x", end.join(lines))
    assert list(source.lines()) == [(1, lines[0]), (3, lines[2]), (5, lines[4])]
    place = source.place(source.text.index("e"))
    assert (place.line, place.column) == (5, 2)
    place = source.place(source.text.index("d"))
    assert (place.line, place.column) == (3, 3)


def test_first_line_is_the_first_that_is_not_blank() -> None:
    source = TextFile("x", "\n \r\n  subject,video \r\nmore")
    assert (source.first_line, source.first_line_number) == ("subject,video", 3)
