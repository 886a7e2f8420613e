"""Tests of what networks have in common."""
