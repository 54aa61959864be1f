"""Who reads what an edition declares: the parameters, keys and words that a method, a fallback, a role, a balance table
or another table looks up. What nobody reads is a doubt of `inventory edition check`."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.edition import Edition
from ..core.problems import Problem, problem
from .parts import BalanceSplitRow, KeyName, UncertaintySetRow, rows
from .places import declared_place, place, row_place

BUILT_IN_KEYS = frozenset({"region", "category", "gas", "year"})


def unused(edition: Edition) -> Iterator[Problem]:
    """Parameters, keys and words that nothing reads, and keys that are entered but have no name."""
    read = parameters_read(edition)
    for parameter in edition.declared.parameters:
        if parameter not in read:
            yield problem(
                "edition.unused_parameter", declared_place(edition, "parameter", parameter), parameter=parameter
            )
    keys, named = keys_read(edition, read), {r.key for r in rows(edition, KeyName)}
    for key in sorted(named - keys - set(edition.vocabulary)):
        yield problem("edition.unused_key", row_place(edition, "keys", key), key=key)
    for key in sorted(set(edition.vocabulary) - keys):
        yield problem("edition.unused_words", row_place(edition, "vocabulary", key), key=key)
    if named:
        for key in sorted(keys_entered(edition) - named - BUILT_IN_KEYS):
            yield problem("edition.key_without_name", place(edition, "keys"), key=key)


def parameters_read(edition: Edition) -> frozenset[str]:
    """Parameters of methods, roles and fallbacks, those whose rows another table names, and those that stand for
    information only."""
    methods = edition.declared.methods.values()
    fallbacks = [f for group in edition.fallbacks.values() for f in group]
    by_id = (*(f.factor_id for f in fallbacks), *(r.range for r in rows(edition, UncertaintySetRow)))
    return frozenset(
        {
            *(f.parameter for m in methods for f in m.factor),
            *edition.roles.parameters,
            *(f.use_parameter for f in fallbacks),
            *(edition.by_id[name].parameter for name in by_id if name in edition.by_id),
            *_informing(edition),
        }
    )


def own_files(edition: Edition) -> frozenset[str]:
    """Names of its files without those that it shares with another edition."""
    folders = {f.name for f in edition.folders}
    return frozenset(name.rpartition("/")[2] for name in edition.files if name.partition("/")[0] in folders)


def _informing(edition: Edition) -> Iterator[str]:
    """Parameters whose rows are printed and never computed with: marked so, or of a table that is shared and that
    another edition computes with."""
    own = own_files(edition)
    for parameter, of in edition.factors.items():
        if all(r.role == "information" or r.file not in own for r in of):
            yield parameter


def keys_entered(edition: Edition) -> frozenset[str]:
    """Keys of the quantities that a person fills in."""
    return frozenset(k for q in edition.declared.quantities.values() for k in q.all_keys)


def keys_read(edition: Edition, parameters: frozenset[str]) -> frozenset[str]:
    """Keys of quantities, of the look-ups of methods, of the rows of these parameters, of the shares of the balance
    table, and attributes of words that are words themselves."""
    factors = [f for m in edition.declared.methods.values() for f in m.factor]
    looked_up = (s for f in factors for s in f.keys.values() if s[:1] not in ("=", "?"))
    return frozenset(
        {
            *BUILT_IN_KEYS,
            *keys_entered(edition),
            *(s.lstrip("@").partition(".")[0] for s in looked_up),
            *(k for f in factors for k in f.keys),
            *(k for p in parameters for r in edition.factors.get(p, ()) for k, _ in r.keys),
            *(k for r in rows(edition, BalanceSplitRow) for k, _ in r.sets),
            *(
                k
                for words in edition.vocabulary.values()
                for w in words.values()
                for k, v in w.attributes.items()
                if v in edition.vocabulary.get(k, {})
            ),
        }
    )
