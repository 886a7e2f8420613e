"""The backend of Keras: its name, its version, and the device that it computes on.

Nothing here starts the backend in this process, so that planning a run takes no seconds.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

GPU_FILES = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
"""Files of drivers of NVIDIA and AMD on Linux, and in Linux on Windows."""

CPU, UNKNOWN = "cpu", "unknown device"
START_SECONDS = 120


def backend_name() -> str:
    """Return the name of the Keras backend, without starting it."""
    configured = os.environ.get("KERAS_BACKEND")
    if configured:
        return configured
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    try:
        return str(json.loads((home / "keras.json").read_text())["backend"])
    except (OSError, ValueError, KeyError, TypeError):
        return "tensorflow"


def software_versions() -> dict[str, str]:
    """Return the software that weights depend on, with versions, without starting the backend."""
    return {name: _version_of(name) for name in ("keras", backend_name())}


def device_name() -> str:
    """Return the name of the GPU that the backend computes on, or ``cpu``.

    TensorFlow without the kernels of oneDNN, which the user can switch off, is another device.
    """
    has_driver = any(Path(file).exists() for file in GPU_FILES) or sys.platform == "darwin"
    device = ask_backend(backend_name()) if has_driver else CPU
    is_slow = os.environ.get("TF_ENABLE_ONEDNN_OPTS") == "0" and backend_name() == "tensorflow"
    return f"{device} without oneDNN" if device == CPU and is_slow else device


@cache
def ask_backend(backend: str) -> str:
    """Return the first device of a backend that is no processor, or ``cpu``.

    A backend that runs in this process is asked here, otherwise in a child process: it takes
    seconds to start, and then keeps memory of the device. One that does not start has an unknown
    device.
    """
    if backend in sys.modules:
        return started_device(backend)
    code = f"from {__name__} import started_device; print(started_device({backend!r}))"
    try:
        child = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return UNKNOWN
    return child.stdout.strip().splitlines()[-1]


def started_device(backend: str) -> str:
    """Start a backend in this process; return its first device that is no processor, or ``cpu``."""
    module = importlib.import_module(backend)
    names: list[str] = []
    if backend == "tensorflow":
        details = module.config.experimental.get_device_details
        devices = module.config.list_physical_devices("GPU")
        names = [details(device).get("device_name", "GPU") for device in devices]
    elif backend == "jax":
        names = [device.device_kind for device in module.devices() if device.platform != "cpu"]
    elif backend == "torch":
        names = [module.cuda.get_device_name(at) for at in range(module.cuda.device_count())]
    return names[0] if names else CPU


def _version_of(name: str) -> str:
    """Return the version of a package, which has other names for builds for one device."""
    for distribution in (name, f"{name}-cpu", f"{name}-gpu", f"tf-nightly-{name}", "tf-nightly"):
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    return ""
