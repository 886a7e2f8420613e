"""Factors: what a generated data set can vary, one at a time, with all else unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mebench.diagnostics import UsageError


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that a data set can vary: ``mebench stress`` measures what it does to a method.

    Attributes
    ----------
    name : str
        The name on the command line.
    title, unit : str
        What is varied, and the unit of the values; the unit may be empty.
    levels : tuple of float
        The default values, from easy to hard.
    standard : float
        The value of the data set itself.
    limits : (float, float)
        The smallest and the largest value.
    step : float
        Values are multiples of it.
    meaning : str
        What a value means, in a sentence.
    words : mapping of float to str
        Values that are written as a word, such as ``none``.
    """

    name: str
    title: str
    unit: str
    levels: tuple[float, ...]
    standard: float
    limits: tuple[float, float]
    step: float
    meaning: str
    words: Mapping[float, str] = field(default_factory=dict)

    def label(self, value: float) -> str:
        """Return a value as text, without its unit."""
        return self.words.get(value, f"{value:g}")

    def parse(self, text: str) -> float:
        """Return the value that a text states.

        Raises
        ------
        UsageError
            ``bad-level``.
        """
        for value, word in self.words.items():
            if text.strip().casefold() == word:
                return value
        try:
            value = float(text)
        except ValueError:
            raise self._bad_level(text) from None
        low, high = self.limits
        steps = value / self.step if low <= value <= high else 0.5
        if abs(steps - round(steps)) > 1e-9:
            raise self._bad_level(text)
        return round(steps) * self.step if self.step >= 1 else value

    def _bad_level(self, text: str) -> UsageError:
        low, high = self.limits
        words = "".join(f", or {word}" for word in self.words.values())
        return UsageError.of(
            "bad-level",
            f"{text[:80]!r} is no level of {self.name}: {self.meaning}",
            f"Give values from {low:g} to {high:g} in steps of {self.step:g}{words}; "
            f"default: {','.join(map(self.label, self.levels))}.",
        )

    def in_order(self, values: tuple[float, ...]) -> tuple[float, ...]:
        """Return values from easy to hard, each once; a word is the easiest."""
        plain = [value for value in self.levels if value not in self.words]
        falling = plain[0] > plain[-1]
        return tuple(
            sorted(
                dict.fromkeys(values),
                key=lambda value: (value not in self.words, -value if falling else value),
            )
        )
