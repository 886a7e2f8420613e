"""Time and peak memory of the largest inputs that mebench promises to take or to refuse.

``python -m benchmarks.limits [--only NAME]`` generates each input, runs the command as a process of
its own, and prints the seconds, the peak memory, the limits, and how the command ended. Needs Linux
(the peak is that of ``wait4``) and 3 GB in the folder for temporary files.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1024  # in the unit of ru_maxrss

PROTOCOL = """\
id = "limits@1"
title = "Limits"
task = "spot-then-recognize"
targets = ["micro"]
folds = "any"
classes = [{classes}]
[[datasets]]
id = "limits"
"""

HEADER = "subject,video,onset,offset,emotion,score\n"


@dataclass(frozen=True)
class Case:
    """A command on a generated input; ``status`` and ``code`` are how it has to end."""

    write: Callable[[Path], list[str]]
    seconds: float
    mebibytes: int
    status: int = 0
    code: str = ""


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write a file line by line, so that this process stays small."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(lines)


def write_protocol(folder: Path, classes: int) -> None:
    """Write a protocol with some classes."""
    names = ", ".join(f'"class {index}"' for index in range(classes))
    (folder / "p.toml").write_text(PROTOCOL.format(classes=names), encoding="utf-8")


SCORE = ["score", "p.csv", "--truth", "t.csv", "--protocol", "p.toml"]


def score_case(
    folder: Path, truth: Iterable[str], predictions: Iterable[str], classes: int = 3
) -> list[str]:
    """Write truth, predictions and protocol; return the command that scores them."""
    write_protocol(folder, classes)
    header = HEADER.replace(",score", "")
    write_lines(folder / "t.csv", _with_header(header, truth))
    write_lines(folder / "p.csv", _with_header(HEADER, predictions))
    return SCORE


def _with_header(header: str, lines: Iterable[str]) -> Iterable[str]:
    yield header
    yield from lines


def entangled(folder: Path, count: int = 100_000) -> list[str]:
    """Every prediction of one video overlaps every truth."""
    return score_case(
        folder,
        (f"1,a,{index % 400},{5000 + index // 400},class 1\n" for index in range(count)),
        (f"1,a,{index % 400},{5000 + index // 400},class 1,0.5\n" for index in range(count)),
    )


def nested(folder: Path, count: int = 100_000) -> list[str]:
    """Long truths and short predictions in one video: all touch, no pair is a match."""
    return score_case(
        folder,
        (f"1,a,0,{1_000_000 + index},class 1\n" for index in range(count)),
        (f"1,a,{index},{index + 9},class 1,0.5\n" for index in range(count)),
    )


def many_classes(folder: Path, classes: int = 1000, subjects: int = 200) -> list[str]:
    """Many classes, many subjects, one expression per subject and class."""
    numbers = range(subjects * classes // 10)
    return score_case(
        folder,
        (f"{index % subjects},{index},10,20,class {index * 7 % classes}\n" for index in numbers),
        (
            f"{index % subjects},{index},11,20,class {index * 3 % classes},0.{index}\n"
            for index in numbers
        ),
        classes,
    )


def too_many_classes(folder: Path) -> list[str]:
    """More classes than a protocol may have."""
    return many_classes(folder, 5000, 20)


def many_parts(folder: Path, layout: str = "table", videos: int = 100_000) -> list[str]:
    """One row of numbers per video."""
    command = score_case(
        folder,
        (f"{index % 50},{index},10,20,class {index % 3}\n" for index in range(videos)),
        (
            f"{index % 50},{index},{10 + index % 7},20,class {index % 2},0.{index}\n"
            for index in range(videos)
        ),
    )
    return [*command, "--by", "video", "--format", layout, "-o", "out.txt"]


def _many_rows(folder: Path, rows: int) -> list[str]:
    """Write a CSV of many rows: 100 subjects with 50 videos each."""
    per_video = rows // 5000
    return score_case(
        folder,
        (f"{video % 100},{video},10,20,class 1\n" for video in range(5000)),
        (
            f"{video % 100},{video},{index * 13 % 9000},{index * 13 % 9000 + 15},class 1,"
            f"{(video * 7919 + index * 104729) % 1000003 / 1000003:.6f}\n"
            for video in range(5000)
            for index in range(per_video)
        ),
    )


def long_table(folder: Path, rows: int = 5_000_000) -> list[str]:
    """Score a CSV of 5,000,000 rows."""
    return _many_rows(folder, rows)


def long_table_validated(folder: Path, rows: int = 5_000_000) -> list[str]:
    """Validate a CSV of 5,000,000 rows."""
    return ["validate", *_many_rows(folder, rows)[1:]]


AUDIT_HEAD = 'format = "mebench-published/1"\nprotocol = "casme2-str@1"\n'


def _audit(folder: Path, rows: Iterable[str], size: int = 3_000_000) -> list[str]:
    def lines() -> Iterable[str]:
        yield AUDIT_HEAD
        left = size
        for row in rows:
            yield row
            left -= len(row)
            if left < 0:
                return

    write_lines(folder / "rows.toml", lines())
    return ["audit", "rows.toml", "-o", "out.txt"]


def _row(index: int, values: str, more: str = "") -> str:
    return (
        f'[[rows]]\nid = "r{index}"\nmethod = "m"\nsource = "s"\nlink_text = "l"\n{more}'
        f"[rows.values.headline]\n{values}\n"
    )


def audit_systems(folder: Path) -> list[str]:
    """All rows repeat the numbers of one system, and all differ."""
    return _audit(
        folder,
        (
            _row(
                index, f'uf1 = "0.{index:05d}"\nuar = "0.{index * 7 % 99991:05d}"', 'system = "x"\n'
            )
            for index in range(10**6)
        ),
    )


def audit_classes(folder: Path) -> list[str]:
    """Every row states other sizes of the classes, for which all means are listed."""
    return _audit(
        folder,
        (
            _row(index, f'uar = "0.{index % 9973:04d}"\nuf1 = "0.{index % 9973:04d}"')
            + f"[rows.counts.headline]\nclasses = [{61 + index % 50}, {32 + index // 50 % 50}, "
            f"{25 + index // 2500}, 27, 99]\n"
            for index in range(10**6)
        ),
    )


def audit_hits(folder: Path) -> list[str]:
    """Every row needs a search through the possible numbers of hits."""
    return _audit(
        folder,
        (
            _row(index, 'spotting_recall = ".5"\nspotting_precision = ".5"\nspotting_f1 = ".9"')
            + "[rows.counts.headline]\nsamples = 20000\n"
            for index in range(10**6)
        ),
    )


def audit_keys(folder: Path) -> list[str]:
    """One key of a million parts."""
    write_lines(folder / "rows.toml", [AUDIT_HEAD, ".".join(["a"] * 1_500_000), " = 1\n"])
    return ["audit", "rows.toml", "-o", "out.txt"]


def audit_unknown(folder: Path) -> list[str]:
    """Every row has unknown metrics and unreadable numbers."""
    return _audit(folder, (_row(index, 'uf2 = "x"\nuar = "y"\nap = "z"') for index in range(10**6)))


CASES = {
    "entangled": Case(entangled, 30, 1024, 1, "too-many-pairs"),
    "nested": Case(nested, 30, 1024, 1, "too-many-pairs"),
    "many-classes": Case(many_classes, 120, 1024),
    "too-many-classes": Case(too_many_classes, 30, 1024, 2, "inconsistent"),
    "many-parts": Case(many_parts, 60, 2048),
    "many-parts-json": Case(lambda folder: many_parts(folder, "json"), 120, 2048),
    "long-table": Case(long_table, 300, 2048),
    "long-table-validated": Case(long_table_validated, 300, 2048),
    "audit-systems": Case(audit_systems, 30, 1024, 1),
    "audit-classes": Case(audit_classes, 60, 1024, 1),
    "audit-hits": Case(audit_hits, 60, 1024, 1),
    "audit-keys": Case(audit_keys, 30, 1024, 2, "published-syntax"),
    "audit-unknown": Case(audit_unknown, 30, 1024, 1, "too-many-errors"),
}


def run(name: str, case: Case, limit: float) -> bool:
    """Run a case and print its row; return whether it stayed within its limits."""
    with tempfile.TemporaryDirectory(prefix="mebench-limits-") as text:
        folder = Path(text)
        command = [sys.executable, "-m", "mebench", *case.write(folder)]
        inputs = sum(path.stat().st_size for path in folder.iterdir())
        begin = time.monotonic()
        with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
            process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err)
            while True:
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                elapsed = time.monotonic() - begin
                if pid:
                    break
                if elapsed > limit:
                    process.kill()
                time.sleep(0.05)
        errors = (folder / "stderr").read_text(encoding="utf-8", errors="replace")
    exit_status = os.waitstatus_to_exitcode(status)
    peak = usage.ru_maxrss // MEBIBYTE
    seconds = usage.ru_utime + usage.ru_stime
    ended = f"exit {exit_status}" + (f", [{case.code}]" if f"[{case.code}]" in errors else "")
    is_good = (
        exit_status == case.status
        and (not case.code or f"[{case.code}]" in errors)
        and "Traceback" not in errors
        and seconds <= case.seconds
        and peak <= case.mebibytes
    )
    if "Traceback" in errors:
        ended += ", traceback: " + errors.strip().splitlines()[-1][:80]
    print(
        f"{name:<22}{inputs / 1e6:7.1f} MB{elapsed:7.1f} s{seconds:7.1f} s (limit {case.seconds:g})"
        f"{peak:8d} MiB (limit {case.mebibytes})   {ended}{'' if is_good else '   MISSED'}",
        flush=True,
    )
    return is_good


def main() -> None:
    """Run all cases, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=CASES, help="repeatable")
    parser.add_argument("--kill-after", type=float, default=600, metavar="SECONDS")
    given = parser.parse_args()
    names = given.only or list(CASES)
    results = [run(name, CASES[name], given.kill_after) for name in names]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
