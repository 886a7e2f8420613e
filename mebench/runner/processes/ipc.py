"""Messages between processes: JSON and raw bytes, never pickles.

A message is two lengths (unsigned, 8 bytes each, big-endian), a JSON object and a block of bytes.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO, NamedTuple

_LENGTHS = struct.Struct(">QQ")
LIMIT = 2**34
"""A message of more bytes is none: something else was written to the pipe."""


class Message(NamedTuple):
    """A JSON object, and bytes that belong to it."""

    head: dict[str, Any]
    body: bytes = b""


class MessageError(Exception):
    """What was read is no message."""


def encode(message: Message) -> bytes:
    """Return a message as bytes."""
    head = json.dumps(message.head, allow_nan=False).encode()
    return _LENGTHS.pack(len(head), len(message.body)) + head + message.body


def decode(content: bytes) -> Message:
    """Return the message that some bytes are.

    Raises
    ------
    MessageError
        If they are none.
    """
    import io

    message = read(io.BytesIO(content))
    if message is None:
        raise MessageError("nothing there")
    return message


def read(stream: BinaryIO) -> Message | None:
    """Read the next message; None at the end of the stream.

    Raises
    ------
    MessageError
        If what comes is no message, or ends in its middle.
    """
    lengths = _exactly(stream, _LENGTHS.size)
    if not lengths:
        return None
    if len(lengths) < _LENGTHS.size:
        raise MessageError("cut short")
    head_length, body_length = _LENGTHS.unpack(lengths)
    if max(head_length, body_length) > LIMIT:
        raise MessageError("no message")
    head, body = _exactly(stream, head_length), _exactly(stream, body_length)
    if len(head) < head_length or len(body) < body_length:
        raise MessageError("cut short")
    try:
        document = json.loads(head)
    except (ValueError, RecursionError):
        raise MessageError("no message") from None
    if not isinstance(document, dict):
        raise MessageError("no message")
    return Message(document, body)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    """Read so many bytes, or fewer at the end; an unbuffered pipe gives them piece by piece."""
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
