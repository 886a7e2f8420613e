r"""Regular expressions from files, in the syntax of RE2.

Python's ``re`` tries one way to match after the other: ``(a+)+b`` takes minutes on 40 letters, and
no other thread can stop it. A time limit would need a process per match, and a check of the syntax
would be a guess. RE2 needs linear time for every expression, so it cannot hang, and its syntax is
the same in all programming languages. The price: it refuses lookaround and backreferences, the end
of the text is ``\z``, and ``\d`` and ``\w`` are ASCII.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re2

MAX_PATTERN_MEMORY = 2**20
"""Bytes of a compiled expression; the time to match a name is proportional to it."""


class PatternError(ValueError):
    """An expression that RE2 does not accept; the text is the reason."""


@lru_cache(maxsize=128)
def compile_pattern(pattern: str) -> re2._Regexp:
    """Return a compiled expression, for :func:`first_group`; raise PatternError if invalid."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_PATTERN_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    except UnicodeEncodeError:
        text = "it is not valid Unicode"
    raise PatternError(text)


def first_group(pattern: str, text: str, *, complete: bool = False) -> str | None:
    """Return what the first group of an expression matches, or None.

    ``complete``: the expression has to match the complete text, not only a part of it.
    """
    compiled = compile_pattern(pattern)
    try:
        match = compiled.fullmatch(text) if complete else compiled.search(text)
    except UnicodeEncodeError:  # a file name that is not UTF-8
        return None
    return match[1] if match else None
