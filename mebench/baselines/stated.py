"""What a baseline says of itself, set as it is. It is not our code, and may raise anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from mebench.baselines.contract import Baseline, Options
from mebench.diagnostics import MebenchError

Said = TypeVar("Said")


def deviations(kind: type[Baseline], options: Options) -> list[str]:
    """Return where it leaves its paper.

    Raises
    ------
    MebenchError
        ``baseline-raised``, or what the baseline says of its options; so do the others here.
    """
    return _ask(kind, options, "deviations", lambda said: [str(one) for one in said])


def depends(kind: type[Baseline], options: Options) -> dict[str, str]:
    """Return what its answers depend on beside its options."""
    return _ask(
        kind, options, "depends", lambda said: {str(name): str(said[name]) for name in said}
    )


def variety(kind: type[Baseline], options: Options) -> str:
    """Return a few words that tell its settings apart."""
    return _ask(kind, options, "variety", str)


def _ask(kind: type[Baseline], options: Options, method: str, taken: Callable[[Any], Said]) -> Said:
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
