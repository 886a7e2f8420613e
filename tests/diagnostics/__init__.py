"""Diagnostics and the exceptions that contain them."""
