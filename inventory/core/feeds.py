"""Which categories a row of data feeds, read from the declarations: so that a notation key typed in a row belongs to
the finest of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from . import equation
from .activity import MEASURED
from .declarations import Method, Step
from .edition import Edition

Output = tuple[str, str]  # category, gas ("" where the row does not tell it)
Choices = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Feed:
    """One emission step that a quantity goes into: under which key values, and where the step's category and gas come
    from.

    `own`: the category follows from the row's keys or lies in the quantity's home; false where the row is one of many
    inputs of something else.
    """

    method: str
    where: Mapping[str, tuple[str, ...]]
    category: str
    gas: str
    own: bool


def feeds_of(edition: Edition, choices: Choices) -> Feeds:
    """The feeds of an edition under the options in force, made once for each combination: a thousand reports ask for
    the same."""
    kept = edition.derived(_kept)
    key = tuple(sorted((name, option) for name, (option, _) in choices.items()))
    if key not in kept:
        kept[key] = Feeds(edition, choices)
    return kept[key]


def _kept(edition: Edition) -> dict[tuple[tuple[str, str], ...], Feeds]:
    return {}


class Feeds:
    """For one edition under the choices in force: quantity -> the emission steps it goes into (checks left out)."""

    def __init__(self, edition: Edition, choices: Choices) -> None:
        self._edition = edition
        self.by_quantity: dict[str, list[Feed]] = {}
        self.required: set[str] = set()
        for method in edition.declared.methods.values():
            if all(choices[c][0] == option for c, option in method.when.items()):
                self._take(method, choices)

    def _take(self, method: Method, choices: Choices) -> None:
        used = method.in_use(choices)
        for step in method.steps:
            if not step.gas or step.account == "check" or step.name not in used:
                continue
            names = _behind(step, method, choices)
            for a in method.activity:
                if a.name in names:
                    source = step.category or "category"
                    home = self._edition.declared.quantities[a.quantity].category
                    own = source not in self._edition.categories or (
                        bool(home) and source in self._edition.descendants(home)
                    )
                    feed = Feed(method.id, a.where, source, step.gas, own)
                    self.by_quantity.setdefault(a.quantity, []).append(feed)
                    if a.required and a.default is None and not method.supersedes:
                        self.required.add(a.quantity)

    def outputs(
        self, quantity: str, item: Mapping[str, str], year: int | str = "", method: str = ""
    ) -> frozenset[Output]:
        """(category, gas) pairs that a row of these keys feeds; of one method where it is named. Empty when the keys do
        not tell."""
        if quantity == MEASURED:
            return frozenset({(item.get("category", ""), item.get("gas", ""))})
        feeds = [f for f in self.by_quantity.get(quantity, ()) if not method or f.method == method]
        return frozenset(self._outputs(feeds, item, str(year)))

    def _outputs(self, feeds: Iterable[Feed], item: Mapping[str, str], year: str) -> Iterator[Output]:
        for feed in feeds:
            if not all(self._fits(k, item.get(k, ""), wanted) for k, wanted in feed.where.items()):
                continue
            category = self._meant(feed.category, item, year)
            if category in self._edition.categories:
                yield category, self._meant(feed.gas, item, year)

    def categories(self, quantity: str, item: Mapping[str, str], year: int | str = "") -> tuple[str, ...]:
        """Categories that a row stands for, in the order of the tree; the quantity's home category where its keys do
        not tell."""
        own = [f for f in self.by_quantity.get(quantity, ()) if f.own]
        fed = {c for c, _ in self._outputs(own, item, str(year))}
        declared = self._edition.declared.quantities.get(quantity)
        home = item.get("category") or (declared.category if declared else "")
        return tuple(c for c in self._edition.categories if c in fed) or ((home,) if home else ())

    def _fits(self, key: str, value: str, wanted: tuple[str, ...]) -> bool:
        if value in wanted:
            return True
        if key == "category":
            return any(value in self._edition.descendants(w) for w in wanted)
        word = self._edition.word(key, value)
        return bool(word and set(word.classes) & set(wanted))

    def _meant(self, source: str, item: Mapping[str, str], year: str) -> str:
        if source.startswith("@"):
            key, _, attribute = source[1:].partition(".")
            return self._edition.attribute(key, item.get(key, ""), attribute, year)
        if source in item:
            return item[source]
        return source.removeprefix("=") if not source.startswith("?") else ""


def _behind(step: Step, method: Method, choices: Choices) -> frozenset[str]:
    """All names that an emission step is made of, through earlier steps."""
    steps = {s.name: s for s in method.steps}
    todo, reached = [step.name], set[str]()
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            if name in steps:
                parsed = equation.parse(steps[name].text_under(choices))
                todo.extend((*parsed.names, *parsed.summed))
    return frozenset(reached)
