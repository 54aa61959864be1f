"""参考方法比较: the reference approach beside the sectoral one, by fuel and in total, with the difference and its
percent."""

from __future__ import annotations

from ..sheets.address import a1
from ..sheets.model import OutputSheet, shared_decimals
from .context import Filing, heading, note
from .figures import MASS, Figures, Lines, Written
from .tables import ReportSheets
from .texts import LANGUAGES, Words

UNIT = "万t"


def has_reference(f: Filing) -> bool:
    return any(line.account == "check" for line in f.ledger.lines)


def reference_sheet(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    """One block per check method and region; rows are fuels in their classes, columns years."""
    t = f.t
    row = note(sheet, heading(sheet, t), t("reference.note"), 1 + 4 * len(reports.years))
    sheet.widths[0] = 30
    blocks: dict[tuple[str, str, str, str], None] = {}
    for line in f.ledger.lines:
        if line.account == "check":
            blocks[line.method, line.category, line.gas, line.region] = None
    for method, category, gas, region in blocks:
        row = _block(f, sheet, row, method, category, gas, region, reports) + 1


def _block(
    f: Filing, sheet: OutputSheet, row: int, method: str, category: str, gas: str, region: str, reports: ReportSheets
) -> int:
    t, ledger, years = f.t, f.ledger, reports.years
    declared = f.edition.declared.methods[method]
    sheet.text(
        row,
        0,
        f"{f.value_label('region', region)}　{t.label(declared.label)}　{f.value_label('category', category)}　{gas}　{UNIT}",
        "section",
    )
    row += 1
    sheet.text(row, 0, f.key_label("fuel"), "head")
    sheet.text(row + 1, 0, "", "head")
    sheet.merges.append((row, 0, row + 1, 0))
    for k, year in enumerate(years):
        sheet.merges.append((row, 1 + 4 * k, row, 4 + 4 * k))
        sheet.number(row, 1 + 4 * k, year, "head")
        for c, word in enumerate(("reference", "sectoral", "difference", "percent")):
            sheet.text(row + 1, 1 + 4 * k + c, t(f"column.{word}"), "head")
            sheet.widths[1 + 4 * k + c] = 13
    row += 2
    below = f.edition.descendants(category)
    mine: dict[tuple[str, int], list[int]] = {}
    theirs: dict[tuple[str, int], list[int]] = {}
    for i, line in enumerate(ledger.lines):
        if line.region == region and line.gas == gas:
            fuel = dict(line.item).get("fuel", "")
            if line.account == "check" and line.method == method:
                mine.setdefault((fuel, line.year), []).append(i)
            elif line.account == "total" and line.category in below and fuel:
                theirs.setdefault((fuel, line.year), []).append(i)
    fuels = sorted({fuel for fuel, _ in (*mine, *theirs)}, key=lambda x: f.rank("fuel", x))
    classes: dict[str, list[str]] = {}
    for fuel in fuels:
        known = f.edition.word("fuel", fuel)
        classes.setdefault(known.classes[-1] if known and known.classes else "", []).append(fuel)
    rows: list[tuple[int, str, list[str], int]] = []  # row, label, fuels, level
    for name, members in classes.items():
        rows.extend((row + 1 + i, f.value_label("fuel", fuel), [fuel], 2) for i, fuel in enumerate(members))
        rows.append((row, f.value_label("fuel_class", name), members, 1))
        row += 1 + len(members)
    rows.append((row, t("reference.total"), fuels, 0))
    for r, label, _, level in sorted(rows, key=lambda x: x[0]):
        sheet.text(r, 0, label, f"line{level}")
    for k, year in enumerate(years):
        figures = reports.figures
        near: dict[str, list[Written]] = {"mine": [], "theirs": []}
        for r, label, members, level in sorted(rows, key=lambda x: (-x[3], x[0])):
            style = "total" if level == 0 else "bold" if level == 1 else "num"
            result = {}
            for c, (side, source) in enumerate((("mine", mine), ("theirs", theirs))):
                lines: Lines = tuple(sorted(i for fuel in members for i in source.get((fuel, year), ())))
                result[side] = _figure(
                    f, figures, sheet, r, 1 + 4 * k + c, lines, gas, style, near[side], label, year, side
                )
            _difference(f, sheet, r, 1 + 4 * k, result["mine"], result["theirs"], style, label, year)
    return row + 1


def _figure(
    f: Filing,
    figures: Figures,
    sheet: OutputSheet,
    row: int,
    col: int,
    lines: Lines,
    gas: str,
    style: str,
    near: list[Written],
    label: str,
    year: int,
    side: str,
) -> bool:
    if not lines:
        sheet.text(row, col, "", "notation")
        return False
    value = figures.value_t(lines, False) / 1e4
    what = {
        lang: Words(lang)(
            "table.sum",
            label=f"{label} {Words(lang)('column.reference' if side == 'mine' else 'column.sectoral')}",
            gas=gas,
            year=year,
        )
        for lang in LANGUAGES
    }
    near.append(
        figures.put(
            sheet,
            row,
            col,
            lines,
            MASS,
            gas,
            UNIT,
            f"{style}:{shared_decimals([value])}",
            what,
            figures.mass_parts(lines, gas, UNIT, near),
        )
    )
    return True


def _difference(
    f: Filing, sheet: OutputSheet, row: int, col: int, mine: bool, theirs: bool, style: str, label: str, year: int
) -> None:
    """reference - sectoral, and that in percent of the sectoral figure; blank where one side has none."""
    if not (mine and theirs):
        sheet.text(row, col + 2, "", "notation")
        sheet.text(row, col + 3, "", "notation")
        return
    a, b = (float(sheet.cells[row, col + k].value) for k in (0, 1))
    one, two = a1(row, col), a1(row, col + 1)
    names = {"a": f"{sheet.name}!{one}", "b": f"{sheet.name}!{two}"}
    what = {lang: f"{label} {Words(lang)('column.difference')} {year}" for lang in LANGUAGES}
    ref = sheet.formula(row, col + 2, f"={one}-{two}", a - b, f"{style}:{shared_decimals([a - b])}")
    f.book.note(ref, "calc", what=what, unit=UNIT, text="a - b", names=names)
    if b:
        ref = sheet.formula(row, col + 3, f"={one}/{two}-1", a / b - 1, "percent")
        what = {lang: f"{label} {Words(lang)('column.percent')} {year}" for lang in LANGUAGES}
        f.book.note(ref, "calc", what=what, unit="%", text="a / b - 1", names=names)
    else:
        sheet.text(row, col + 3, "", "notation")
