"""The fast frame is the true render, nearly."""

from __future__ import annotations

import numpy as np
import pytest

from mebench_synthetic.faces.pose import Pose
from mebench_synthetic.faces.rig import Rig
from tests.synthetic.faces.measures import both, psnr

SWAY = {"rotation": (-0.010, 0.012, 0.004), "translation": (0.015, 0.01, 0.0)}
MICRO = {
    "surprise above, sadness below": both(AU1=0.35, AU2=0.35, AU5=0.3, AU15=0.3, AU17=0.2),
    "happiness": both(AU6=0.2, AU12=0.22),
    "anger and disgust": both(AU4=0.45, AU7=0.3, AU9=0.3, AU10=0.2),
}
MACRO = {
    "frown above, smile below": both(AU4=0.9, AU6=0.8, AU12=0.9),
    "surprise above, frown below": both(AU1=1.0, AU2=1.0, AU5=0.8, AU15=0.8),
}
"""Several expressions at once, since an exact frame takes a second: their errors add up."""


@pytest.mark.parametrize("name", MICRO)
def test_micro_expressions_with_sway(rig: Rig, name: str) -> None:
    pose = Pose(units=MICRO[name], rotation=SWAY["rotation"], translation=SWAY["translation"])
    assert psnr(rig.frame(pose), rig.exact_frame(pose), rig.mask) >= 42


@pytest.mark.parametrize("name", MACRO)
def test_strong_expressions(old_rig: Rig, name: str) -> None:
    pose = Pose(units=MACRO[name])
    assert psnr(old_rig.frame(pose), old_rig.exact_frame(pose), old_rig.mask) >= 37


def test_rest_is_rendered_truly(rig: Rig) -> None:
    everywhere = np.ones(rig.mask.shape, bool)
    assert psnr(rig.frame(Pose()), rig.exact_frame(Pose()), everywhere) >= 52


def test_blinks_and_glances(rig: Rig) -> None:
    for pose in (Pose(blink=0.5, gaze=(0.25, -0.1)), Pose(blink=1.0)):
        assert psnr(rig.frame(pose), rig.exact_frame(pose), rig.mask) >= 42


def test_the_light_changes_with_the_skin(old_rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    pose = Pose(units=both(AU6=0.3, AU12=0.35))
    truth = old_rig.exact_frame(pose)
    lit = psnr(old_rig.frame(pose), truth, old_rig.mask)
    monkeypatch.setattr(type(old_rig.closed.gains), "gain_of", lambda *_: None)
    assert psnr(old_rig.frame(pose), truth, old_rig.mask) < lit - 3
