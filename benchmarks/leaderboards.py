"""Speed of ``mebench leaderboard build`` for a board of many submissions of CASME II size.

The script creates a truth with the counts of ``casme2-str@1``, and random submissions with one
interval per video, stored as by ``mebench leaderboard add``. The command then scores all of them
again and writes all tables and the page. The goal is under 60 s for 1,000 submissions on two cores.

Run: ``python -m benchmarks.leaderboards [--submissions 1000] [--rounds 1] [--keep DIR]``.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np

GOAL_SECONDS = 60.0
PROTOCOL = "casme2-str@1"
SUBJECTS, FRAMES = 26, 300


def random_truth() -> dict[str, Any]:
    """Return a truth with the counts of the protocol: one video per expression."""
    from mebench.protocols.loader import load_shipped_protocol

    rng = np.random.default_rng(0)
    classes = load_shipped_protocol(PROTOCOL).expected.classes
    labels = list(chain.from_iterable(repeat(name, count) for name, count in classes.items()))
    onsets = rng.integers(20, 200, len(labels)).tolist()
    return {
        "format": "mebench-truth/1",
        "dataset": "casme2",
        "videos": [
            {
                "subject": f"{number % SUBJECTS + 1:02d}",
                "video": f"EP{number:03d}",
                "n_frames": FRAMES,
                "intervals": [{"onset": onset, "offset": onset + 60, "emotion": label}],
            }
            for number, (onset, label) in enumerate(zip(onsets, labels, strict=True))
        ],
    }


def random_submission(truth: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a submission with intervals near those of the truth."""
    rng = np.random.default_rng(number + 1)
    classes = sorted({video["intervals"][0]["emotion"] for video in truth["videos"]})
    videos = []
    for video in truth["videos"]:
        interval = video["intervals"][0]
        onset = max(0, interval["onset"] + int(rng.normal(0, 25)))
        correct = rng.random() < 0.5
        videos.append(
            {
                "subject": video["subject"],
                "video": video["video"],
                "intervals": [
                    {
                        "onset": onset,
                        "offset": min(FRAMES - 1, onset + 60),
                        "emotion": interval["emotion"] if correct else str(rng.choice(classes)),
                        "score": round(float(rng.random()), 4),
                    }
                ],
            }
        )
    return {
        "format": "mebench-submission/1",
        "protocol": PROTOCOL,
        "system": {"name": f"method {number}", "model_selection": "validation"},
        "folds": [{"test": [f"{subject + 1:02d}"]} for subject in range(SUBJECTS)],
        "videos": videos,
    }


def write_board(folder: Path, count: int) -> None:
    """Write a truth and a board with ``count`` submissions, as the command stores them."""
    from mebench.leaderboard import edit_board
    from mebench.leaderboard.board_folder import digest_of_content, digest_of_rules, write_entry
    from mebench.leaderboard.find_boards import board_of
    from mebench.leaderboard.score_entry import find_truth, score_for_board
    from mebench.models.leaderboard import ENTRY_FORMAT, LeaderboardEntry

    truth = random_truth()
    (folder / "truth.json").write_text(json.dumps(truth))
    (folder / "boards").mkdir(parents=True)
    board = board_of(folder / "boards", PROTOCOL)
    (board.path / "submissions").mkdir(parents=True)
    board_truth = find_truth(board.protocol, {PROTOCOL: folder / "truth.json"})
    assert board_truth is not None
    lines = []
    for index in range(count):
        name = f"method-{index}"
        path = board.submission(name)
        path.write_text(json.dumps(random_submission(truth, index)))
        score = score_for_board(path, board_truth, board.protocol)
        entry = LeaderboardEntry(
            format=ENTRY_FORMAT,
            name=name,
            method=f"method {index}",
            year=2010 + index % 17,
            predictions=digest_of_content(path.read_bytes()),
            rules=digest_of_rules(board.protocol),
            report=score.report.to_json(),
            subjects=score.subjects,
        )
        write_entry(board, entry)
        lines.append(edit_board.score_log_line("add", entry, "made up").to_json())
    # Adding submissions one by one would read the complete board each time.
    board.log.write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def seconds(folder: Path) -> float:
    """Time one build by the command."""
    command = [sys.executable, "-m", "mebench", "leaderboard", "build", "--boards", "boards"]
    begin = time.perf_counter()
    completed = subprocess.run(
        [*command, "--truth", f"{PROTOCOL}=truth.json"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    taken = time.perf_counter() - begin
    if completed.returncode:
        raise SystemExit(completed.stdout + completed.stderr)
    print(completed.stderr.splitlines()[-2], flush=True)
    return taken


def main() -> int:
    """Write a board and time its build; return 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument(
        "--keep", type=Path, help="write the board to this folder and do not delete it"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = arguments.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        begin = time.perf_counter()
        write_board(folder, arguments.submissions)
        print(f"{arguments.submissions:,} made in {time.perf_counter() - begin:.1f} s", flush=True)
        times = [seconds(folder) for _ in range(arguments.rounds)]
        page = (folder / "boards" / "index.html").stat().st_size
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    for build in times:
        milliseconds = 1000 * build / arguments.submissions
        print(f"build  {build:6.1f} s   {milliseconds:5.1f} ms per submission")
    print(f"page   {page / 1e6:6.1f} MB   peak {peak:.0f} MiB")
    met = max(times) <= GOAL_SECONDS
    print(f"goal: {GOAL_SECONDS:g} s for 1,000 submissions: {'met' if met else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
