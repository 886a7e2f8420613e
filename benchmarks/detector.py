"""How often dlib's face detector finds exactly one face in a synthetic frame.

``python -m benchmarks.detector --people 8 --frames 400`` prints one row per person. Each frame has
another pose: sway, nods, blinks, glances, action units. The goal is 99 % of the frames.
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
"""Standard deviation of pitch and yaw, in radians."""


def drawn_pose(stream: RandomStream) -> Pose:
    """Draw a pose that may occur in a recording."""
    sway = [float(number) for number in stream.standard_normal(6)]
    pose = Pose(
        rotation=(SWAY * sway[0], SWAY * sway[1], 0.005 * sway[2]),
        translation=(0.02 * sway[3], 0.02 * sway[4], 0.05 * sway[5]),
    )
    kind = stream.integer(0, 4)
    if kind == 0:
        pitch, yaw, roll = pose.rotation
        return replace(pose, rotation=(pitch + stream.uniform(-0.06, 0.06), yaw, roll))
    if kind == 1:
        return replace(pose, blink=stream.unit_float())
    if kind == 2:
        return replace(pose, gaze=(stream.uniform(-0.3, 0.3), stream.uniform(-0.15, 0.15)))
    names = stream.shuffled(sorted(set(ACTION_UNITS) - {"AU25", "AU26"}))[: stream.integer(1, 3)]
    strength = stream.uniform(0.15, 0.45) if kind == 3 else stream.uniform(0.5, 0.9)
    return replace(pose, units={f"{name}{side}": strength for name in names for side in "LR"})


def main() -> int:
    """Count faces and print the table; return 1 if the goal is missed."""
    import cv2

    dlib = importlib.import_module("dlib")  # dlib has no types

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--frames", type=int, default=400)
    parser.add_argument("--seed", type=int, default=STANDARD.seed)
    parser.add_argument("--first", type=int, default=0, help="index of the first person")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    detector = dlib.get_frontal_face_detector()
    rows, total = [], 0
    frames_per_person = -(-arguments.frames // arguments.people)
    for index in range(arguments.first, arguments.first + arguments.people):
        person = draw_person(RandomStream(arguments.seed, "person", index), index)
        begin = time.process_time()
        rig = Rig(person)
        built = time.process_time() - begin
        counts, scores, milliseconds = [], [], []
        for number in range(frames_per_person):
            pose = drawn_pose(RandomStream(arguments.seed, "pose", index, number))
            begin = time.process_time()
            frame = rig.frame(pose)
            milliseconds.append(1000 * (time.process_time() - begin))
            gray = cv2.cvtColor((frame + 0.5).astype(np.uint8), cv2.COLOR_RGB2GRAY)
            boxes, confidence, _ = detector.run(gray, 0, 0.0)
            counts.append(len(boxes))
            scores.append(max(confidence, default=0.0))
        single = sum(count == 1 for count in counts)
        total += single
        rows.append(
            [
                *(
                    index,
                    person.style,
                    round(person.age),
                    f"{single}/{frames_per_person}",
                    min(scores),
                ),
                *(float(np.mean(scores)), built, median(milliseconds)),
            ]
        )
    header = ["person", "hair", "age", "one face", "min score", "mean score", "rig s", "median ms"]
    print(tabulate(rows, header, floatfmt=".2f"))
    share = total / (frames_per_person * arguments.people)
    print(f"exactly one face in {share:.2%} of the frames; the goal is {GOAL:.0%}")
    return 0 if share >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
