"""Baselines that are wrong in themselves."""

from __future__ import annotations

from typing import Any

from mebench.runner import Baseline, BaselineOptions, Fold


class _Quiet(Baseline):
    def predict(self, fold: Fold) -> Any:
        return []


class NoStart(_Quiet):
    name = "no-start"

    def __init__(self, options: BaselineOptions) -> None:
        raise RuntimeError("never")


class NoSize(_Quiet):
    name = "no-size"

    def size(self, videos: Any) -> Any:
        raise RuntimeError("immeasurable")


class NoneSize(_Quiet):
    name = "none-size"

    def size(self, videos: Any) -> Any:
        return None


class Abstract(Baseline):
    name = "abstract"


class OddVersion(_Quiet):
    name = "odd-version"
    version = 2  # type: ignore[assignment]


class OddAuthors(_Quiet):
    name = "odd-authors"
    authors = ({"name": "A"},)  # type: ignore[assignment]


class OddOptions(_Quiet):
    name = "odd-options"
    options_type = dict  # type: ignore[assignment]


class Misnamed(_Quiet):
    name = "something-else"


class NoBaseline:
    name = "no-baseline"
