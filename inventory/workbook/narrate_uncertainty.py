"""What `explain` says of the sheet 不确定性: half-widths as roots of sums of squares, down to the cells where the
inputs' half-widths stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .trace import Record

if TYPE_CHECKING:
    from .narrate import Narrator

MOST = 12  # so many parts are listed


def quadrature(n: Narrator, record: Record, row: int, col: int, depth: int) -> list[str]:
    """A half-width made of others; the largest is walked down."""
    what, t = record.what, n.t
    listed: list[tuple[float, tuple[str, int, int]]] = []
    for part in what["parts"]:
        for place in n.cells(part["r"]):
            value = n.source.value(*place)
            if isinstance(value, (int, float)):
                listed.append((float(value) * part["s"][0] / part["s"][1], place))
    listed.sort(key=lambda x: (-abs(x[0]), x[1]))
    out = n.pad(depth, n.head(record.sheet, row, col, what["unit"], t.label(what["what"])))
    out += n.pad(depth + 1, [t("explain.quadrature", n=len(listed))])
    for amount, place in listed[:MOST]:
        statement = t(
            "explain.part",
            value=f"{n.number(amount)} {what['unit']}",
            share="",
            cell=n.name(*place),
            what=n.brief(*place),
        )
        out += n.pad(depth + 2, [statement])
    for _, place in listed[:1]:
        out += n.cell(*place, depth + 2)
    return out


def line_text(n: Narrator, record: Record, row: int, col: int) -> str:
    get = [n.source.value(record.sheet, row, c) for c in range(5)]
    head = str(n.source.value(record.sheet, record.what["head"], col)).replace("\n", "")
    return n.t(
        "explain.of_line", category=get[2], item=get[3], gas=get[4], region=get[0], year=plain(get[1]), what=head
    )


def line(n: Narrator, record: Record, row: int, col: int, depth: int) -> list[str]:
    """A row of 不确定性: its emission down to the arithmetic, or its half-width down to the inputs on their sheets."""
    what, t, r = record.what, n.t, row - record.top
    columns = {c: name for name, c in what["at"].items()}
    name = columns.get(col, "")
    if name in ("", "remark"):
        return n.row(record, row, col, depth)
    unit = {"emission": "t CO2e", "half": "t CO2e"}.get(name, "%")
    out = n.pad(depth, n.head(record.sheet, row, col, unit, line_text(n, record, row, col)))
    if name == "emission":
        return out + n.parts([_mass(n, record, r)], unit, depth + 1)
    if name == "half":
        of = (n.name(record.sheet, row, what["at"]["combined"]), n.name(record.sheet, row, what["at"]["emission"]))
        out += n.pad(depth + 1, [t("explain.equation", text=f"{of[0]} % × |{of[1]}|")])
    result: list[tuple[float, str]] = []
    for short in what["parts"][r].split():
        if name in ("activity", "factor") and (short[0] == "f") != (name == "factor"):
            continue
        place, _, times = short.partition("*")
        sheet, at = what["inputs"][place[0]]
        cell = (sheet, int(place[1:]), at)
        value = n.source.value(*cell)
        statement = _brief_input(n, *cell)
        known = isinstance(value, (int, float))
        shown = f" × {n.number(abs(float(times)))}" if times else ""
        text = (
            t("explain.input_part", cell=n.name(*cell), times=shown, value=n.number(value), what=statement)
            if known
            else t("explain.input_open", cell=n.name(*cell), what=statement)
        )
        result.append((abs(float(value) * float(times or 1)) if known else -1.0, text))
    result.sort(key=lambda x: (-x[0], x[1]))
    out += n.pad(depth + 1, [t("explain.quadrature", n=len(result))] if result else [])
    out += n.pad(depth + 2, [text for _, text in result[:MOST]])
    return out + (n.pad(depth + 2, [t("explain.more_inputs", n=len(result) - MOST)]) if len(result) > MOST else [])


def _mass(n: Narrator, record: Record, r: int) -> dict[str, Any]:
    """The mass of ledger line number `r` as a part of a sum: its cell, scale and GWP."""
    listed = n.ledger_lines
    if listed is None:  # a workbook of an earlier version: with the sheet's own record
        what = record.what
        gas = n.source.value(record.sheet, record.top + r, 4)
        return {"r": [what["masses"][r]], "s": what["scales"][r], "g": what["gwp"][gas]}
    line = listed["lines"][r]
    return {"r": [line[7]], "s": line[8:], "g": listed["gwp"][line[4]]}


def _brief_input(n: Narrator, sheet: str, row: int, col: int) -> str:
    record = n.record(sheet, row, col)
    if record is None:
        return ""
    at, value = record.what["at"], n.source.value
    names = {"factor": ("parameter", "factor_id", "keys"), "share": ("split", "part", "scope")}.get(
        record.what["k"], ("quantity", "item", "region", "year")
    )
    basis = value(sheet, row, at["uncertainty_basis"])
    return " ".join(
        str(plain(x)) for x in (*(value(sheet, row, at[n]) for n in names), f"（{basis}）" if basis else "") if x != ""
    )


def plain(value: Any) -> Any:
    """A whole number without its decimal point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
