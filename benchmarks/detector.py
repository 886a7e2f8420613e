"""How often dlib's face detector finds the synthetic faces: exactly one in every frame, it should.

``python -m benchmarks.detector --people 8 --frames 400`` prints a row a person; the frames are
spread over the people, each in a pose of its own: sway, nods, blinks, glances, action units.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from dataclasses import replace
from statistics import median

import numpy as np
from tabulate import tabulate

from mebench.util.random_streams import RandomStream
from mebench_synthetic.faces.action_units import ACTION_UNITS
from mebench_synthetic.faces.person import draw_person
from mebench_synthetic.faces.pose import Pose
from mebench_synthetic.faces.rig import Rig
from mebench_synthetic.recipe import STANDARD

GOAL = 0.99
SWAY = 0.012
"""Standard deviation of pitch and yaw in radians."""


def drawn_pose(draws: RandomStream) -> Pose:
    """Draw what a face might do in a recording."""
    sway = [float(number) for number in draws.standard_normal(6)]
    pose = Pose(
        rotation=(SWAY * sway[0], SWAY * sway[1], 0.005 * sway[2]),
        translation=(0.02 * sway[3], 0.02 * sway[4], 0.05 * sway[5]),
    )
    kind = draws.integer(0, 4)
    if kind == 0:
        pitch, yaw, roll = pose.rotation
        return replace(pose, rotation=(pitch + draws.uniform(-0.06, 0.06), yaw, roll))
    if kind == 1:
        return replace(pose, blink=draws.unit_float())
    if kind == 2:
        return replace(pose, gaze=(draws.uniform(-0.3, 0.3), draws.uniform(-0.15, 0.15)))
    names = draws.shuffled(sorted(set(ACTION_UNITS) - {"AU25", "AU26"}))[: draws.integer(1, 3)]
    strength = draws.uniform(0.15, 0.45) if kind == 3 else draws.uniform(0.5, 0.9)
    return replace(pose, units={f"{name}{side}": strength for name in names for side in "LR"})


def main() -> int:
    """Count faces and print the table; 1 if the goal is missed."""
    import cv2

    dlib = importlib.import_module("dlib")  # it has no types

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--frames", type=int, default=400)
    parser.add_argument("--seed", type=int, default=STANDARD.seed)
    parser.add_argument("--first", type=int, default=0, help="the first person's place")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    detector = dlib.get_frontal_face_detector()
    rows, found = [], 0
    each = -(-given.frames // given.people)
    for place in range(given.first, given.first + given.people):
        person = draw_person(RandomStream(given.seed, "person", place), place)
        begin = time.process_time()
        rig = Rig(person)
        built = time.process_time() - begin
        counts, scores, drawing = [], [], []
        for number in range(each):
            pose = drawn_pose(RandomStream(given.seed, "pose", place, number))
            begin = time.process_time()
            frame = rig.frame(pose)
            drawing.append(1000 * (time.process_time() - begin))
            grey = cv2.cvtColor((frame + 0.5).astype(np.uint8), cv2.COLOR_RGB2GRAY)
            boxes, confidence, _ = detector.run(grey, 0, 0.0)
            counts.append(len(boxes))
            scores.append(max(confidence, default=0.0))
        one = sum(count == 1 for count in counts)
        found += one
        rows.append(
            [
                *(place, person.style, round(person.age), f"{one}/{each}", min(scores)),
                *(float(np.mean(scores)), built, median(drawing)),
            ]
        )
    names = ["place", "hair", "age", "one face", "least score", "mean score", "rig s", "median ms"]
    print(tabulate(rows, names, floatfmt=".2f"))
    share = found / (each * given.people)
    print(f"exactly one face in {share:.2%} of the frames; the goal is {GOAL:.0%}")
    return 0 if share >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
