"""Keras for baselines with networks: how it is imported, and what it computes on.

Packages whose baselines have networks depend on Keras and one of its backends; this one does not.
"""
