"""Where a study runs: local worker processes or a Dask cluster."""
