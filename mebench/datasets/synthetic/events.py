"""Everything that happens in the videos of a synthetic set, as a table: more than the truth says.

The truth names micro- and macro-expressions. Who studies false alarms also wants to know where
there was a blink, a glance, a nod, or a movement below the threshold.
"""

from __future__ import annotations

from collections.abc import Iterator

from mebench.datasets.synthetic.recipe import Recipe
from mebench.datasets.synthetic.script import VideoScript, scripts_of

HEADER = ("subject", "video", "event", "onset", "apex", "offset", "emotion", "units")

Row = tuple[str, str, str, int, int, int, str, str]


def events_as_csv(recipe: Recipe) -> str:
    """Return the table: frames are counted from 0, units in thousandths as name:left/right."""
    import csv
    import io

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(HEADER)
    for script in scripts_of(recipe):
        rows: list[Row] = sorted(_rows(script), key=_order)
        writer.writerows(rows)
    return buffer.getvalue()


def _order(row: Row) -> tuple[int, str]:
    return row[3], row[2]


def _rows(script: VideoScript) -> Iterator[Row]:
    names = (script.subject, script.video)
    for one in script.actions:
        units = " ".join(f"{unit.name}:{unit.left}/{unit.right}" for unit in one.units)
        yield (*names, one.kind, one.onset, one.apex, one.offset, one.emotion or "", units)
    for blink in script.blinks:
        yield (*names, "blink", blink.onset, blink.shut, blink.offset, "", "")
    for glance in script.glances:
        yield (*names, "glance", glance.frame, glance.frame, glance.frame, "", "")
    for nod in script.nods:
        yield (*names, "nod", nod.onset, (nod.onset + nod.offset) // 2, nod.offset, "", "")
