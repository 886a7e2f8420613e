"""Tests of the diagnosis: outcomes, corrections, the command."""
