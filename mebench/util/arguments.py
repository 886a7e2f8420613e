"""Check the arguments of public functions, where Python checks no types."""

from __future__ import annotations

import reprlib

from mebench.diagnostics import UsageError


def wrong_argument(name: str, value: object, expected: str) -> UsageError:
    """Return the error for an argument; ``expected`` completes "it must be ..."."""
    shown = ""
    if value is None or isinstance(value, str | bytes | int | float):
        shown = f" {reprlib.repr(value)},"
    return UsageError.of(
        "wrong-argument",
        f"The argument `{name}` is{shown} of the type {type(value).__name__}; it must be "
        f"{expected}.",
        "Correct the call.",
    )


def check_argument(name: str, value: object, is_valid: bool, expected: str) -> None:
    """Raise the error ``wrong-argument`` unless the argument is valid."""
    if not is_valid:
        raise wrong_argument(name, value, expected)


def check_choice(name: str, value: object, choices: tuple[object, ...]) -> None:
    """Raise the error ``wrong-argument`` unless the argument is one of the choices."""
    is_known = any(type(value) is type(choice) and value == choice for choice in choices)
    check_argument(name, value, is_known, f"one of {', '.join(map(repr, choices))}")
