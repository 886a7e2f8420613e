"""What to measure: a baseline, factors with their levels, and how much time to spend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mebench.datasets.factors import Factor
from mebench.datasets.registry import factors_of, is_known
from mebench.diagnostics import UsageError
from mebench.models.protocol import Protocol
from mebench.protocols.loader import load_protocol
from mebench.runner.contract import Baseline, RunConfig
from mebench.runner.run_config import choose_protocol
from mebench.tables.grid import Grid
from mebench.util.terminal import stdout_width
from mebench.util.text import did_you_mean

DATASET = "synthetic"
"""The data set that is varied by default."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a factor; without a factor the standard level: the data set as it is."""

    factor: str | None = None
    value: float = 0.0
    label: str = ""

    @property
    def name(self) -> str:
        """The name in messages and of files: ``noise-6``."""
        return "standard" if self.factor is None else f"{self.factor}-{self.label}"


STANDARD = Level()


@dataclass(frozen=True, slots=True)
class ChosenFactor:
    """A factor, and the values that are measured, from easy to hard."""

    factor: Factor
    values: tuple[float, ...]

    def levels(self) -> list[Level]:
        """Return the levels in the order of the values; one of them may be the standard."""
        return [
            STANDARD
            if value == self.factor.standard
            else Level(self.factor.name, value, self.factor.label(value))
            for value in self.values
        ]


@dataclass(frozen=True, slots=True)
class StressConfig:
    """What to measure, and how.

    Attributes
    ----------
    run : RunConfig
        The baseline, the protocol, the folder and so on; its data set is the standard level.
    factors : sequence of ChosenFactor
        What is varied.
    retrain : bool
        Train on each level; by default the method is trained on the standard level only.
    videos : int or None
        Test only the first videos of each person; None: all.
    budget : float or None
        No new level is started after this number of seconds.
    """

    run: RunConfig
    factors: Sequence[ChosenFactor]
    retrain: bool = False
    videos: int | None = None
    budget: float | None = None

    def levels(self) -> list[Level]:
        """Return all levels, each once; the standard level comes first."""
        of_factors = [level for chosen in self.factors for level in chosen.levels()]
        return list(dict.fromkeys([STANDARD, *of_factors]))


def choose_factors(
    names: str | None, levels: Sequence[str], dataset: str = DATASET
) -> list[ChosenFactor]:
    """Return the factors that ``--factors`` and ``--levels`` name; by default all of them.

    Parameters
    ----------
    names : str or None
        ``noise,intensity``.
    levels : sequence of str
        ``noise=0,3,6``; or ``0,3,6`` if one factor is chosen.
    dataset : str
        The data set that is varied.

    Raises
    ------
    UsageError
        ``unknown-factor`` or ``bad-level``; ``dataset-not-installed``.
    """
    known = factors_of(dataset)
    values: dict[str, tuple[float, ...]] = {}
    listed = [name.strip() for name in names.split(",") if name.strip()] if names else []
    for text in levels:
        name, equals, numbers = text.partition("=")
        if not equals:
            if len(listed) != 1:
                raise UsageError.of(
                    "bad-level",
                    f"--levels {text[:80]!r} does not say of which factor.",
                    f"Write FACTOR=V1,V2,… with one of {', '.join(known)}.",
                )
            name, numbers = listed[0], text
        factor = _factor(name.strip(), known)
        parsed = tuple(factor.parse(number) for number in numbers.split(","))
        values[factor.name] = factor.in_order(parsed)
    chosen = [_factor(name, known) for name in dict.fromkeys(listed or values or known)]
    unused = [name for name in values if name not in {factor.name for factor in chosen}]
    if unused:
        raise UsageError.of(
            "bad-level",
            f"--levels names {unused[0]!r}, which --factors does not.",
            "Name it in --factors too, or leave out --factors.",
        )
    return [ChosenFactor(factor, values.get(factor.name, factor.levels)) for factor in chosen]


def _factor(name: str, known: Mapping[str, Factor]) -> Factor:
    if name not in known:
        raise UsageError.of(
            "unknown-factor",
            f"There is no factor {name[:80]!r}.{did_you_mean(name, known)}",
            f"The factors are {', '.join(known)}; `mebench stress --list` describes them.",
        )
    return known[name]


def factors_as_text() -> str:
    """Return a table of all factors."""
    grid = Grid(["factor", "levels, easy to hard", "standard", "unit", "a value is"], "lllll")
    for factor in factors_of(DATASET).values():
        levels = ", ".join(map(factor.label, factor.levels))
        grid.rows.append(
            [factor.name, levels, factor.label(factor.standard), factor.unit, factor.meaning]
        )
    return "\n".join(grid.as_text("", stdout_width()))


def choose_stress_protocol(name: str | None, baseline: type[Baseline]) -> Protocol:
    """Return the protocol: by default the one of the data set for what the baseline does.

    Raises
    ------
    UsageError
        ``wrong-dataset`` if its data set has no factors; ``protocol-needed``.
    """
    if name is not None:
        protocol = load_protocol(name)
        ids = [dataset.id for dataset in protocol.datasets]
        if len(ids) != 1 or (is_known(ids[0]) and not factors_of(ids[0])):
            raise UsageError.of(
                "wrong-dataset",
                f"{protocol.id} scores {', '.join(ids)}, which cannot be varied.",
                f"Name a protocol of {DATASET}: `mebench protocols` lists all.",
            )
        return protocol
    return choose_protocol(None, [DATASET], [], baseline)[0]
