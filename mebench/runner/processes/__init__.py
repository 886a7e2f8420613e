"""Processes that execute jobs: on this machine, or on the workers of a Dask cluster."""
