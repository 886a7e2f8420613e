"""Opening as much of a copy as can be opened, so that all that is wrong with it is said at once."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol as Shape
from typing import runtime_checkable

from mebench.datasets.contract import Adapter, Dataset
from mebench.diagnostics import Findings, MebenchError


@runtime_checkable
class SupportsSurvey(Shape):
    """An adapter that can open what there is of an incomplete copy."""

    def survey(self, root: Path | None, findings: Findings) -> Dataset:
        """Open what there is; take in what is wrong."""
        ...


def open_for_check(adapter: Adapter, root: Path | None, findings: Findings) -> Dataset | None:
    """Open a copy as far as that is possible.

    Parameters
    ----------
    adapter : Adapter
        Of the data set.
    root : Path or None
        Its folder.
    findings : Findings
        Takes in what is wrong.

    Returns
    -------
    Dataset or None
        None where nothing can be opened.

    Raises
    ------
    UsageError
        Where the command is at fault and not the copy, as by an unknown repair.
    """
    try:
        if isinstance(adapter, SupportsSurvey):
            return adapter.survey(root, findings)
        return adapter.open(root)
    except MebenchError as error:
        if error.exit_status != 1:
            raise
        findings.extend_from(error)
        return None
