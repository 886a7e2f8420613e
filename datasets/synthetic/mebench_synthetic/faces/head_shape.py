"""The shape of a person's head: means of ancestry, sex and age, and individual details."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces import assets
from mebench_synthetic.faces.assets import ANCESTRIES
from mebench_synthetic.faces.mean_head import EYES, LEFT_EYE, RIGHT_EYE, mean_head, smooth_step
from mebench_synthetic.faces.person import Person

Floats = NDArray[np.float32]

YOUNG, OLD = 25.0, 90.0
"""The ages of the source's young and old heads, in years."""
_EVERYBODY = (("mouth/mouth-angles-up", 0.3), ("eyes/*-eye-scale-incr", 0.2))
"""Shapes added to everybody: the source's heads look sad at rest and have small eyes."""
_WOMEN = (
    ("head/head-oval", 0.45),
    ("chin/chin-width-decr", 0.45),
    ("chin/chin-bones-decr", 0.3),
    ("eyes/*-eye-scale-incr", 0.2),
    ("eyebrows/eyebrows-trans-up", 0.25),
    ("nose/nose-scale-horiz-decr", 0.25),
)
"""Shapes added to women, whose faces are rounder than the source's mean."""


def shape_head(person: Person) -> Floats:
    """Return the vertices of a person's head at rest.

    Parameters
    ----------
    person : Person

    Returns
    -------
    float32, shape (vertices, 3)
        Head units, the origin between the person's eyes.
    """
    head = mean_head()
    vertices = head.vertices + EYES
    old = float(np.clip((person.age - YOUNG) / (OLD - YOUNG), 0, 1))
    stout = person.weight
    for sex, by_sex in (("male", person.maleness), ("female", 1 - person.maleness)):
        for age, by_age in (("old", old), ("young", 1 - old)):
            share = by_sex * by_age
            if share == 0:
                continue
            for ancestry, by_ancestry in zip(ANCESTRIES, person.ancestry, strict=True):
                if by_ancestry:
                    mean = assets.shape(f"macrodetails/{ancestry}-{sex}-{age}")
                    vertices = vertices + np.float32(share * by_ancestry) * mean
            body = f"macrodetails/universal-{sex}-{age}-averagemuscle-"
            builds = {"average": 1 - abs(stout), "max" if stout > 0 else "min": abs(stout)}
            for build, by_weight in builds.items():
                if by_weight:
                    mean = assets.shape(f"{body}{build}weight")
                    vertices = vertices + np.float32(share * by_weight) * mean
    women = [(name, weight * (1 - person.maleness)) for name, weight in _WOMEN]
    for name, weight in (*person.shape, *_EVERYBODY, *women):
        vertices = vertices + np.float32(weight) * assets.shape(name)
    eyes = [vertices[head.corners_of(part)] for part in (LEFT_EYE, RIGHT_EYE)]
    middle = np.mean([(eye.max(axis=0) + eye.min(axis=0)) / 2 for eye in eyes], axis=0)
    middle[0] = 0  # keep an asymmetry of the eyes
    return _normalize_size((vertices - middle).astype(np.float32))


def _normalize_size(vertices: Floats) -> Floats:
    """Reduce the difference between head sizes, so that all fill the image similarly."""
    head = mean_head()
    front = smooth_step(0.0, 0.2, head.vertices[:, 2]) > 0.5
    above_chin = head.vertices[:, 1] > -1.05
    face = front & above_chin
    size = np.ptp(vertices[face, 1]) / np.ptp(head.vertices[face, 1])
    return vertices * np.float32(size**-0.5)


def eye_of(vertices: Floats, part: int) -> tuple[Floats, float]:
    """Return the center and the radius of an eyeball.

    Parameters
    ----------
    vertices : float32, shape (vertices, 3)
    part : {LEFT_EYE, RIGHT_EYE}

    Returns
    -------
    middle : float32, shape (3,)
    radius : float
        Head units.
    """
    points = vertices[mean_head().corners_of(part)]
    low, high = points.min(axis=0), points.max(axis=0)
    return (low + high) / 2, float((high - low)[:2].mean() / 2)
