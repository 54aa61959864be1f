"""A sample province for looking around and for tests: 13 cities, 60 enterprises in all states; every figure is
illustrative (示例)."""
