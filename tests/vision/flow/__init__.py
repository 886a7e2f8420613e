"""Tests of the optical flow."""
