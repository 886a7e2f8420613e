"""Protocols: finding and loading them, matching ids, and mapping labels to classes.

This package may import ``formats``, ``models``, ``diagnostics`` and ``util``.
"""
