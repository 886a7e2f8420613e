"""Time of a command, compared with the time to start Python and import numpy.

The script times complete processes in turn (A B C A B C ...), so a change in the speed of the
machine affects all of them. Each command runs once before, and Python keeps its compiled code, as
after an installation; otherwise the time would be that of compiling:

- (a) ``mebench score`` of a submission of CASME II size in native JSON,
- (b) ``python -c "import numpy"``,
- (c) ``mebench --help``.

``python -m benchmarks.startup [PREDICTIONS TRUTH PROTOCOL]``; without files, the script
creates a submission of the same size.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

RUNS = 15
GOAL_SCORE = 3.5
GOAL_HELP_SECONDS = 0.1


def write_files(folder: Path) -> tuple[str, str, str]:
    """Write a truth and a submission of CASME II's size: 26 subjects, 244 videos."""
    classes = ("disgust", "happiness", "surprise", "repression", "others")
    truth, predictions = [], []
    for number in range(244):
        ids = {"subject": f"sub{number % 26 + 1:02d}", "video": f"EP{number:03d}"}
        onset = 20 + number % 50
        interval = {"onset": onset, "offset": onset + 60, "emotion": classes[number % 5]}
        truth.append({**ids, "n_frames": 300, "intervals": [interval]})
        predicted = {
            "onset": onset + number % 40,
            "offset": onset + 65,
            "emotion": classes[number % 4],
        }
        predictions.append({**ids, "intervals": [predicted]})
    documents = {
        "truth.json": {"format": "mebench-truth/1", "dataset": "casme2", "videos": truth},
        "predictions.json": {
            "format": "mebench-submission/1",
            "protocol": "casme2-str@1",
            "system": {"name": "made for timing"},
            "videos": predictions,
        },
    }
    for name, document in documents.items():
        (folder / name).write_text(json.dumps(document), encoding="utf-8")
    return str(folder / "predictions.json"), str(folder / "truth.json"), "casme2-str@1"


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Time one process."""
    begin = time.perf_counter()
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    return time.perf_counter() - begin


def main() -> int:
    """Time the three commands and print the ratios; return 1 if a goal is missed."""
    mebench = [str(Path(sys.executable).with_name("mebench"))]  # the installed command
    with tempfile.TemporaryDirectory() as folder:
        files = tuple(sys.argv[1:4])
        predictions, truth, protocol = files if len(files) == 3 else write_files(Path(folder))
        commands = {
            "mebench score": [
                *(*mebench, "score", predictions),
                *("--truth", truth, "--protocol", protocol),
            ],
            "import numpy": [sys.executable, "-c", "import numpy"],
            "mebench --help": [*mebench, "--help"],
        }
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(folder) / "compiled")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for command in commands.values():
            seconds(command, environment)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, command in commands.items():
                times[name].append(seconds(command, environment))
    numpy_alone = times["import numpy"]
    ratios = {
        name: median(run / numpy_run for run, numpy_run in zip(runs, numpy_alone, strict=True))
        for name, runs in times.items()
    }
    for name, runs in times.items():
        print(
            f"{name:<16} median {median(runs) * 1000:6.0f} ms   {ratios[name]:4.2f} x import numpy"
        )
    score = ratios["mebench score"]
    extra = median(times["mebench --help"]) - median(numpy_alone)
    met = score <= GOAL_SCORE and extra <= GOAL_HELP_SECONDS
    print(
        f"goals: score <= {GOAL_SCORE} x, --help <= import numpy + {GOAL_HELP_SECONDS} s: ", end=""
    )
    print("met" if met else "missed")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
