"""Results beyond one file: a data set of parts committed by a log, on a folder or an object store, and queries over
it."""
