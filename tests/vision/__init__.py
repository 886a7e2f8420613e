"""Tests of mebench_vision."""
