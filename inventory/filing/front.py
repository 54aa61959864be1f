"""Cover, and contents with the explanations: what is filed, by whom, and how to read it."""

from __future__ import annotations

from ..sheets.look import CENTER, HEI, NUMBER, TEXT, WARNING, Look, change, figure
from ..sheets.table import At, Band, Entry, PagePlan, Part, Table, TableColumn, TableRow, formula
from ..texts import LIST
from .basis import GWP_ACROSS, FilingBasis
from .frame import SIDE, Pages, paragraph, section, space
from .numbering import number_of
from .tables import ReportPages

BIG = Look(face=HEI, size=24, align="center")
YEARS = Look(face=HEI, size=15, align="center")
BANNER = Look(face=HEI, size=12, align="center", colour=WARNING, top=1, bottom=1, left=1, right=1)
LINE = Look(size=11)
RIGHT = Look(size=10, align="left", locked=False)
SMALL = Look(size=9, wrap=True, valign="top")
SHOWN_YEARS = 4


def cover(b: FilingBasis, pages: Pages, reports: ReportPages) -> None:
    """Totals and sectors in 亿吨, what they rest on, and places for seal and signature."""
    t = b.t
    years = b.years if len(b.years) <= SHOWN_YEARS else [b.years[0], *b.years[-(SHOWN_YEARS - 1) :]]
    many = len(years) > 1
    rest = [13.0] * (len(years) + many)
    plan = pages.page(
        t("sheet.cover"),
        t("title.book", region=b.place),
        [max(30.0, 84 - sum(rest) - len(rest)), *rest],
        listed=t("sheet.cover"),
    )
    last = len(plan.widths) - 1
    plan.add(space(18), Band((Part(max(1, last - 1), last, t("cover.number"), RIGHT),), 16))
    if b.archive_code:
        plan.add(
            Band((Part(max(1, last - 1), last, t("cover.archive", code=b.archive_code), SIDE.with_(size=10)),), 16)
        )
    plan.add(
        Band((Part(max(1, last - 1), last, t("cover.code", code=pages.code), SIDE.with_(size=10)),), 16), space(90)
    )
    plan.add(
        Band((Part(0, last, t("title.book", region=b.place), BIG if b.lang == "zh" else BIG.with_(size=20)),), 44),
        Band((Part(0, last, t("cover.years", years=LIST[b.lang].join(map(str, b.years))), YEARS),), 26),
    )
    if b.illustrative:
        plan.add(space(4), Band((Part(0, last, t("page.illustrative"), BANNER),), 26))
    plan.add(space(16), _totals(b, reports, years, many), space(3))
    for text in _basis(b, years[-1]):
        plan.add(paragraph(text, plan, SMALL))
    plan.add(space(38))
    for word in ("compiler", "head", "contact", "date"):
        name = t(f"cover.{word}") + (b.organisation if word == "compiler" else "")
        plan.add(Band((Part(0, last, name, LINE.with_(indent=5, locked=False)),), 25))


def _totals(b: FilingBasis, reports: ReportPages, years: list[int], many: bool) -> Table:
    """References to the summary of each year, in 亿吨 where the total is large enough to be read so."""
    t = b.t
    table, lines = next(iter(b.tables.items()))
    shown = [line for line in lines if line.level <= 1 and not line.memo]
    order = sorted(shown, key=lambda x: (x.level == 0 and _with_lucf(b, x.categories), lines.index(x)))
    large = (
        max((abs(b.wan(b.selection.lines(line, "total", b.region, y))) for line in shown for y in years), default=0)
        >= 1e4
    )
    scale, places = (1e4, 2) if large else (1.0, 1)
    columns = [TableColumn("name", (t("cover.unit") if large else t("cover.unit_small"),), TEXT.with_(size=10))]
    columns += [
        TableColumn(str(y), (t("cover.year", year=y),), NUMBER.with_(size=11, number=figure(places, True)))
        for y in years
    ]
    if many:
        columns.append(TableColumn("change", (t("cover.change"),), NUMBER.with_(size=11)))
    rows = []
    for line in order:
        entries: dict[str, Entry] = {}
        for y in years:
            lines_here = b.selection.lines(line, "total", b.region, y)
            cell = At(f"{table}|{y}", line.number, "total")
            if lines_here and "total" in line.gases:
                value = b.wan(lines_here)
                entries[str(y)] = Entry(value / scale, formula("{c}/10000" if large else "{c}", c=cell))
        total = line.level == 0
        if total:
            name = t("cover.with") if _with_lucf(b, line.categories) else t("cover.without")
        else:
            name = t.label(line.label).removesuffix("总计")
        one, two = (entries.get(str(y)) for y in (years[0], years[-1]))
        if many and one is not None and two is not None:
            changed = reports.changed(
                At("cover", line.number, str(years[0])),
                At("cover", line.number, str(years[-1])),
                float(one.value),
                float(two.value),
            )
            if isinstance(changed.value, float):
                inner = changed.look.number.replace("0.0", '0.0"%"') if changed.look else change(1)
                changed = Entry(changed.value, changed.formula, NUMBER.with_(size=11, number=inner))
            entries["change"] = changed
        rows.append(
            TableRow(
                line.number,
                {"name": Entry(name, None, TEXT.with_(size=10.5, indent=0 if total else 2)), **entries},
                bold=total,
                height=19,
            )
        )
    return Table("cover", tuple(columns), tuple(rows), repeat=False, row_height=19)


def _with_lucf(b: FilingBasis, categories: tuple[str, ...]) -> bool:
    return any(b.is_lucf(c) for c in categories if c in b.edition.categories and not b.edition.categories[c].parent)


def _basis(b: FilingBasis, year: int) -> list[str]:
    """Uncertainty, GWP, kinds of data and factors, and whether something is missing: three sentences."""
    t, ledger, out = b.t, b.ledger, []
    if b.gaps:
        out.append(
            t("cover.incomplete", n=len({(c, g) for _, c, g in b.gaps}), table=t("sheet.missing", n=_missing_number(b)))
        )
    first = next(
        (
            x
            for x in b.uncertainty.targets
            if (x.target.region, x.target.year) == (b.region, year) and x.target.level == "total_without_lucf"
        ),
        None,
    )
    if first is not None and first.shared_pct is not None:
        out.append(
            t(
                "cover.uncertainty",
                year=year,
                pct=f"{first.shared_pct:.1f}",
                least=t("cover.least") if first.lower_bound else "",
                covered=f"{100 * first.covered:.0f}",
            )
            + t("cover.gwp", set=gwp_text(b))
        )
    else:
        out.append(t("cover.gwp", set=gwp_text(b)))
    factors = {(r.id, r.keys, r.value): r for r in ledger.factors}.values()
    out.append(
        t(
            "cover.data",
            n=sum(d.region == b.region for d in ledger.data),
            illustrative=t("cover.of_illustrative", n=b.illustrative) if b.illustrative else "",
            f=len(factors),
            checked=sum(bool(r.checked_by) for r in factors),
            fallback=sum(r.step == "fallback" for r in factors),
        )
    )
    return out


def _missing_number(b: FilingBasis) -> int:
    return number_of(b, "missing")


def gwp_text(b: FilingBasis) -> str:
    known = b.t.group("gwp")
    return known.get(b.ledger.gwp.name, b.ledger.gwp.name)


def contents(b: FilingBasis, pages: Pages, plan: PagePlan) -> None:
    """Contents with links, symbols, letters, GWP values in use, rounding. Filled when all other pages are known."""
    t, last = b.t, len(plan.widths) - 1
    plan.add(
        Band((Part(0, last, t("title.notes"), Look(face=HEI, size=16, align="center")),), 28),
        section(t("notes.contents"), plan),
    )
    rows = [
        TableRow(
            str(n),
            {"number": Entry(number, None, CENTER), "name": Entry(title, None, TEXT.with_(colour="#0072B2"), sheet)},
        )
        for n, (number, title, sheet) in enumerate(pages.contents)
        if sheet != plan.name
    ]
    plan.add(
        Table(
            "contents",
            (TableColumn("number", (t("notes.number"),), CENTER), TableColumn("name", (t("notes.name"),), TEXT, last)),
            tuple(rows),
            repeat=False,
            row_height=13.2,
        )
    )
    plan.add(section(t("notes.symbols"), plan))
    symbols, meanings = t.group("symbol"), t.group("symbol_meaning")
    pairs = [(symbols[k], meanings[k]) for k in symbols]
    plan.add(_pairs("symbols", pairs, (t("notes.symbol"), t("notes.meaning"))))
    plan.add(section(t("notes.letters"), plan))
    letters = t.group("letter")
    plan.add(
        _pairs(
            "letters",
            [(letter, letters.get(flag, letters["other"])) for flag, letter in b.letters.items()],
            (t("notes.symbol"), t("notes.meaning")),
        )
    )
    plan.add(section(t("notes.gwp") + t.comma.strip() + (" " if b.lang == "en" else "") + gwp_text(b), plan), _gwp(b))
    plan.add(
        section(t("notes.rounding"), plan),
        paragraph(t("notes.rounding_text"), plan, SMALL),
        paragraph(t("notes.code_text"), plan, SMALL),
        paragraph(t("given.note"), plan, SMALL),
    )


def _pairs(ident: str, pairs: list[tuple[str, str]], heads: tuple[str, str]) -> Table:
    """Symbol and meaning, two of them beside each other."""
    half = -(-len(pairs) // 2)
    columns = (
        TableColumn("a", (heads[0],), CENTER),
        TableColumn("b", (heads[1],), TEXT, 2),
        TableColumn("c", (heads[0] + "\u200b",), CENTER),
        TableColumn("d", (heads[1] + "\u200b",), TEXT, 2),
    )
    rows = []
    for n in range(half):
        left, right = pairs[n], pairs[n + half] if n + half < len(pairs) else ("", "")
        rows.append(TableRow(str(n), {"a": left[0], "b": left[1], "c": right[0], "d": right[1]}))
    return Table(ident, columns, tuple(rows), repeat=False, row_height=12.8)


def _gwp(b: FilingBasis) -> Table:
    """The values every equivalent of the book multiplies by, three gases beside each other."""
    t, across = b.t, range(GWP_ACROSS)
    columns: list[TableColumn] = []
    for n in across:
        gap = "\u200b" * n  # headings that read the same are joined; these must not
        columns += [
            TableColumn(f"g{n}", (t("notes.gas") + gap,), CENTER),
            TableColumn(f"v{n}", (t("notes.value") + gap,), CENTER),
        ]
    rows = []
    for first in range(0, len(b.gwp_gases), GWP_ACROSS):
        entries: dict[str, Entry] = {}
        for n, gas in enumerate(b.gwp_gases[first : first + GWP_ACROSS]):
            value = b.ledger.gwp.values[gas]
            entries |= {
                f"g{n}": Entry(gas),
                f"v{n}": Entry(value, None, CENTER.with_(number=figure(0 if value == int(value) else 1))),
            }
        rows.append(TableRow(str(first // GWP_ACROSS), entries))
    return Table("gwp", tuple(columns), tuple(rows), repeat=False, row_height=12.4)
