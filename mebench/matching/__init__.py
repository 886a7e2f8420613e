"""When does a prediction meet a truth? Pure functions on integers.

Conventions
-----------
Frames are integers, intervals are closed: ``[onset, offset]`` has ``offset - onset + 1`` frames.
The overlap of two intervals is a ratio of two integers, intersection over union, and is compared
with a threshold ``num / den`` by multiplying out; the bound is inclusive (Eq. 14). The thresholds
are 50/100, 55/100 ... 95/100. Matching is one-to-one within a group (a video and a kind) and
depends on no order of rows.
"""
