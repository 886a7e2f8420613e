"""Protocols: load them, match ids under their alias rules, and map labels to classes.

May import: diagnostics, util, models, formats.
"""
