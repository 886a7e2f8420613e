"""Statistics: intervals, comparisons and power, with the subject as the unit.

The rules are those of section 5 of the standard, which were chosen by simulation. This room sees
counts per subject and metrics, never files, so that a new metric gets all of it.

May import: metrics, models, util.
"""
