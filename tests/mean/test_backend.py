"""The device that networks are computed on, in the keys of what they give."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mebench.runner.processes.worker import WORKER_ENVIRONMENT
from mebench_mean.baseline import Mean
from mebench_mean.options import MeanOptions
from mebench_vision.networks import backend


def test_a_machine_without_a_driver_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "GPU_FILES", ())
    monkeypatch.setattr(backend, "ask_backend", None)
    monkeypatch.setattr(sys, "platform", "linux")
    assert backend.device_name() == "cpu"
    assert Mean(MeanOptions()).dependencies()["device"] == "cpu"
    assert Mean(MeanOptions()).default_jobs() is None
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    assert backend.device_name() == "cpu without oneDNN"
    assert Mean(MeanOptions()).default_jobs() is None


def test_a_driver_leads_to_the_question(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "driver").touch()
    monkeypatch.setattr(backend, "GPU_FILES", (str(tmp_path / "driver"),))
    monkeypatch.setattr(backend, "ask_backend", lambda name: f"A card for {name}")
    assert backend.device_name() == f"A card for {backend.backend_name()}"
    assert Mean(MeanOptions()).dependencies()["device"].startswith("A card")
    assert Mean(MeanOptions()).default_jobs() == 1


def test_the_backend_names_its_device_from_a_child_and_here() -> None:
    before = set(sys.modules)
    backend.ask_backend.cache_clear()
    name = backend.ask_backend(backend.backend_name())
    assert name and "\n" not in name
    if backend.backend_name() not in before:
        assert backend.backend_name() not in sys.modules
    assert backend.started_device(backend.backend_name()) == name
    assert backend.ask_backend("unknown_backend") == "unknown device"


def test_workers_share_a_device_and_compute_with_one_thread() -> None:
    assert WORKER_ENVIRONMENT["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    assert WORKER_ENVIRONMENT["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"
    assert WORKER_ENVIRONMENT["NPROC"] == WORKER_ENVIRONMENT["TF_NUM_INTRAOP_THREADS"] == "1"
