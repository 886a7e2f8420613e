"""Protocols: find and load them, match ids by their aliases, and map labels to classes.

May import: diagnostics, util, models, formats.
"""
