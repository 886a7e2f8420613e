"""Tests of SOFTNet."""
