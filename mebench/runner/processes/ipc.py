"""Messages between processes: JSON and raw bytes, never pickles.

A message is two lengths (unsigned, 8 bytes each, big-endian), a JSON object and a block of bytes.
"""

from __future__ import annotations

import io
import json
import struct
from typing import Any, BinaryIO, NamedTuple

_LENGTHS = struct.Struct(">QQ")
LIMIT = 2**34
"""A larger length is an error: something else than a message was written to the pipe."""


class Message(NamedTuple):
    """A JSON object and a block of bytes."""

    head: dict[str, Any]
    body: bytes = b""


class MessageError(Exception):
    """Bytes that are not a valid message."""


def encode(message: Message) -> bytes:
    """Return a message as bytes."""
    head = json.dumps(message.head, allow_nan=False).encode()
    return _LENGTHS.pack(len(head), len(message.body)) + head + message.body


def decode(content: bytes) -> Message:
    """Return the message that the bytes encode.

    Raises
    ------
    MessageError
        If the bytes are not a valid message.
    """
    message = read(io.BytesIO(content))
    if message is None:
        raise MessageError("empty")
    return message


def read(stream: BinaryIO) -> Message | None:
    """Read the next message; None at the end of the stream.

    Raises
    ------
    MessageError
        If the bytes are not a valid message, or end in the middle of one.
    """
    lengths = _read_bytes(stream, _LENGTHS.size)
    if not lengths:
        return None
    if len(lengths) < _LENGTHS.size:
        raise MessageError("incomplete")
    head_length, body_length = _LENGTHS.unpack(lengths)
    if max(head_length, body_length) > LIMIT:
        raise MessageError("too long")
    head, body = _read_bytes(stream, head_length), _read_bytes(stream, body_length)
    if len(head) < head_length or len(body) < body_length:
        raise MessageError("incomplete")
    try:
        document = json.loads(head)
    except (ValueError, RecursionError):
        raise MessageError("not JSON") from None
    if not isinstance(document, dict):
        raise MessageError("not a JSON object")
    return Message(document, body)


def _read_bytes(stream: BinaryIO, size: int) -> bytes:
    """Read ``size`` bytes, or fewer at the end; an unbuffered pipe returns them in pieces."""
    pieces = bytearray()
    while len(pieces) < size:
        piece = stream.read(size - len(pieces))
        if not piece:
            break
        pieces += piece
    return bytes(pieces)


def write(stream: BinaryIO, message: Message) -> None:
    """Write a message and flush it."""
    stream.write(encode(message))
    stream.flush()
