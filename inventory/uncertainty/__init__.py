"""How sure the figures are: distributions of inputs, name-keyed random streams, error propagation (approach 1), Monte
Carlo (approach 2).

Cut so that the numeric kernel (`streams`, `distributions`, `sampler`) knows nothing of ledgers: it takes names and
numbers. `inputs` finds the random variables of a ledger, `propagation` and `montecarlo` carry them through its step
tables. Nothing here recomputes an emission: the point estimates are the ledger's.
"""
