"""A real Dask scheduler with two worker processes: the same bytes, and the same complaints."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mebench.diagnostics import MebenchError, UsageError
from mebench.runner.processes import dask_executor
from tests.runner.distribution import simple, write
from tests.runner.running import Bench, bench_in, carried_out, finished, kill, submission

pytest.importorskip("distributed", reason="Dask is an optional part: pip install 'mebench[dask]'")

OPTIONS = ("--curves", "--reach", "2", "--pause", "0.05")


def dask(bench: Bench, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-W", "ignore", "-m", *arguments]
    return bench.start(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def scheduler(bench: Bench) -> tuple[subprocess.Popen[bytes], str]:
    """Start a scheduler; return it with its address."""
    file = bench.folder / "scheduler.json"
    process = dask(
        bench,
        "distributed.cli.dask_scheduler",
        *("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)),
    )
    deadline = time.monotonic() + 30
    while not file.exists() or not file.read_bytes().endswith(b"}"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process, json.loads(file.read_bytes())["address"]


def workers(bench: Bench, address: str, threads: int, count: int) -> subprocess.Popen[bytes]:
    """Start workers, and wait until the scheduler knows them."""
    from distributed import Client

    process = dask(
        bench,
        "distributed.cli.dask_worker",
        address,
        *("--nthreads", str(threads), "--nworkers", str(count), "--no-dashboard"),
        *("--local-directory", str(bench.folder)),
    )
    with Client(address, timeout=20, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(count, timeout=30)
    return process


def end(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def cluster(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bench, str]]:
    """Give a bench and the address of a scheduler with two workers."""
    folder = tmp_path_factory.mktemp("cluster")
    bench = bench_in(home, folder, write(folder / "data", simple(4)))
    process, address = scheduler(bench)
    both = workers(bench, address, 1, 2)
    yield bench, address
    end(both)
    end(process)
    if Path("/proc/self/environ").exists():
        assert bench.nothing_left(10) == []


def test_the_submission_is_the_same(cluster: tuple[Bench, str]) -> None:
    bench, address = cluster
    here = bench.run("steady", *OPTIONS, "-o", "here")
    there = bench.run("steady", *OPTIONS, "-o", "there", "--scheduler", address)
    assert (here.status, there.status) == (0, 0)
    assert here.out == there.out
    for name in ("predictions.json", "curves.npz", "report.json"):
        assert (bench.folder / "here" / name).read_bytes() == (
            bench.folder / "there" / name
        ).read_bytes()


def test_arrays_are_prepared_there(cluster: tuple[Bench, str]) -> None:
    bench, address = cluster
    options = ("--store", str(bench.folder / "kept"))
    assert bench.run("prepared", "-o", "p1", *options, "--scheduler", address).status == 0
    assert bench.run("prepared", "-o", "p2", *options).status == 0
    assert submission(bench.folder / "p1") == submission(bench.folder / "p2")
    logs = b"".join(one.read_bytes() for one in (bench.folder / "p2" / "logs").iterdir())
    assert b"made" not in logs


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("fault", ["several", "quit", "sleep"])
def test_what_goes_wrong_is_said_alike(
    cluster: tuple[Bench, str], tmp_path: Path, fault: str
) -> None:
    bench, address = cluster
    more = {"jobs": 2, "timeout": 3 if fault == "sleep" else 60}
    said = []
    for where, scheduler in (("here", None), ("there", address)):
        folder = tmp_path / where
        with pytest.raises(MebenchError) as caught:
            options = {"fault": fault, "on": "s2"}
            carried_out("faulty", bench.data, folder, options, scheduler=scheduler, **more)
        said.append(
            [
                (one.code, one.message, one.remedy.replace(str(folder), ""))
                for one in caught.value.diagnostics
            ]
        )
        assert len(list((folder / "folds").iterdir())) == 3
    assert said[0] == said[1]


def test_workers_with_several_threads_are_refused(home: Path, four: Path, tmp_path: Path) -> None:
    bench = bench_in(home, tmp_path, four)
    process, address = scheduler(bench)
    try:
        done = bench.run("steady", "-o", "run", "--scheduler", address)
        assert done.status == 2
        assert "error [scheduler-empty]" in done.err
        worker = workers(bench, address, 2, 1)
        done = bench.run("steady", "-o", "run", "--resume", "--scheduler", address)
        end(worker)
        assert done.status == 2
        assert "error [worker-threads]" in done.err
    finally:
        end(process)


def test_a_scheduler_that_ends_is_named(home: Path, four: Path, tmp_path: Path) -> None:
    """The folds that were done are kept."""
    bench = bench_in(home, tmp_path, four)
    process, address = scheduler(bench)
    worker = workers(bench, address, 1, 1)
    running = bench.start(
        bench.command("steady", "--pause", "0.5", "-o", "run", "--scheduler", address)
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("run/folds/*.json")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    kill(process)
    ended = finished(running, 120)
    end(worker)
    assert ended.status == 1
    assert "the Dask scheduler ended" in ended.err and "None" not in ended.err
    assert 1 <= len(list(tmp_path.glob("run/folds/*.json"))) < 4


@pytest.mark.parametrize("address", ["", "nonsense", "foo://127.0.0.1:1", "tls://127.0.0.1:1"])
@pytest.mark.usefixtures("installed")
def test_addresses_that_are_none(four: Path, tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError, match="scheduler-unreachable"):
        carried_out("steady", four, tmp_path / "run", scheduler=address)


@pytest.mark.usefixtures("installed")
def test_nobody_at_the_address(four: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_executor, "CONNECT_SECONDS", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UsageError, match="scheduler-unreachable"):
            carried_out("steady", four, tmp_path / "run", scheduler=address)
    assert not (tmp_path / "run" / "predictions.json").exists()
