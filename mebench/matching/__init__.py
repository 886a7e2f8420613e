"""Matching: which prediction matches which true expression? Pure functions on integers.

Conventions
-----------
Frames are integers, intervals are closed: ``[onset, offset]`` has ``offset - onset + 1`` frames.
The overlap of two intervals is their intersection over union (IoU), a ratio of two integers. It is
compared with a threshold ``num / den`` by cross-multiplication; the bound is inclusive (Eq. 14).
The thresholds are 50/100, 55/100 ... 95/100. Matching is one-to-one within a group (the intervals
of one video and one kind) and does not depend on the order of rows.

``iou`` finds all pairs with IoU >= 1/2. ``match_intervals`` matches them, and separates the truths
that share predictions with other truths; ``assignment`` finds the best matching of such a group.

May import: diagnostics, models.
"""
