"""The command line: one thin module per command, or group of small commands.

May import: everything.
"""
