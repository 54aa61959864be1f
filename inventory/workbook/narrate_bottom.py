"""The bottom of an explanation: the datum and its terms, the factor, the GWP, the cell of the balance table, keys and
counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..sheets.address import a1
from .narrate_uncertainty import plain
from .trace import Record

if TYPE_CHECKING:
    from .narrate import Narrator


def data(n: Narrator, record: Record, row: int, col: int, depth: int) -> list[str]:
    t = n.t
    get = {name: n.source.value(record.sheet, row, c) for name, c in record.what["at"].items()}
    item = t.comma.join(str(plain(get[k])) for k in ("region", "year", "category", "item") if get[k] != "")
    head = t(
        "explain.data",
        label=f"{get['quantity']}（{item}）",
        value=n.number(get["canonical"]),
        unit=get["canonical_unit"],
    )
    where = n.name(record.sheet, row, record.what["at"]["canonical"])
    lines = [f"{where}　{head}"]
    below = (
        [
            t(
                "explain.converted",
                entered=n.number(get["entered"]),
                unit_entered=get["entered_unit"],
                scale=get["scale"],
                value=n.number(get["canonical"]),
                unit=get["canonical_unit"],
            )
        ]
        if get["scale"] or get["entered_unit"] != get["canonical_unit"]
        else []
    )
    origin = f"{get['file']}{f'[{get_sheet}]' if (get_sheet := get['sheet']) else ''}{'!' if get['cell'] else ''}{get['cell']}"
    below += [
        t(f"explain.{name}", **{name: text}) for name, text in (("origin", origin), ("source", get["source"])) if text
    ]
    if get["data_kind"]:
        below.append(t("explain.data_kind", kind=get["data_kind"]))
    if get["uncertainty"] != "":
        below.append(t("explain.uncertainty", u=n.number(get["uncertainty"])))
    if get["note"]:
        below.append(t("explain.note", note=get["note"]))
    out = n.pad(depth, lines) + n.pad(depth + 1, below)
    terms = record.what["terms"].get(str(row))
    if terms:
        sheet, first, at = n.at(terms[0])
        out += n.pad(depth + 1, [t("explain.terms", n=terms[1] - first + 1)])
        recorded = n.record(sheet, first, at)
        for r in range(first, terms[1] + 1):
            if recorded is not None:
                out += term(n, recorded, r, at, depth + 2)
    return out


def term(n: Narrator, record: Record, row: int, col: int, depth: int) -> list[str]:
    what, sheet = record.what, record.sheet
    get = [n.source.value(sheet, row, c) for c in range(record.right + 1)]
    shares = "".join(
        f" × {get[3 + 2 * k]} {n.number(get[4 + 2 * k])}" for k in range(what["shares"]) if get[4 + 2 * k] != ""
    )
    value = n.number(get[2])
    if get[what["sign"]] == -1:
        value = f"-({value})" if value.startswith("-") else f"-{value}"
    return n.pad(
        depth,
        [
            n.t(
                "explain.term",
                label=get[1],
                value=value,
                shares=shares,
                amount=f"{n.number(get[what['amount']])} {get[what['amount'] + 1]}",
                reason=get[what["amount"] + 2],
                origin=get[what["amount"] + 3],
            )
        ],
    )


def factor(n: Narrator, record: Record, row: int, col: int, depth: int) -> list[str]:
    t = n.t
    get = {name: n.source.value(record.sheet, row, c) for name, c in record.what["at"].items()}
    where = n.name(record.sheet, row, record.what["at"]["value"])
    reason = f"{t.comma}{get['reason']}" if get["reason"] else ""
    below = [
        t("explain.factor_id", id=get["factor_id"], keys=get["keys"] or "—"),
        t("explain.factor_table", table=get["table"] or "—", standing=get["standing"]),
        t("explain.factor_step", step=get["step"], reason=reason),
    ]
    below += [
        t(f"explain.{name}", **{name: get[key]})
        for name, key in (("checked", "checked"), ("source", "source"), ("origin", "file"), ("note", "note"))
        if get[key]
    ]
    head = t(
        "explain.factor",
        label=f"{get['parameter']}{f' {gas}' if (gas := get['gas']) else ''}",
        value=n.number(get["value"]),
        unit=get["unit"],
    )
    out = n.pad(depth, [f"{where}　{head}"]) + n.pad(depth + 1, below)
    result = record.what.get("computed", {}).get(str(row))
    return out + (n.cell(*n.at(result), depth + 1) if result else [])


def gwp_of(n: Narrator, place: str, depth: int) -> list[str]:
    sheet, row, col = n.at(place)
    record = n.record(sheet, row, col)
    return [] if record is None else gwp(n, record, row, col, depth)


def gwp(n: Narrator, record: Record, row: int, col: int, depth: int) -> list[str]:
    gas, value, ident, standing, note = (n.source.value(record.sheet, row, c) for c in range(5))
    lines = [n.t("explain.gwp", set=record.what["set"], gas=gas, value=n.number(value), id=ident, standing=standing)]
    return n.pad(depth, lines) + (n.pad(depth + 1, [n.t("explain.note", note=note)]) if note else [])


def balance(n: Narrator, record: Record, row: int, col: int, depth: int) -> list[str]:
    what, sheet, t = record.what, record.sheet, n.t
    head = str(n.source.value(sheet, what["head"], col))
    fuel, _, unit = head.partition("\n")
    value = n.source.value(sheet, row, col)
    if value == "":
        return n.pad(depth, [t("explain.empty", cell=n.name(sheet, row, col))])
    origin = "".join(f"[{x}]" if i else x for i, x in enumerate(what["origin"]) if x)
    lines = [
        t(
            "explain.balance",
            region=what["region"],
            year=what["year"],
            row=n.source.value(sheet, row, 0),
            fuel=fuel,
            value=n.number(value),
            unit=unit.strip("()"),
        ),
        t("explain.origin", origin=origin),
    ]
    fixed = what["changed"].get(a1(row, col))
    if fixed:
        lines.append(
            t(
                "explain.printed",
                printed="" if fixed[0] is None else n.number(fixed[0]),
                reason=fixed[1],
                source=fixed[2],
            )
        )
    return n.pad(depth, lines)


def row_of(n: Narrator, record: Record, row: int, col: int, depth: int) -> list[str]:
    """A line of a list: every column under its heading; where the record says how a column comes about, that, and
    what it refers to."""
    what, lines = record.what, []
    if str(col) in what.get("how", {}):
        return n.pad(depth, [*n.head(record.sheet, row, col, "", ""), n.t.label(what["how"][str(col)])])
    refs = what.get("refs", {}).get(str(col), [])
    if row - record.top < len(refs) and refs[row - record.top]:
        return n.cell(*n.at(refs[row - record.top]), depth)
    for c in range(record.left, record.right + 1):
        value = n.source.value(record.sheet, row, c)
        if value != "":
            head = str(n.source.value(record.sheet, record.what["head"], c)).replace("\n", "")
            shown = n.number(value) if isinstance(value, float) and not value.is_integer() else plain(value)
            lines.append(n.t("explain.row_cell", head=head, value=shown))
    return n.pad(depth, lines)


def count(n: Narrator, record: Record, row: int, col: int, depth: int) -> list[str]:
    what = record.what
    return n.pad(
        depth,
        [
            *n.head(record.sheet, row, col, "", ""),
            n.t("explain.count", what=n.t.label(what["what"]), area=what["area"]),
        ],
    )


def notation(n: Narrator, record: Record, row: int, col: int, depth: int) -> list[str]:
    value = n.source.value(record.sheet, row, col)
    return n.pad(
        depth,
        [
            n.t(
                "explain.notation",
                cell=n.name(record.sheet, row, col),
                value=value,
                what=n.t.label(record.what["what"]),
            ),
            n.t("table.legend"),
        ],
    )
