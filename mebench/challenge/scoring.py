"""The scoring program of a Codabench bundle.

Codabench unpacks the reference data into ``INPUT/ref`` and the submission into ``INPUT/res``,
beside a file ``metadata`` of its own. A submission failed, and gets no row on the board, if the
program ends with another status than 0; older versions look only for ``scores.json``, so a
submission with errors gets none. Participants see standard error and ``detailed_results.html``.

Both contain nothing of the truth but the numbers of the board: findings come from a check against
the blind truth.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import NamedTuple

from mebench.diagnostics import Diagnostic, Findings, MebenchError, Place, UsageError
from mebench.diagnostics.escaping import escape_unprintable
from mebench.diagnostics.formatting import as_text
from mebench.evaluation.convert import convert
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.loader import read_truth
from mebench.leaderboard.board_rows import BoardColumn, board_columns, ranking_column
from mebench.leaderboard.score_entry import describe_left_out, score_for_board
from mebench.models.protocol import Protocol
from mebench.models.report import MetricValue, Report
from mebench.protocols.loader import load_protocol
from mebench.published.row_claims import HEADLINE
from mebench.tables.grid import NO_VALUE, Grid
from mebench.tables.report_grids import format_number
from mebench.util.atomic_write import remove_file, to_json_text, write_text
from mebench.util.regular_file import require_regular
from mebench.util.text import pluralize
from mebench.version import VERSION

TRUTH, BLIND, PROTOCOL, ABOUT = "truth.json", "truth-blind.json", "protocol.toml", "challenge.json"
"""The files of the reference data."""

SCORES, DETAILS, NATIVE = "scores.json", "detailed_results.html", "submission.json"

MAX_NAMED_FILES = 10


class CodabenchScore(NamedTuple):
    """The score of a submission, with what a validation found in it."""

    file: str
    report: Report
    columns: list[BoardColumn]
    findings: list[Diagnostic]


def leaderboard_columns(protocol: Protocol) -> list[BoardColumn]:
    """Return the columns of the board, first the one by which Codabench ranks."""
    by = ranking_column(protocol)
    return [by, *(column for column in board_columns(protocol) if column != by)]


def main(arguments: Sequence[str]) -> int:
    """Score ``INPUT/res`` on ``INPUT/ref`` and write the results into ``OUTPUT``.

    Return the exit status: 0 scored, 1 errors in the submission, 2 the challenge is not set up
    correctly.
    """
    if len(arguments) != 2:
        print("Usage: score.py INPUT OUTPUT", file=sys.stderr)
        return 2
    given, output = map(Path, arguments)
    try:
        score = score_submission(given / "ref", given / "res", output)
    except MebenchError as error:
        text = as_text(error.diagnostics, error.omitted)
        return _fail(output, "The submission was not scored.", text, error.exit_status)
    except Exception as error:
        # The message of an unexpected error could quote the truth.
        where = "".join(traceback.format_tb(error.__traceback__))
        text = f"{where}{type(error).__name__}"
        return _fail(output, "The scoring program failed. Please report this.", text, 2)
    write_text(output / DETAILS, _details_page(score))
    write_text(output / SCORES, to_json_text(board_values(score)))
    print("\n".join(_table(score).as_text("")))
    print(score.report.signature)
    return 0


def _fail(output: Path, title: str, text: str, status: int) -> int:
    print(f"{title}\n{text}", file=sys.stderr)
    write_text(output / DETAILS, _page(title, f"<pre>{escape(text)}</pre>"))
    return status


def score_submission(reference: Path, submitted: Path, output: Path) -> CodabenchScore:
    """Check a submission against the blind truth and score it on the complete one.

    It is converted to native JSON, in which ``mebench leaderboard add`` takes it, and scored so.
    """
    about = json.loads((reference / ABOUT).read_text(encoding="utf-8"))
    if about["mebench"] != VERSION:
        raise UsageError.of(
            "challenge-version",
            f"The image has mebench {VERSION}; the challenge was packed with {about['mebench']}.",
            "Organizers: build the image from the folder `docker` of the challenge, or pack again "
            "with the version of the image.",
        )
    protocol = load_protocol(reference / PROTOCOL)
    file = find_submission(submitted)
    name = file.relative_to(submitted).as_posix()
    findings, native = Findings(), output / NATIVE
    try:
        blind = reference / BLIND
        converted = convert("predictions", file, protocol, ScoringOptions(), findings, truth=blind)
        write_text(native, converted.text)
        truth = read_truth(reference / TRUTH, Findings())
        score = score_for_board(native, truth, protocol)
        if score.left_out:
            reason = describe_left_out(score.left_out)
            raise MebenchError.of(
                "subjects-left-out",
                f"There are {reason}; such a score has no rank.",
                "List every video: one without predictions has an empty list in JSON, or a row "
                "with empty onset and offset in CSV.",
                Place(file=str(file)),
            )
    except MebenchError as error:
        remove_file(native)
        kept = [_with_name(one, (file, native), name) for one in error.diagnostics]
        raise type(error)(kept, error.omitted) from None
    kept = [_with_name(one, (file, native), name) for one in findings.kept]
    return CodabenchScore(name, score.report, leaderboard_columns(protocol), kept)


def _with_name(diagnostic: Diagnostic, files: Sequence[Path], name: str) -> Diagnostic:
    """Return a finding in which the submitted file has its name in the archive."""
    if diagnostic.place.file not in [str(file) for file in files]:
        return diagnostic
    return replace(diagnostic, place=replace(diagnostic.place, file=name))


def find_submission(folder: Path) -> Path:
    """Return the only file of an unpacked archive, which may be in folders.

    What systems add to archives is ignored: ``__MACOSX``, hidden files, Codabench's ``metadata``.
    Raises ``submission-files`` if there is no file, or more than one.
    """
    paths = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    found = [
        name
        for name in sorted(path.relative_to(folder) for path in paths)
        if name.as_posix() != "metadata"
        and not any(part.startswith((".", "__MACOSX")) for part in name.parts)
    ]
    if len(found) != 1:
        shown = ", ".join(name.as_posix() for name in found[:MAX_NAMED_FILES])
        more = len(found) - MAX_NAMED_FILES
        named = f": {shown}{f' and {more} more' if more > 0 else ''}" if found else ""
        raise MebenchError.of(
            "submission-files",
            f"The archive has {pluralize(len(found), 'file')}{named}; expected one.",
            "Submit a zip archive with a single prediction file.",
        )
    path = folder / found[0]
    require_regular(path)
    return path


def board_values(score: CodabenchScore) -> dict[str, float]:
    """Return the numbers of the board by column; one that is undefined is left out."""
    values = {column.id: _value(score.report, column).value for column in score.columns}
    return {name: value for name, value in values.items() if value is not None}


def _value(report: Report, column: BoardColumn) -> MetricValue:
    metrics = report.metrics if column.group == HEADLINE else report.groups[column.group]
    return metrics[column.metric]


def _table(score: CodabenchScore) -> Grid:
    grid = Grid(["column", "metric", "value"], "llr")
    for column in score.columns:
        value = format_number(column.metric, _value(score.report, column))
        grid.rows.append([column.id, column.title, value])
    return grid


def _details_page(score: CodabenchScore) -> str:
    report, table = score.report, _table(score)
    rows = [
        f"<tr>{''.join(f'<td>{escape(cell or NO_VALUE)}</td>' for cell in row)}</tr>"
        for row in table.rows
    ]
    heads = "".join(f"<th>{escape(title)}</th>" for title in table.header)
    name = escape(escape_unprintable(score.file))
    parts = [
        f"<p>{name}: {pluralize(report.units.predictions, 'prediction')}.</p>",
        f"<table><tr>{heads}</tr>{''.join(rows)}</table>",
        f"<p>{escape(report.folds.text)}</p>",
        f"<p>Signature: <code>{escape(report.signature)}</code></p>",
    ]
    if score.findings:
        parts.append(f"<h2>Findings</h2><pre>{escape(as_text(score.findings))}</pre>")
    return _page("The submission was scored.", "\n".join(parts))


def _page(title: str, body: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>{escape(title)}</title>
<style>
body {{ font-family: sans-serif; max-width: 60em; margin: 1em auto; padding: 0 1em }}
pre, code {{ white-space: pre-wrap; overflow-wrap: anywhere }}
td, th {{ text-align: left; padding: .2em 1em .2em 0 }}
td:last-child, th:last-child {{ text-align: right; padding: .2em 0 }}
</style>
<h1>{escape(title)}</h1>
{body}
</html>
"""
