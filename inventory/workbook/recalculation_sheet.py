"""重新计算: what changed between two versions of an inventory, line by line, the causes adding up to the change; a
cause is asked for in each row.

The sheet needs no ledger: `inventory diff` writes it as a workbook of its own, a filing takes it among its sheets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..analysis.recalculation import CAUSES, LABELS, LineChange, Recalculation
from ..charts import NativeChart, NativeSeries
from ..core.edition import Edition
from ..sheets.address import Ref, Span
from ..sheets.model import Book, OutputSheet, shared_decimals
from ..sheets.write import save
from .context import Filing, header, heading, note
from .tables import ReportSheets
from .texts import LANGUAGES, Words
from .trace import fill as fill_trace

OLD, NEW, CHANGE, FIRST_CAUSE = 5, 6, 7, 8
AFTER = FIRST_CAUSE + len(CAUSES)  # sum of causes, and on


def applies(f: Filing) -> bool:
    return f.recalculation is not None


def fill(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    assert f.recalculation is not None
    lay_out(f.book, sheet, f.recalculation, f.edition, f.lang)


def write_recalculation(result: Recalculation, edition: Edition, path: object, lang: str = "zh") -> None:
    """The comparison as a workbook of one sheet, with its trace, so that `explain` works on it."""
    t = Words(lang)
    book = Book(t("sheet.recalculation"), lang)
    sheet = book.add(Words("zh")("sheet.recalculation"), t("sheet.recalculation"))
    lay_out(book, sheet, result, edition, lang)
    fill_trace(
        book,
        book.add(Words("zh")("sheet.trace"), t("sheet.trace")),
        {"lang": lang, "gwp": result.gwp_new, "edition": edition.id, "title": book.title},
    )
    save(book, path)  # type: ignore[arg-type]


def lay_out(book: Book, sheet: OutputSheet, result: Recalculation, edition: Edition, lang: str) -> None:
    """Totals by cause with a chart, then every changed line."""
    t = Words(lang)
    sheet.widths.update(
        {
            0: 10,
            1: 8,
            2: 44,
            3: 30,
            4: 8,
            **dict.fromkeys(range(5, AFTER + 2), 15),
            AFTER + 2: 16,
            AFTER + 3: 50,
            AFTER + 4: 30,
            AFTER + 5: 10,
            AFTER + 6: 12,
        }
    )
    sets = [t("recalculation.gwp", set=name) if name else "—" for name in (result.gwp_old, result.gwp_new)]
    row = heading(sheet, t, t("recalculation.subtitle", old=sets[0], new=sets[1]))
    order = " → ".join(t.label(LABELS[c]) for c in result.order)
    row = note(sheet, row, t("recalculation.note", order=order), AFTER, "note", 190)
    for name, places in (("unpaired_old", result.only_old), ("unpaired_new", result.only_new)):
        if places:
            row = note(
                sheet,
                row,
                t(f"recalculation.{name}", places="、".join(f"{r} {y}" for r, y in places)),
                AFTER,
                "banner",
                190,
            )
    _RecalculationSheet(book, sheet, result, edition, lang).fill(row + 1)
    sheet.freeze = (0, 3)


Shown = tuple[str | None, float]  # a figure with the formula that gives it, if there is one


class _RecalculationSheet:
    def __init__(self, book: Book, sheet: OutputSheet, result: Recalculation, edition: Edition, lang: str) -> None:
        self.book, self.sheet, self.result, self.edition, self.t = book, sheet, result, edition, Words(lang)

    def fill(self, row: int) -> None:
        result = self.result
        places, changed = result.places, result.changed
        chart_at = row + len(places) + 4
        lines_at = chart_at + (len(places) + 3 + 20 if any(c.account == "total" for c in changed) else 0)
        # lines in the order of their size, those of one region and year below each other so that the totals are ranges
        ordered = [
            c
            for place in places
            for account in ("total", "memo", "check")
            for c in changed
            if (c.region, c.year) == place and c.account == account
        ]
        self._lines(lines_at, ordered)
        first = lines_at + 2
        self._totals(row, places, ordered, first)
        if lines_at > chart_at:
            self._chart(chart_at, row + 2, places)

    # ---- rows ----

    def _labels(self, head: Sequence[str]) -> list[str]:
        t = self.t
        unit = "\n(t CO2e)"
        return [
            *head,
            *(t(f"recalculation.{c}") + unit for c in ("old", "new", "change")),
            *(t.label(LABELS[c]) + unit for c in CAUSES),
            t("recalculation.sum") + unit,
            t("recalculation.left"),
        ]

    def _figures(
        self,
        row: int,
        both: tuple[Shown, Shown],
        causes: Sequence[Shown],
        what: Callable[[str, str], str],
        styles: tuple[str, str],
    ) -> None:
        """old, new, change and causes; the sum of the causes and what is left over are formulas in every row."""
        sheet, home = self.sheet, self.sheet.name
        plain, strong = styles
        values = tuple(float(value) for _, value in both)
        places = shared_decimals([*values, *(v for _, v in causes)])
        at = {col: Ref(home, row, col).seen_from(home) for col in range(OLD, AFTER + 1)}
        self._shown(row, OLD, both, f"{plain}:{places}")
        cells = {"new": str(Ref(home, row, NEW)), "old": str(Ref(home, row, OLD))}
        change = sheet.formula(row, CHANGE, f"={at[NEW]}-{at[OLD]}", values[1] - values[0], f"{strong}:{places}")
        self.book.note(
            change,
            "calc",
            what={lang: what("change", lang) for lang in LANGUAGES},
            unit="t CO2e",
            text="new - old",
            names=cells,
        )
        self._shown(row, FIRST_CAUSE, causes, f"{plain}:{places}")
        span = f"{at[FIRST_CAUSE]}:{at[AFTER - 1]}"
        total = sheet.formula(row, AFTER, f"=SUM({span})", values[1] - values[0], f"{strong}:{places}")
        columns = [f"{home}!{Span(home, c, row, row).seen_from(home)}" for c in range(FIRST_CAUSE, AFTER)]
        self.book.note(
            total,
            "sum",
            what={lang: what("sum", lang) for lang in LANGUAGES},
            unit="t CO2e",
            gas="total",
            parts=[{"r": columns, "s": [1, 1]}],
        )
        sheet.formula(row, AFTER + 1, f"=ROUND({at[CHANGE]}-{at[AFTER]},6)", 0.0, "num:6")

    def _shown(self, row: int, col: int, figures: Sequence[Shown], style: str) -> None:
        for k, (formula, value) in enumerate(figures):
            if formula is None:
                self.sheet.number(row, col + k, value, style)
            else:
                self.sheet.formula(row, col + k, formula, value, style)

    def _lines(self, row: int, changed: Sequence[LineChange]) -> None:
        sheet, t = self.sheet, self.t
        sheet.text(row, 0, t("recalculation.lines"), "section")
        if not changed:
            sheet.text(row + 1, 0, t("recalculation.none"), "note")
            return
        labels = self._labels([t(f"column.{c}") for c in ("region", "year", "category", "item", "gas")])
        labels += [t(f"recalculation.{c}") for c in ("main", "inputs", "cause", "name", "date")]
        row = first = header(sheet, row + 1, labels)
        for c in changed:
            self._line(row, c)
            row += 1
        self.book.note(Ref(sheet.name, first, 0), "row", Ref(sheet.name, row - 1, AFTER + 6), head=first - 1)

    def _line(self, row: int, c: LineChange) -> None:
        sheet, t, statement = self.sheet, self.t, c.explanation
        name = self._category(c.category)
        sheet.text(row, 0, c.region)
        sheet.number(row, 1, c.year, "year")
        moved = "\n" + t("recalculation.moved", category=self._category(c.moved_from)) if c.moved_from else ""
        account = "" if c.account == "total" else f"（{t.of('account', c.account)}）"
        sheet.text(row, 2, name + account + moved, "wrap")
        sheet.text(row, 3, c.item, "wrap")
        sheet.text(row, 4, c.gas, "center")

        def what(word: str, lang: str) -> str:
            words = Words(lang)
            statement = f"{self._category(c.category, lang)} {c.item} {c.gas} {words(f'recalculation.{word}')}"
            return words("recalculation.cell", region=c.region, year=c.year, what=statement)

        self._figures(
            row,
            ((None, c.old), (None, c.new)),
            [(None, c.causes.get(cause, 0.0)) for cause in CAUSES],
            what,
            ("num", "result"),
        )
        main = c.main_cause
        sheet.text(row, AFTER + 2, t.label(LABELS[main]) if main else "", "center")
        sheet.text(
            row,
            AFTER + 3,
            "\n".join(
                f"{t.label(d.label)}：{d.old} → {d.new}" + self._origin(str(d.new_origin)) for d in c.differences
            ),
            "wrap",
        )
        sheet.text(
            row,
            AFTER + 4,
            f"{t.label(LABELS[statement.cause])}：{statement.text}" if statement else "",
            "wrap" if statement else "corrected",
        )
        sheet.text(row, AFTER + 5, statement.name if statement else "", "wrap" if statement else "corrected")
        sheet.text(row, AFTER + 6, statement.date if statement else "", "wrap" if statement else "corrected")

    @staticmethod
    def _origin(place: str) -> str:
        return f"（{place}）" if place else ""

    def _category(self, category: str, lang: str | None = None) -> str:
        if category not in self.edition.categories:
            return category
        name = self.edition.label_of_category(category, lang or self.t.lang)
        return f"{category} {name}" if name != category else category

    # ---- totals ----

    def _totals(self, row: int, places: Sequence[tuple[str, int]], changed: Sequence[LineChange], first: int) -> None:
        sheet, t, home = self.sheet, self.t, self.sheet.name
        sheet.text(row, 0, t("recalculation.totals"), "section")
        row = header(
            sheet, row + 1, self._labels([t("column.region"), t("column.year"), t("uncertainty.part"), "", ""])
        )
        start = row
        for region, year in places:
            sums = self.result.totals(region, year)
            rows = [
                first + n for n, c in enumerate(changed) if (c.region, c.year, c.account) == (region, year, "total")
            ]
            sheet.text(row, 0, region)
            sheet.number(row, 1, year, "year")
            sheet.text(row, 2, t("column.total"), "line0")
            sheet.text(row, 3, "")
            sheet.text(row, 4, "")

            def area(col: int, rows: list[int] = rows) -> str:
                return Span(home, col, rows[0], rows[-1]).seen_from(home)

            def what(word: str, lang: str, region: str = region, year: int = year) -> str:
                return Words(lang)(
                    "recalculation.cell", region=region, year=year, what=Words(lang)(f"recalculation.{word}")
                )

            causes = [(f"=SUM({area(FIRST_CAUSE + k)})" if rows else None, sums[c]) for k, c in enumerate(CAUSES)]
            new = f"={Ref(home, row, OLD).seen_from(home)}+SUM({area(CHANGE)})" if rows else None
            self._figures(row, ((None, sums["old"]), (new, sums["new"])), causes, what, ("total", "total"))
            row += 1
        self.book.note(Ref(home, start, 0), "row", Ref(home, row - 1, AFTER + 1), head=start - 1)

    def _chart(self, row: int, totals_at: int, places: Sequence[tuple[str, int]]) -> None:
        """Columns of causes by region and year, in 万t, of cells that refer to the totals."""
        sheet, t, home = self.sheet, self.t, self.sheet.name
        sheet.text(row, 0, t("recalculation.chart_data"), "section")
        header(sheet, row + 1, ["", "", "", "", "", "", "", "", *(t.label(LABELS[c]) for c in CAUSES)])
        series = []
        for k, (region, year) in enumerate(places):
            at = row + 2 + k
            sheet.text(at, 0, region)
            sheet.number(at, 1, year, "year")
            for c in range(len(CAUSES)):
                source = Ref(home, totals_at + k, FIRST_CAUSE + c)
                value = sheet.cells[source.row, source.col].value
                assert isinstance(value, (int, float))
                sheet.formula(at, FIRST_CAUSE + c, f"={source.seen_from(home)}/10000", value / 1e4, "num:2")
            series.append(
                NativeSeries(
                    f"{region} {year}",
                    (home, row + 1, FIRST_CAUSE, row + 1, AFTER - 1),
                    (home, at, FIRST_CAUSE, at, AFTER - 1),
                )
            )
        sheet.charts.append(
            NativeChart(
                "columns",
                t("recalculation.chart"),
                tuple(series),
                row + len(places) + 3,
                0,
                t("report.wan_t_co2e"),
                900,
                360,
            )
        )
