"""Pages of the reporting service."""
