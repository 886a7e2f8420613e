"""Messages between processes: what was written is read back, and anything else is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mebench.runner.processes.ipc import LIMIT, Message, MessageError, decode, encode, read

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
HEADS = st.dictionaries(st.text(), PLAIN, max_size=4)


class Dripping(io.RawIOBase):
    """A pipe that returns a few bytes per call."""

    def __init__(self, content: bytes) -> None:
        self._rest = content

    def read(self, size: int = -1) -> bytes:
        piece, self._rest = self._rest[: min(size, 3)], self._rest[min(size, 3) :]
        return piece


@given(HEADS, st.binary(max_size=40))
def test_what_is_written_is_read(head: dict[str, Any], body: bytes) -> None:
    message = Message(head, body)
    assert decode(encode(message)) == message
    stream: Any = Dripping(encode(message) * 2)
    assert read(stream) == read(stream) == message
    assert read(stream) is None


@given(HEADS, st.binary(max_size=40), st.data())
def test_an_incomplete_message_is_refused(
    head: dict[str, Any], body: bytes, data: st.DataObject
) -> None:
    content = encode(Message(head, body))
    with pytest.raises(MessageError):
        decode(content[: data.draw(st.integers(0, len(content) - 1))])


@given(st.binary(max_size=60))
def test_random_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(MessageError):
        decode(content)


@pytest.mark.parametrize("head", [b"", b"[]", b"null", b"{", b"\xff{}", b"[" * 100_000, b"3"])
def test_a_head_that_is_not_an_object(head: bytes) -> None:
    content = len(head).to_bytes(8, "big") + bytes(8) + head
    with pytest.raises(MessageError):
        decode(content)


def test_a_giant_length_is_refused_at_once() -> None:
    with pytest.raises(MessageError, match="too long"):
        decode((LIMIT + 1).to_bytes(8, "big") + bytes(8))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_json_lacks_are_not_written(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        encode(Message({"share": number}))
