"""Tests of finding and cutting out the face."""
