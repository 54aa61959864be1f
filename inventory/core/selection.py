"""Names given to a query of the Ledger (category, gas, region, year), brought to the ledger's own or refused with near
matches.

A name that nobody knows must never become 0.0; a known one without lines is 0.0, which is then the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from . import gases
from .names import near
from .problems import InventoryError, problem

if TYPE_CHECKING:
    from .edition import Edition
    from .ledger import Ledger

WHAT = {
    "category": {"zh": "类别", "en": "category"},
    "gas": {"zh": "气体", "en": "gas"},
    "region": {"zh": "地区", "en": "region"},
    "year": {"zh": "年份", "en": "year"},
    "account": {"zh": "账户", "en": "account"},
}
ACCOUNTS = ("total", "memo", "check")


def _refuse(what: str, value: object, known: Iterable[object], also: str = "") -> InventoryError:
    names = near(str(value), [str(k) for k in known]) or also
    return InventoryError([problem("query.unknown", what=WHAT[what], value=str(value), near=names)])


def known_category(ledger: Ledger, category: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """The category or categories, checked. Raises `InventoryError` for an id that the edition does not have."""
    for one in (category,) if isinstance(category, str) else category:
        if one not in ledger.edition.categories:
            raise _refuse("category", one, ledger.edition.categories)
    return category


def known_gas(ledger: Ledger, gas: str) -> frozenset[str]:
    """The gases of a name: one gas, or a group such as HFCs. Raises `InventoryError` for a gas without a GWP in the set
    in force."""
    if gas in ledger.gwp.values:
        return frozenset((gas,))
    members = frozenset(g for g in ledger.gwp.values if gases.group_of(g) == gas)
    if members or any(line.gas == gas for line in ledger.lines):
        return members | {gas}
    raise _refuse("gas", gas, ledger.gwp.values)


def known_region(ledger: Ledger, region: str) -> str:
    """The region's name in this ledger from its name, usual spelling, English name or GB/T 2260 code.

    Raises `InventoryError` for a region of no table.
    """
    inside = ledger.regions
    if region in inside:
        return region
    words = ledger.edition.vocabulary.get("region", {})
    named = _meant("region", region, ledger.edition)
    if named in words:
        return named
    if any(d.region == region for d in ledger.data):
        return region
    raise _refuse("region", region, inside or words)


def known_year(ledger: Ledger, year: object) -> int:
    """The year as a number. Raises `InventoryError` for what is no year of this ledger."""
    try:
        number = int(str(year)) if not isinstance(year, float) else int(year) if year.is_integer() else None
    except ValueError:
        number = None
    years = ledger.years or tuple(sorted({d.year for d in ledger.data}))
    if number is None or (years and number not in years and all(d.year != number for d in ledger.data)):
        raise _refuse("year", year, years)
    return number


def known_account(account: str) -> str:
    """total, memo or check. Raises `InventoryError` for any other word."""
    if account not in ACCOUNTS:
        raise _refuse("account", account, ACCOUNTS)
    return account


def meant(where: Mapping[str, object], edition: Edition) -> dict[str, str]:
    """What names of an input mean, in the words of the edition: quantities and parameters by id or label in either
    language, regions and values of keys by name, English name, alias or code. A name nobody knows stays as it is."""
    return {key: _meant(key, str(value), edition) for key, value in where.items()}


def _meant(key: str, text: str, edition: Edition) -> str:
    plain = text.strip().casefold()
    if key in ("quantity", "parameter"):
        declared = edition.declared.quantities if key == "quantity" else edition.declared.parameters
        if text in declared:
            return text
        named = (e.id for e in declared.values() if plain in {label.casefold() for label in e.label.values()})
        return next(named, text)
    words = edition.vocabulary.get(key, {})
    if text in words:
        return text
    for word in words.values():
        spelled = (word.label_en, word.attributes.get("code", ""), *word.aliases)
        if any(s and s.casefold() == plain for s in spelled):
            return word.value
    if key == "category":
        labels = (c.id for c in edition.categories.values() if plain in {x.casefold() for x in c.label.values()})
        return text if text in edition.categories else next(labels, text)
    return text
