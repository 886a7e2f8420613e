"""Stopping: Ctrl-C and SIGKILL at the parent, locks that go with it, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.runner.running import Bench, finished, kill, needs_proc, submission

pytestmark = needs_proc

SLOW = ("--pause", "0.25", "--jobs", "2")


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def started(bench: Bench, *options: str) -> subprocess.Popen[bytes]:
    """Start a slow run, and wait until its first fold is done."""
    process = bench.start(bench.command("steady", *SLOW, "-o", "run", *options))
    until(lambda: any((bench.folder / "run").glob("folds/*.json")))
    return process


def test_ctrl_c_stops_and_resume_goes_on(bench: Bench) -> None:
    process = started(bench)
    os.killpg(process.pid, signal.SIGINT)
    done = finished(process)
    assert done.status == 130
    assert "Finished work is kept in run; --resume continues." in done.err
    assert bench.nothing_left(1) == []
    assert not (bench.folder / "run" / "predictions.json").exists()
    assert bench.here("steady", *SLOW, "-o", "run", "--resume").status == 0
    assert bench.here("steady", "-o", "whole").status == 0
    assert submission(bench.folder / "run") == submission(bench.folder / "whole")


def test_the_termination_that_a_cluster_sends_leaves_nothing(bench: Bench) -> None:
    process = started(bench)
    process.terminate()
    assert finished(process).status == -signal.SIGTERM
    assert bench.nothing_left() == []


def test_two_at_once_and_no_lock_that_outlives_its_process(bench: Bench) -> None:
    process = started(bench)
    # Held still, or it could end on a busy machine before the second one looks.
    os.kill(process.pid, signal.SIGSTOP)
    second = bench.here("steady", *SLOW, "-o", "run", "--resume")
    assert second.status == 2
    assert "[run-locked]" in second.err
    kill(process)
    assert bench.here("steady", *SLOW, "-o", "run", "--resume").status == 0


@pytest.mark.parametrize("fault", ["busy", "start-child-and-hang"])
def test_a_hanging_worker_ends_with_its_parent(bench: Bench, fault: str) -> None:
    """Also one that computes in C and never lets another thread run, and what it started."""
    expected = {"busy": 4, "start-child-and-hang": 5}[fault]
    process = bench.start(bench.command("faulty", "--fault", fault, "-o", "run"))
    # The command, Python's own resource tracker, a worker, its watchdog and perhaps a child.
    until(lambda: len(bench.alive()) == expected)
    time.sleep(0.3)
    kill(process)
    assert bench.nothing_left() == []


def test_a_stopped_worker_ends_with_its_parent(bench: Bench) -> None:
    process = bench.start(bench.command("faulty", "--fault", "sleep", "-o", "run", "--jobs", "1"))
    until(lambda: len(bench.alive()) == 4)
    numbers = [int(line.partition(" ")[0]) for line in bench.alive()]
    [worker] = [one for one in numbers if os.getsid(one) == one and one != process.pid]
    os.kill(worker, signal.SIGSTOP)
    kill(process)
    assert bench.nothing_left() == []
