"""A stress run from its configuration to its files; ``mebench stress`` calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mebench.diagnostics.escaping import escape_unprintable
from mebench.models.stress import StressResult
from mebench.stress.level_scores import score_levels
from mebench.stress.measure import measure
from mebench.stress.stress_config import StressConfig
from mebench.stress.summary import TABLE_NOTE, break_grid, heading_lines
from mebench.stress.write_stress import write_stress
from mebench.tables.grid import fold
from mebench.tables.stress_tables import stress_grid
from mebench.util.extras import require_package
from mebench.util.terminal import stdout_width


def run_stress(
    config: StressConfig, announce: Callable[[str], None] = lambda text: None
) -> tuple[str, list[str]]:
    """Measure, score and write everything; return the text for a terminal, and the files.

    Raises
    ------
    MebenchError
        As the runner does; ``package-missing`` before anything is computed.
    """
    require_package("matplotlib")
    require_package("jinja2")
    result = score_levels(config, measure(config, announce))
    files = write_stress(config.run.folder, result)
    return "\n".join(map(escape_unprintable, _text_lines(result, stdout_width()))) + "\n", files


def _text_lines(result: StressResult, width: int) -> Iterator[str]:
    for line in heading_lines(result):
        yield from fold(line, width)
    yield ""
    yield from stress_grid(result).as_text("", width, hint="table.csv in the folder")
    yield from ("", "Where it breaks")
    yield from break_grid(result).as_text("", width)
    yield ""
    yield from fold(TABLE_NOTE, width)
