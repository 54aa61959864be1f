"""Many regions and years in one command: units of input compiled in chunks, on this machine or on a cluster, into files
or a data set."""

from .run import BatchRequest, BatchResult, run_batch

__all__ = ["BatchRequest", "BatchResult", "run_batch"]
