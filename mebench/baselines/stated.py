"""What a baseline says of itself, set as it is. It is not our code, and may raise anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from mebench.baselines.contract import Baseline, BaselineOptions
from mebench.diagnostics import MebenchError

Value = TypeVar("Said")


def deviations(kind: type[Baseline], options: BaselineOptions) -> list[str]:
    """Return where it leaves its paper.

    Raises
    ------
    MebenchError
        ``baseline-raised``, or what the baseline says of its options; so do the others here.
    """
    return _call_baseline(kind, options, "deviations", lambda said: [str(one) for one in said])


def dependencies(kind: type[Baseline], options: BaselineOptions) -> dict[str, str]:
    """Return what its answers depend on beside its options."""
    return _call_baseline(
        kind, options, "depends", lambda said: {str(name): str(said[name]) for name in said}
    )


def variant_name(kind: type[Baseline], options: BaselineOptions) -> str:
    """Return a few words that tell its settings apart."""
    return _call_baseline(kind, options, "variety", str)


def _call_baseline(
    kind: type[Baseline], options: BaselineOptions, method: str, taken: Callable[[Any], Value]
) -> Value:
    try:
        return taken(getattr(kind(options), method)())
    except MebenchError:
        raise
    except Exception as error:
        raise MebenchError.of(
            "baseline-raised",
            f"{kind.name} cannot tell about itself: {type(error).__name__}: {error!s:.300}.",
            f"The baseline has to be corrected: its __init__() or its {method}().",
        ) from error
