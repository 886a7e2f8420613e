"""Face crops, TV-L1 optical flow, strain and face regions, shared by baselines on optical flow.

Imports public names of mebench, and no other baseline.
"""
