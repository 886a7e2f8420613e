"""A real Dask scheduler with two worker processes: the same bytes, and the same complaints.

Each process of Dask takes a second or two to start, so the tests share them; the last one ends
the scheduler.
"""

from __future__ import annotations

import gc
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest

from mebench.diagnostics import MebenchError, UsageError
from mebench.runner.processes import dask_executor
from tests.runner.distribution import simple, write
from tests.runner.running import Bench, bench_in, carried_out, kill, submission

pytest.importorskip("distributed", reason="Dask is an optional part: pip install 'mebench[dask]'")

OPTIONS = ("--curves", "--reach", "2", "--pause", "0.05")


def dask(bench: Bench, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-W", "ignore", "-m", *arguments]
    return bench.start(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Cluster(NamedTuple):
    """A bench, the address of a scheduler with two workers, and its process."""

    bench: Bench
    address: str
    scheduler: subprocess.Popen[bytes]


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


def two_workers(bench: Bench, address: str) -> subprocess.Popen[bytes]:
    """Start workers, and wait until the scheduler knows them."""
    from distributed import Client

    process = dask(
        bench,
        "distributed.cli.dask_worker",
        address,
        *("--nthreads", "1", "--nworkers", "2", "--no-dashboard"),
        *("--local-directory", str(bench.folder)),
    )
    with Client(address, timeout=20, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(2, timeout=30)
    return process


def end(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def cluster(
    home: Path, installed: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    bench = bench_in(home, folder, write(folder / "data", simple(4)))
    process, address = scheduler(bench)
    both = two_workers(bench, address)
    yield Cluster(bench, address, process)
    end(both)
    end(process)
    if Path("/proc/self/environ").exists():
        assert bench.nothing_left(10) == []


def test_the_submission_is_the_same(cluster: Cluster) -> None:
    bench, address, _ = cluster
    here = bench.here("steady", *OPTIONS, "-o", "here")
    there = bench.here("steady", *OPTIONS, "-o", "there", "--scheduler", address)
    assert (here.status, there.status) == (0, 0)
    assert here.out == there.out
    for name in ("predictions.json", "curves.npz", "report.json"):
        assert (bench.folder / "here" / name).read_bytes() == (
            bench.folder / "there" / name
        ).read_bytes()


def test_a_combination_of_methods_runs_there(cluster: Cluster) -> None:
    bench, address, _ = cluster
    here = bench.here("finder+namer", "-o", "c1")
    there = bench.here("finder+namer", "-o", "c2", "--scheduler", address)
    assert (here.status, there.status) == (0, 0)
    assert submission(bench.folder / "c1") == submission(bench.folder / "c2")


def test_arrays_are_prepared_there(cluster: Cluster) -> None:
    bench, address, _ = cluster
    options = ("--store", str(bench.folder / "kept"))
    assert bench.here("prepared", "-o", "p1", *options, "--scheduler", address).status == 0
    assert bench.here("prepared", "-o", "p2", *options).status == 0
    assert submission(bench.folder / "p1") == submission(bench.folder / "p2")
    logs = b"".join(one.read_bytes() for one in (bench.folder / "p2" / "logs").iterdir())
    assert b"made" not in logs


@pytest.mark.parametrize("fault", ["several", "quit", "sleep"])
def test_what_goes_wrong_is_said_alike(cluster: Cluster, tmp_path: Path, fault: str) -> None:
    bench, address, _ = cluster
    more = {"timeout": 3 if fault == "sleep" else 60}
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


def test_workers_with_several_threads_are_refused(bench: Bench) -> None:
    from distributed import LocalCluster

    started = LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=0,
        threads_per_worker=2,
        processes=False,
        protocol="tcp",
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
    )
    with started:
        address = started.scheduler_address
        done = bench.here("steady", "-o", "run", "--scheduler", address)
        assert done.status == 2
        assert "error [scheduler-empty]" in done.err
        started.scale(1)  # type: ignore[no-untyped-call]
        started.wait_for_workers(1)
        done = bench.here("steady", "-o", "run", "--resume", "--scheduler", address)
        assert done.status == 2
        assert "error [worker-threads]" in done.err


@pytest.fixture
def collected() -> Iterator[None]:
    """Collect a client that did not connect: while another one starts, that is a deadlock."""
    yield
    gc.collect()


@pytest.mark.parametrize("address", ["", "nonsense", "foo://127.0.0.1:1", "tls://127.0.0.1:1"])
@pytest.mark.usefixtures("installed", "collected")
def test_addresses_that_are_none(four: Path, tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError, match="scheduler-unreachable"):
        carried_out("steady", four, tmp_path / "run", scheduler=address)


@pytest.mark.usefixtures("installed", "collected")
def test_nobody_at_the_address(four: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_executor, "CONNECT_SECONDS", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UsageError, match="scheduler-unreachable"):
            carried_out("steady", four, tmp_path / "run", scheduler=address)
    assert not (tmp_path / "run" / "predictions.json").exists()


def test_a_scheduler_that_ends_is_named(cluster: Cluster) -> None:
    """The folds that were done are kept."""
    bench, address, scheduler = cluster
    folds = bench.folder / "run" / "folds"

    def kill_after_a_fold() -> None:
        while not list(folds.glob("*.json")):
            time.sleep(0.05)
        kill(scheduler)

    killer = Thread(target=kill_after_a_fold, daemon=True)
    killer.start()
    ended = bench.here("steady", "--pause", "0.5", "-o", "run", "--scheduler", address)
    killer.join(10)
    assert ended.status == 1
    assert "the Dask scheduler ended" in ended.err and "None" not in ended.err
    assert 1 <= len(list(folds.glob("*.json"))) < 4
