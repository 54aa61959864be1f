"""The completeness state: of every required cell (figure, notation key, missing), of every line of the guideline, and
of the totals above.

A line is a leaf category with one of its gases. A notation key given for a category covers all leaves below it; one
typed in a row belongs to the
finest categories that the row feeds. A cell is required where the same row has a figure in another inventory year, or
where a form waits for it.
Guideline, chapter 7: completeness; keys as in the reporting tables (NE, NO, NA, IE, C).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .activity import MEASURED, Datum, Notation, Project, RowNotation
from .edition import Category, Edition
from .extras import Gap
from .feeds import Choices, Feeds, feeds_of
from .ledger import Ledger
from .overlap import covers
from .problems import Origin, Problem, bracketed, problem
from .questions import COMPLETENESS, FACT, answer_to, item_text, question

WORST_FIRST = ("NE", "IE", "C", "NA", "NO")
LACKING = ("NE", "IE", "C")  # keys that say that something is there and not in the figure
SHOWN = 12
Item = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RequiredCell:
    """A required cell without a figure. `years` have one for the same row; `origin` is the open cell, or the row in the
    nearest of these years."""

    region: str
    year: int
    quantity: str
    item: Item
    categories: tuple[str, ...]
    years: tuple[int, ...]
    required: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class LineStatus:
    """`status` is computed, notation or missing; `notation` is set for the second.

    Of a computed line, `keys` are rows that are reported by a key and not in the figure, `cells` required cells that
    are missing.
    """

    region: str
    year: int
    category: str
    gas: str
    status: str
    notation: Notation | None = None
    keys: tuple[RowNotation, ...] = ()
    cells: tuple[RequiredCell, ...] = ()

    @property
    def state(self) -> str:
        """computed, partial (some rows carry NE, IE or C), incomplete (required cells are missing), notation or
        missing."""
        if self.status != "computed":
            return self.status
        return "incomplete" if self.cells else "partial" if self.keys else "computed"

    @property
    def reasons(self) -> str:
        """Why the line is not, or not wholly, computed."""
        if self.notation is not None:
            return self.notation.reason
        texts = (f"{k.key} {item_text(k.item)}".strip() + (f"（{k.reason}）" if k.reason else "") for k in self.keys)
        return "；".join(dict.fromkeys(texts))


@dataclass(frozen=True)
class Completeness:
    """The state of a whole ledger, in the order of the tree."""

    lines: tuple[LineStatus, ...]
    cells: tuple[RequiredCell, ...]
    edition: Edition

    def counts(self, region: str | None = None, year: int | None = None) -> Counter[str]:
        """How many lines that count are in each state."""
        return Counter(
            s.state
            for s in self.lines
            if not self.edition.categories[s.category].memo and region in (None, s.region) and year in (None, s.year)
        )

    def summary(self, region: str | None = None, year: int | None = None) -> dict[str, int]:
        """`counts` with every state named; `computed` holds all that have a figure."""
        counts = self.counts(region, year)
        states = {s: counts[s] for s in ("partial", "incomplete", "notation", "missing")}
        return {
            **states,
            "computed": counts["computed"] + counts["partial"] + counts["incomplete"],
            "all": sum(counts.values()),
        }

    def unanswered(
        self, region: str | None = None, year: int | None = None, category: str | None = None
    ) -> list[LineStatus]:
        """Lines that count and are missing or lack required cells, of a category and everything below."""
        below = self.edition.descendants(category) if category else None
        return [
            s
            for s in self.lines
            if s.state in ("missing", "incomplete")
            and not self.edition.categories[s.category].memo
            and region in (None, s.region)
            and year in (None, s.year)
            and (below is None or s.category in below)
        ]


def completeness(ledger: Ledger) -> Iterator[LineStatus]:
    """Status of every leaf category and gas, per region and year, in the order of the tree; information items too."""
    yield from state_of(ledger).lines


def state_of(ledger: Ledger) -> Completeness:
    """The completeness state of a ledger."""
    edition = ledger.edition
    feeds = feeds_of(edition, ledger.choices)
    cells = missing_cells(ledger.data, ledger.project, ledger.notations, edition, feeds)
    done: set[tuple[str, int, str, str]] = set()
    for line in ledger.lines:
        if line.account != "check":
            done.update((line.region, line.year, above, line.gas) for above in ancestors(edition, line.category))
    keyed: dict[tuple[str, int, str, str], Notation] = {}
    # keys given for the leaf itself: beside a figure they speak of a part of it
    parts: dict[tuple[str, int, str], list[Notation]] = {}
    for n in ledger.notations:
        if n.key in LACKING:
            parts.setdefault((n.region, n.year, n.category), []).append(n)
        for below in sorted(edition.descendants(n.category)):
            keyed.setdefault((n.region, n.year, below, n.gas), n)
    lacking: dict[tuple[str, int, str], list[RowNotation]] = {}
    for row in ledger.project.row_notations:
        if row.key in LACKING:
            for category in feeds.categories(row.quantity, dict(row.item), row.year):
                lacking.setdefault((row.region, row.year, category), []).append(row)
    gone: dict[tuple[str, int, str], list[RequiredCell]] = {}
    for cell in cells:
        for category in cell.categories:
            gone.setdefault((cell.region, cell.year, category), []).append(cell)
    places = sorted({(x.region, x.year) for x in ledger.lines} | {(n.region, n.year) for n in ledger.notations})
    leaves = list(leaf_lines(edition))
    lines = []
    for region, year in places:
        for leaf, gas in leaves:
            if (region, year, leaf.id, gas) in done:
                place = (region, year, leaf.id)
                own = [
                    RowNotation(n.region, n.year, "", (), n.key, n.reason, n.origin)
                    for n in parts.get(place, ())
                    if n.gas in ("", gas)
                ]
                lines.append(
                    LineStatus(
                        region,
                        year,
                        leaf.id,
                        gas,
                        "computed",
                        None,
                        (*lacking.get(place, ()), *own),
                        tuple(gone.get(place, ())),
                    )
                )
                continue
            found = keyed.get((region, year, leaf.id, gas)) or keyed.get((region, year, leaf.id, ""))
            lines.append(LineStatus(region, year, leaf.id, gas, "notation" if found else "missing", found))
    return Completeness(tuple(lines), cells, edition)


# ---- cells ----


class Known:
    """What a project says of each row of each region and year: the one place that tells whether a required cell is
    answered."""

    def __init__(
        self, data: Iterable[Datum], project: Project, notations: Iterable[Notation], edition: Edition, feeds: Feeds
    ) -> None:
        self._edition, self._feeds = edition, feeds
        self.rows: dict[tuple[str, int, str], list[Item]] = {}
        self._keyed = {(n.region, n.year, below, n.gas) for n in notations for below in edition.descendants(n.category)}
        for d in data:
            self.rows.setdefault((d.region, d.year, d.quantity), []).append(d.item)
            if d.quantity == MEASURED:
                item = dict(d.item)
                self._keyed.update(
                    (d.region, d.year, below, item.get("gas", ""))
                    for below in edition.descendants(item.get("category", ""))
                )
        self._typed = {(r.region, r.year, r.quantity, r.item) for r in project.row_notations}

    def answers(self, region: str, year: int, quantity: str, item: Item) -> bool:
        """A figure of the row, of its whole or of a part of it; a key of the row; or a key (or measured emission) for
        all that it feeds."""
        if (region, year, quantity, item) in self._typed:
            return True
        have = dict(item)
        outputs = self._feeds.outputs(quantity, have, year) or {
            (c, "") for c in self._feeds.categories(quantity, have, year)
        }
        if outputs and all(
            (region, year, c, g) in self._keyed or (region, year, c, "") in self._keyed for c, g in outputs
        ):
            return True
        return any(_overlaps(self._edition, have, dict(other)) for other in self.rows.get((region, year, quantity), ()))


def missing_cells(
    data: Iterable[Datum], project: Project, notations: Iterable[Notation], edition: Edition, feeds: Feeds
) -> tuple[RequiredCell, ...]:
    """Required cells that hold neither a figure nor a key, in the order of the declarations."""
    data, notations = list(data), list(notations)
    years = inventory_years(data, notations, edition, project.gaps)
    known = Known(data, project, notations, edition, feeds)
    series: dict[tuple[str, str, Item], dict[int, Datum]] = {}
    for d in data:
        if not d.terms:
            series.setdefault((d.region, d.quantity, d.item), {})[d.year] = d
    waiting = {(c.region, c.year, c.quantity, c.item): c for c in project.open_cells}
    found: dict[tuple[str, int, str, Item], RequiredCell] = {}

    def ask(
        region: str, year: int, quantity: str, item: Item, given: tuple[int, ...], origin: Origin, some: bool = True
    ) -> None:
        if not known.answers(region, year, quantity, item):
            categories = feeds.categories(quantity, dict(item), year)
            # an information item never stops a compilation
            counts = any(not edition.categories[c].memo for c in categories)
            cell = RequiredCell(
                region, year, quantity, item, categories, given, some and quantity in feeds.required and counts, origin
            )
            found.setdefault((region, year, quantity, item), cell)

    for (region, quantity, item), by_year in series.items():
        some = any(d.value for d in by_year.values())  # nothing but zeros elsewhere: asked about, and no reason to stop
        if _is_series(quantity, item, edition, feeds):
            for year in sorted(years.get(region, set()) - set(by_year)):
                nearest = by_year[min(by_year, key=lambda y: (abs(y - year), y))]
                empty = waiting.get((region, year, quantity, item))
                ask(
                    region,
                    year,
                    quantity,
                    item,
                    tuple(sorted(by_year)),
                    empty.origin if empty is not None else nearest.origin,
                    some,
                )
    for cell in waiting.values():
        begun = (cell.region, cell.year, cell.quantity) in known.rows
        if begun and cell.quantity in feeds.required and _is_series(cell.quantity, cell.item, edition, feeds):
            ask(cell.region, cell.year, cell.quantity, cell.item, (), cell.origin)
    order = {q: i for i, q in enumerate(edition.declared.quantities)}
    return tuple(found[k] for k in sorted(found, key=lambda k: (k[0], k[1], order.get(k[2], -1), k[3])))


def _is_series(quantity: str, item: Item, edition: Edition, feeds: Feeds) -> bool:
    """A row that each year of an inventory has: all keys told, by words of the vocabulary (not years of deposit or
    names of plants).

    Shares that must add up to one are held together by that rule: a share that is not given is none.
    """
    declared = edition.declared.quantities.get(quantity)
    if quantity == MEASURED:
        return True
    if declared is None or not declared.accounting_year or quantity not in feeds.by_quantity:
        return False
    if any(rule.kind == "sum_to_one" and rule.quantity == quantity for rule in edition.declared.constraints):
        return False
    have = dict(item)
    return all(have.get(k) for k in declared.keys) and all(
        k == "category" or k in edition.vocabulary or k in declared.key_values for k in have
    )


def _overlaps(edition: Edition, a: Mapping[str, str], b: Mapping[str, str]) -> bool:
    """The same row, its whole or a part of it."""
    return all(
        x == y or covers(edition, k, x, y) or covers(edition, k, y, x)
        for k in {**a, **b}
        for x, y in [(a.get(k, ""), b.get(k, ""))]
    )


def inventory_years(
    data: Iterable[Datum], notations: Iterable[Notation], edition: Edition, filled: Iterable[Gap] = ()
) -> dict[str, set[int]]:
    """Per region the years that carry a real share of its data: a lone survey year, or one that is only filled in
    between, asks for no whole inventory."""
    counts: dict[str, Counter[int]] = {}
    made = {(g.region, g.year, g.quantity, g.item) for g in filled}
    for d in data:
        if made and (d.region, d.year, d.quantity, d.item) in made:
            continue
        quantity = edition.declared.quantities.get(d.quantity)
        if quantity is None or quantity.accounting_year:
            counts.setdefault(d.region, Counter())[d.year] += 1
    found = {}
    for region, by_year in counts.items():
        most = max(by_year.values())
        found[region] = {y for y, n in by_year.items() if n * 5 >= most and (n > 2 or n * 2 >= most)}
    for n in notations:
        found.setdefault(n.region, set()).add(n.year)
    return found


def notations_of_rows(
    rows: Iterable[RowNotation], taken: Iterable[tuple[str, int, str, Item]], edition: Edition, choices: Choices
) -> tuple[Notation, ...]:
    """Keys of rows as keys of the finest categories that these rows feed, where no other row of the category has a
    figure or waits for one.

    `taken` are those other rows: (region, year, quantity, item). Where rows say different things, the one that leaves
    most to explain stands.
    """
    feeds = feeds_of(edition, choices)
    known: dict[tuple[str, Item, int], tuple[str, ...]] = {}

    def fed(quantity: str, item: Item, year: int) -> tuple[str, ...]:
        if (quantity, item, year) not in known:
            known[quantity, item, year] = feeds.categories(quantity, dict(item), year)
        return known[quantity, item, year]

    rows = tuple(rows)
    if not rows:
        return ()
    given = {(region, year, c) for region, year, quantity, item in taken for c in fed(quantity, item, year)}
    out: dict[tuple[str, int, str], RowNotation] = {}
    for row in rows:
        for category in fed(row.quantity, row.item, row.year):
            place = (row.region, row.year, category)
            kept = out.get(place)
            if place not in given and (kept is None or WORST_FIRST.index(row.key) < WORST_FIRST.index(kept.key)):
                out[place] = row
    return tuple(Notation(r.region, r.year, c, "", r.key, r.reason, r.origin) for (_, _, c), r in out.items())


# ---- what is said of it ----


def cell_problems(cells: Iterable[RequiredCell], edition: Edition) -> list[Problem]:
    """One problem a region, year and quantity: an error where a required row has a figure in another year, else a
    warning."""
    groups: dict[tuple[str, int, str, bool], list[RequiredCell]] = {}
    for c in cells:
        groups.setdefault((c.region, c.year, c.quantity, bool(c.years)), []).append(c)
    out = []
    for (region, year, quantity, series), members in groups.items():
        declared = edition.declared.quantities.get(quantity)
        label = declared.label if declared else {"zh": "实测排放量", "en": "measured emission"}
        items = [item_text(c.item) for c in members]
        facts = {
            "region": region,
            "year": year,
            "label": label,
            "n": len(members),
            FACT: question(COMPLETENESS, region, year, quantity),
            "items": bracketed("、".join(i for i in items[:SHOWN] if i) + ("…" if len(items) > SHOWN else "")),
            "categories": "、".join(dict.fromkeys(c for m in members for c in m.categories)),
        }
        if series:
            code = "completeness.series" if any(c.required for c in members) else "completeness.series_optional"
            given = "、".join(str(y) for y in sorted({y for c in members for y in c.years}))
            out.append(problem(code, members[0].origin, given=given, **facts))
        else:
            out.append(problem("completeness.open", members[0].origin, **facts))
    return out


def line_problems(state: Completeness) -> list[Problem]:
    """One warning a region and year whose total is not complete, naming the lines that are missing."""
    out = []
    for region, year in dict.fromkeys((s.region, s.year) for s in state.lines):
        counts = state.counts(region, year)
        missing = list(dict.fromkeys(s.category for s in state.unanswered(region, year) if s.state == "missing"))
        if missing:
            names = {
                lang: mark.join(f"{c} {state.edition.label_of_category(c, lang)}" for c in missing[:SHOWN])
                + ("…" if len(missing) > SHOWN else "")
                for lang, mark in (("zh", "、"), ("en", "; "))
            }
            out.append(
                problem(
                    "completeness.lines",
                    Origin(),
                    region=region,
                    year=year,
                    lines=sum(counts.values()),
                    missing=counts["missing"],
                    names=names,
                )
            )
    return out


def open_questions(ledger: Ledger) -> list[Problem]:
    """What stands between this ledger and a final set: missing lines, by region and year, and cells that nobody has
    answered.

    A notation key answers; so does `answers.csv` for the category or one above it, for a quantity (cells), or for `*`.
    """
    state = state_of(ledger)

    def answered(*place: object) -> bool:
        return answer_to(ledger.project, question(COMPLETENESS, *place)) is not None

    left = tuple(
        s
        for s in state.lines
        if s.state != "missing"
        or not any(answered(s.region, s.year, above) for above in ancestors(ledger.edition, s.category))
    )
    cells = [p for p in cell_problems(state.cells, ledger.edition) if not answered(*dict(p.facts)[FACT].split("|")[1:])]
    return [*line_problems(Completeness(left, state.cells, ledger.edition)), *cells]


# ---- the tree ----


def leaf_lines(edition: Edition) -> Iterator[tuple[Category, str]]:
    """Leaf categories with each gas that some declared method can give them (or, where none does, that the tree
    lists)."""
    parents = {c.parent for c in edition.categories.values()}
    for category in edition.categories.values():
        if category.id not in parents:
            for gas in category.gases:
                yield category, gas


def ancestors(edition: Edition, category: str) -> Iterator[str]:
    """The category itself, then each parent up to the sector."""
    while category:
        yield category
        category = edition.categories[category].parent
