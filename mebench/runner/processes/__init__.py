"""Worker processes: how tasks are carried out on this machine or on a Dask cluster."""
