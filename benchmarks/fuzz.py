"""Fuzz every format and every public entry: no traceback, no hang, no memory above 1 GiB.

``python -m benchmarks.fuzz [--inputs 1000000] [--seed 0] [--jobs 2] [--folder FOLDER]`` breaks
valid files of all formats, generates documents from the JSON Schemas, and passes both to the
functions behind the commands, to commands, and to the Python interface
(``benchmarks/fuzzing/targets.py``). An input may be accepted or refused with findings. Everything
else fails: another exception, 10 s of processor time, a crash, or a process with more than 1 GiB.
Failing inputs are kept in ``FOLDER/failures``, with the traceback and a part of the input that
fails in the same way.

Input N of a seed is always the same: ``--replay N`` runs only this one. A stopped run continues
where it was if it is started with the same folder and seed. The script needs Linux or macOS.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tabulate import tabulate

from benchmarks.fuzzing.workers import Failure, Fuzzer, keep, work
from mebench.util.atomic_write import write_text

BATCH = 5_000
"""Inputs per process; a new process forgets what caches have grown to."""

PATIENCE = 90.0
"""Seconds without a new input after which a worker is killed."""

START_SECONDS = 300.0
"""Seconds for a process to start, on a machine with other work."""

PROGRESS_SECONDS = 60.0
MAX_TARGETS = 64

_context = multiprocessing.get_context("spawn")


class Worker:
    """A process with a batch of inputs."""

    def __init__(
        self, slot: int, folder: Path, seed: str, only: Sequence[str], numbers: range
    ) -> None:
        self.slot, self.folder, self.seed, self.only = slot, folder, seed, only
        self.rest = numbers
        self.start()

    def start(self) -> None:
        """Start a process with the rest of the batch."""
        self.shared: Any = _context.RawArray("q", 1 + 2 * MAX_TARGETS)
        self.shared[0] = -1
        self.connection: Connection
        self.connection, other = _context.Pipe()
        place = self.folder / f"worker{self.slot}"
        arguments = (place, self.seed, self.only, self.rest, self.shared, other)
        self.process = _context.Process(target=work, args=arguments, daemon=True)
        self.process.start()
        other.close()
        self.seen, self.since = -1, time.monotonic()

    @property
    def is_stuck(self) -> bool:
        """Whether the current input takes too long."""
        number = self.shared[0]
        if number != self.seen:
            self.seen, self.since = number, time.monotonic()
        patience = START_SECONDS if number < 0 else PATIENCE
        return time.monotonic() - self.since > patience


class Run:
    """The state of a run, which is kept in a file."""

    def __init__(self, folder: Path, seed: str) -> None:
        self.folder, self.seed = folder, seed
        self.state_file = folder / "state.json"
        self.done, self.seconds, self.peak = 0, 0.0, 0
        self.counts: Counter[int] = Counter()
        self.failures: Counter[str] = Counter()
        self.kinds: dict[str, Failure] = {}
        if self.state_file.exists():
            self._load(json.loads(self.state_file.read_text("utf-8")))

    def _load(self, state: dict[str, Any]) -> None:
        if state["seed"] != self.seed:
            sys.exit(f"{self.folder} has a run with the seed {state['seed']}.")
        self.done, self.seconds, self.peak = state["done"], state["seconds"], state["peak"]
        self.counts = Counter({int(index): count for index, count in state["counts"].items()})
        self.failures = Counter(state["failures"])
        self.kinds = {name: Failure(**one) for name, one in state["kinds"].items()}

    def store(self) -> None:
        """Write the state."""
        state = {
            "seed": self.seed,
            "done": self.done,
            "seconds": self.seconds,
            "peak": self.peak,
            "counts": self.counts,
            "failures": self.failures,
            "kinds": {name: failure.to_json() for name, failure in self.kinds.items()},
        }
        write_text(self.state_file, json.dumps(state))

    def add(self, failure: Failure) -> None:
        """Count a failure."""
        if failure.name not in self.kinds:
            self.kinds[failure.name] = failure
            print(f"FAILED: {failure.kind} {failure.key}, input {failure.number}", file=sys.stderr)
        self.failures[failure.name] += 1


def fuzz(run: Run, inputs: int, jobs: int, only: Sequence[str], seconds: float) -> None:
    """Run inputs until there are enough, or the time is over; batches end in their order."""
    begin, before, told = time.monotonic(), run.seconds, time.monotonic()
    waiting = [range(start, min(start + BATCH, inputs)) for start in range(run.done, inputs, BATCH)]
    workers: dict[int, Worker] = {}
    finished: set[int] = set()
    while waiting or workers:
        is_over = time.monotonic() - begin > seconds
        for slot in range(jobs):
            if slot not in workers and waiting and not is_over:
                workers[slot] = Worker(slot, run.folder, run.seed, only, waiting.pop(0))
        if not workers:
            break
        for slot, worker in list(workers.items()):
            if _watch(worker, run):
                del workers[slot]
                finished.add(worker.rest.stop)
        while (stop := min(run.done + BATCH, inputs)) in finished and stop > run.done:
            run.done = stop
        run.seconds = before + time.monotonic() - begin
        if time.monotonic() - told > PROGRESS_SECONDS:
            told = time.monotonic()
            run.store()
            running = (worker.shared[1::2] for worker in workers.values())
            count = sum(run.counts[index] for index in run.counts if index % 2)
            count += sum(map(sum, running))
            print(f"{count:,} inputs in {run.seconds:,.0f} s", file=sys.stderr, flush=True)
        time.sleep(0.05)
    run.store()


def _watch(worker: Worker, run: Run) -> bool:
    """Take what a worker reports; return whether its batch has ended."""
    try:
        while worker.connection.poll():
            message = worker.connection.recv()
            if isinstance(message, Failure):
                run.add(message)
            elif message is not None:
                run.peak = max(run.peak, message)
    except EOFError:
        pass
    is_stuck = worker.is_stuck
    if worker.process.is_alive() and not is_stuck:
        return False
    number = worker.shared[0]
    worker.process.kill()
    worker.process.join()
    if worker.process.exitcode != 0:
        if number < 0:
            sys.exit(f"A worker did not start: see {worker.folder}/worker{worker.slot}/output.txt.")
        kind, detail = "crash", f"exit status {worker.process.exitcode}"
        if is_stuck:
            kind, detail = "hang", f"more than {PATIENCE:.0f} s"
        _add_fatal(worker, run, kind, detail, number)
    for index in range(1, len(worker.shared)):
        if worker.shared[index]:
            run.counts[index] += worker.shared[index]
    if number + 1 < worker.rest.stop:  # it stopped early: go on after the input that failed
        worker.rest = range(number + 1, worker.rest.stop)
        worker.start()
        return False
    return True


def _add_fatal(worker: Worker, run: Run, kind: str, detail: str, number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        fuzzer = Fuzzer(Path(folder), run.seed, worker.only)
        index, content = fuzzer.input(number)
        name = fuzzer.targets[index].name
    failure = Failure(kind, name, name, number, detail)
    keep(failure, run.folder / "failures", content, None)
    run.add(failure)


def print_result(run: Run, names: Sequence[str]) -> None:
    """Print the counts per target, and the failures."""
    rows: list[list[Any]] = [
        [name, run.counts[1 + 2 * index], run.counts[2 + 2 * index]]
        for index, name in enumerate(names)
    ]
    total: list[Any] = ["total", sum(row[1] for row in rows), sum(row[2] for row in rows)]
    print(tabulate([*rows, total], ["input", "number", "refused"], intfmt=","))
    rate = total[1] / max(1.0, run.seconds)
    print(f"seed {run.seed}, {run.seconds:,.0f} s, {rate:,.0f} inputs per second")
    print(f"largest process: {run.peak >> 20:,} MiB")
    for name, count in run.failures.most_common():
        failure = run.kinds[name]
        print(f"FAILED {count} times: {failure.kind} {failure.key}, first input {failure.number}")
    if not run.failures:
        print("no traceback, hang, crash, or memory above 1 GiB")


def main() -> None:
    summary = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(description=summary)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", default="0")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path("runs/fuzz"))
    parser.add_argument("--only", nargs="*", default=(), metavar="TARGET")
    parser.add_argument("--replay", type=int, metavar="NUMBER")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fuzzer = Fuzzer(Path(folder), arguments.seed, arguments.only)
        if arguments.replay is not None:
            index, content = fuzzer.input(arguments.replay)
            print(fuzzer.targets[index].name, content[:2000])
            fuzzer.use(fuzzer.targets[index], arguments.replay, content)
            return
    arguments.folder.mkdir(parents=True, exist_ok=True)
    run = Run(arguments.folder.resolve(), arguments.seed)
    fuzz(run, arguments.inputs, arguments.jobs, arguments.only, arguments.seconds)
    print_result(run, [target.name for target in fuzzer.targets])
    sys.exit(1 if run.failures else 0)


if __name__ == "__main__":
    main()
