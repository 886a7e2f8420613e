"""Face crops, TV-L1 optical flow, strain and face regions, for baselines that use optical flow.

This package imports only public names of mebench, and no baseline.
"""
