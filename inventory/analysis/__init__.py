"""What is read out of finished ledgers: key categories, quality checks, recalculation. Nothing here changes or
recomputes an emission."""
