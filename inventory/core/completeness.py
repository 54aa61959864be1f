"""The completeness state: of every required cell (figure, notation key, missing), of every line of the guideline, and
of the totals above.

A line is a leaf category with one of its gases. A notation key given for a category covers all leaves below it; one
typed in a row belongs to the finest categories that the row feeds. A cell is required where the same row has a figure
in another inventory year, or where a form waits for it. Guideline, chapter 7: completeness; keys as in the reporting
tables (NE, NO, NA, IE, C).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .activity import Notation, RowNotation
from .edition import Category, Edition
from .feeds import Choices, feeds_of
from .ledger import Ledger
from .problems import Origin, Problem, problem
from .questions import COMPLETENESS, FACT, answer_to, item_text, question
from .required_cells import SHOWN, Item, RequiredCell, cell_problems, missing_cells

WORST_FIRST = ("NE", "IE", "C", "NA", "NO")
PARTIAL_KEYS = ("NE", "IE", "C")  # keys that say that something is there and not in the figure


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
    return ledger.derived(_worked_out)


def _worked_out(ledger: Ledger) -> Completeness:
    """The completeness state, made of the lines, the notation keys and the cells that hold no figure."""
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
        if n.key in PARTIAL_KEYS:
            parts.setdefault((n.region, n.year, n.category), []).append(n)
        for below in sorted(edition.descendants(n.category)):
            keyed.setdefault((n.region, n.year, below, n.gas), n)
    lacking: dict[tuple[str, int, str], list[RowNotation]] = {}
    for row in ledger.project.row_notations:
        if row.key in PARTIAL_KEYS:
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
            notation = keyed.get((region, year, leaf.id, gas)) or keyed.get((region, year, leaf.id, ""))
            lines.append(LineStatus(region, year, leaf.id, gas, "notation" if notation else "missing", notation))
    return Completeness(tuple(lines), cells, edition)


# ---- cells ----


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
