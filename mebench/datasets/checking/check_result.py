"""The result of a check, and its output as text and HTML for people, and as data for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from mebench.datasets.contract import AppliedRepair
from mebench.datasets.summary import counts_as_text, kinds_as_text
from mebench.diagnostics import Findings, formatting
from mebench.tables.grid import Grid
from mebench.util.text import pluralize

if TYPE_CHECKING:
    import pandas as pd

    from mebench.datasets.checking.frame_content_check import DecodeResult

MAX_ROWS = 3
"""Most rows that the text names for each repair; the JSON output has all of them."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """The contents of a copy, as in the JSON output; ``frames`` as far as they can be counted."""

    folder: str | None
    sheets: list[str]
    subjects: int
    videos: int
    videos_with_frames: int
    expressions: dict[str, int]
    samples: int
    frames: int


Verdict = Literal["same", "missing", "extra", "unknown"]


@dataclass(frozen=True, slots=True)
class CheckedCount:
    """An expected number and the one found; no protocol stands for the complete release."""

    protocol: str | None
    counted: str
    is_class: bool
    expected: int
    found: int
    verdict: Verdict


@dataclass(slots=True, repr=False)
class CheckResult:
    """The result of a check of a data set; true if there are no errors. ``print`` shows all of it.

    Attributes
    ----------
    dataset : str
        The id of the data set.
    findings : Findings
        All problems, as :class:`~mebench.Diagnostic` in ``findings.kept``.
    found : Inventory or None
        The contents; None if nothing could be opened.
    counts : list of CheckedCount
        Expected numbers beside those found.
    compared : list of str
        The ids of the protocols whose counts were compared.
    repairs : tuple of AppliedRepair
        The repairs of the annotations.
    deep : DecodeResult or None
        The result of decoding every frame, if that was requested.
    """

    dataset: str
    findings: Findings = field(default_factory=Findings)
    found: Inventory | None = None
    counts: list[CheckedCount] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)
    repairs: tuple[AppliedRepair, ...] = ()
    deep: DecodeResult | None = None

    @property
    def verdict(self) -> Literal["whole", "flawed", "unopened"]:
        """The outcome in one word."""
        if self.found is None:
            return "unopened"
        return "flawed" if self.findings.has_errors else "whole"

    @property
    def exit_status(self) -> int:
        """0 if the copy has no errors, else 1."""
        return 0 if self.verdict == "whole" else 1

    def __bool__(self) -> bool:
        """Return whether there are no errors."""
        return self.exit_status == 0

    def __repr__(self) -> str:
        """Return the last line of the text."""
        return f"<CheckResult {self._summary()}>"

    def __str__(self) -> str:
        """Return the text that ``mebench datasets check`` prints."""
        return self.as_text()

    def _repr_html_(self) -> str:
        """Return contents, counts, repairs and findings for a notebook."""
        tables = "".join(grid.as_html() for grid in self._grids())
        findings = f"<pre>{escape(text)}</pre>" if (text := self._findings_as_text()) else ""
        return f"{tables}{findings}<p>{escape(self._summary())}</p>"

    def to_frame(self) -> pd.DataFrame:
        """Return one row per finding: code, severity, message, remedy and place."""
        import pandas as pd

        return pd.DataFrame([finding.as_dict() for finding in self.findings.kept])

    def as_text(self) -> str:
        """Return contents, counts, repairs, findings and verdict as text."""
        lines: list[str] = []
        for grid in self._grids():
            lines += [*grid.as_text(""), ""]
        findings = self._findings_as_text()
        return "\n".join([*lines, *([findings] if findings else []), self._summary()]) + "\n"

    def as_dict(self) -> dict[str, Any]:
        """Return the complete result as plain data."""
        findings, deep = self.findings, self.deep
        severities = [finding.severity for finding in findings.kept]
        return {
            "dataset": self.dataset,
            "verdict": self.verdict,
            "exit_status": self.exit_status,
            "found": None if self.found is None else asdict(self.found),
            "protocols": self.compared,
            "counts": [
                {name.removeprefix("is_"): value for name, value in asdict(count).items()}
                for count in self.counts
            ],
            "repairs": [
                {
                    "repair": applied.repair.id,
                    "done": applied.repair.done,
                    "rows": len(applied.samples),
                    "off": applied.off,
                    "samples": list(applied.samples),
                }
                for applied in self.repairs
            ],
            "deep": None
            if deep is None
            else {
                "frames": deep.frames,
                "frozen": deep.frozen,
                "doubled": [
                    [[video.subject, video.id] for video in group] for group in deep.duplicates
                ],
            },
            "errors": findings.error_count,
            "warnings": severities.count("warning"),
            "notes": severities.count("note"),
            "findings": [finding.as_dict() for finding in findings.kept],
            "omitted": findings.omitted,
        }

    def _grids(self) -> list[Grid]:
        """Return the tables that have rows."""
        grids = (self._contents(), self._counts(), self._repairs())
        return [grid for grid in grids if grid.rows]

    def _findings_as_text(self) -> str:
        return formatting.as_text(self.findings.kept, self.findings.omitted)

    def _contents(self) -> Grid:
        grid, found, deep = Grid(["", ""], "ll"), self.found, self.deep
        if found is None:
            return grid
        if found.folder is not None:
            grid.rows.append(["folder", found.folder])
        grid.rows += [["sheet", sheet] for sheet in found.sheets]
        grid.rows += [
            ["subjects", str(found.subjects)],
            ["videos", f"{found.videos}, {found.videos_with_frames} with frames"],
            ["expressions", kinds_as_text(found.expressions)],
        ]
        if found.samples:
            grid.rows.append(["samples", str(found.samples)])
        grid.rows.append(["frames", str(found.frames)])
        if deep is not None:
            decoded = f"{pluralize(deep.frames, 'frame')}, {deep.frozen} frozen"
            grid.rows.append(["decoded", decoded])
        return grid

    def _counts(self) -> Grid:
        grid = Grid(["expected by", "counted", "expected", "found", "verdict"], "llrrl")
        for count in self.counts:
            counted = f"class {count.counted}" if count.is_class else count.counted
            numbers = [str(count.expected), str(count.found)]
            protocol = count.protocol or "the data set"
            grid.rows.append([protocol, counted, *numbers, count.verdict])
        return grid

    def _repairs(self) -> Grid:
        """Return the repairs that apply to rows of the copy."""
        grid = Grid(["repair", "rows", "done", "which"], "lrll")
        for applied in self.repairs:
            more = ", …" if applied.samples[MAX_ROWS:] else ""
            named = ", ".join(applied.samples[:MAX_ROWS]) + more
            done = "no: disabled" if applied.off else applied.repair.done
            grid.rows.append([applied.repair.id, str(len(applied.samples)), done, named])
        return grid

    def _summary(self) -> str:
        """Return the last line: the number of errors, and the size."""
        number, found = self.findings.error_count, self.found
        errors = f"{number or 'no'} error{'s' * (number != 1)}"
        if found is None:
            return f"{self.dataset}: {errors}; the copy could not be opened."
        size = counts_as_text(found.subjects, found.videos, sum(found.expressions.values()))
        return formatting.escape_unprintable(
            f"{self.dataset}: {errors}; {size}; counts compared with "
            f"{', '.join(self.compared) or 'no protocol'}."
        )
