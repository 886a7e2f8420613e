"""The smaller and the larger of two numbers for compiled functions: one instruction, no branch.

Written in Python each would be a branch, which numba has to type and the compiler to take out
again: a network of a hundred comparisons then took four times as long to compile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, cast

import numpy as np
from numba import types
from numba.extending import intrinsic

MinMax: TypeAlias = Callable[[np.float32, np.float32], np.float32]


def _min_or_max(*, of_lower: bool) -> MinMax:
    def choose(typing: Any, one: Any, other: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            first, second = given
            less = builder.fcmp_ordered("<", first, second)
            return builder.select(less, *((first, second) if of_lower else (second, first)))

        return types.float32(types.float32, types.float32), generate

    return cast(MinMax, intrinsic(choose))


minimum = _min_or_max(of_lower=True)
"""Returns the smaller of two numbers."""

maximum = _min_or_max(of_lower=False)
"""Returns the larger of two numbers."""
