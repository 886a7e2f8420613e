"""Matching: which prediction matches which truth? Pure functions on integers.

Conventions
-----------
Frames are integers, intervals are closed: ``[onset, offset]`` has ``offset - onset + 1`` frames.
The overlap of two intervals is a ratio of two integers, intersection over union (IoU), and is
compared with a threshold ``num / den`` by cross-multiplication; the bound is inclusive (Eq. 14).
The thresholds are 50/100, 55/100 ... 95/100. Matching is one-to-one within a group (a video and a
kind) and does not depend on the order of rows.

May import: diagnostics, models.
"""
