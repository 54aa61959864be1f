"""The words of a row: region, keys, category, uncertainty, kind of data, notation key; each as the edition knows it, or
a problem at its cell."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.activity import DATA_KINDS, MEASURED, NOTATION_KEYS
from ..core.declarations import Quantity
from ..core.problems import Collector, Origin, Problem, problem
from ..core.spelling import fold
from ..forms.words import kind_named
from ..spreadsheets.cells import Cell
from ..spreadsheets.numbers import NotNumber, parse_number, plain
from .divisions import divisions
from .headers import PRINTED
from .lexicon import Lexicon, near
from .row import Row, RowsRead, is_blank, number_problem

TOTALS = frozenset(
    fold(w) for w in ("合计", "总计", "小计", "总和", "累计", "全省合计", "合计数", "total", "subtotal", "sum")
)
EXAMPLE_MARKS = frozenset(fold(w) for w in ("示例", "例", "填写示例", "example", "e.g."))


def unknown_region(text: str, place: Origin, known: str, problems: Collector) -> None:
    """A region that nobody knows; a county or district of GB/T 2260 is answered with the row of `regions.csv` to
    add."""
    listed = divisions(text)
    if not listed:
        problems.add("word.region", place, found=text, near=known, more="")
        return
    spans = "、".join(f"{d.province} {d.code}（{d.first or '…'}—{d.last or '…'}）" for d in listed[:4])
    problems.add("word.division", place, found=text, listed=spans, row=" / ".join(d.row for d in listed[:4]), more="")


# what is said once a file with the number of its places: code -> the facts that name the cause
ONCE = {
    "word.region": ("found",),
    "word.division": ("found",),
    "number.scaled": (),
    "balance.correction_no_table": ("region", "year"),
    "balance.unit_unusual": ("unit",),
}


def named_once(problems: Iterable[Problem]) -> list[Problem]:
    """One cause, one message a file: the first place stands, the number of the others is said."""
    groups: dict[tuple[str, ...], list[Problem]] = {}
    out: list[Problem] = []
    for p in problems:
        if p.code in ONCE:
            cause = dict(p.facts)
            groups.setdefault((p.code, p.origin.file, *(str(cause[name]) for name in ONCE[p.code])), []).append(p)
        else:
            out.append(p)
    for same in groups.values():
        more = {"zh": f"，另有 {len(same) - 1} 处", "en": f", and {len(same) - 1} more"} if len(same) > 1 else ""
        facts: dict[str, object] = {**dict(same[0].facts), "more": more}
        out.append(problem(same[0].code, same[0].origin, **facts))
    return out


def region(row: Row, lexicon: Lexicon, rows_read: RowsRead) -> str:
    cell = row.cell("region")
    text = cell.text if cell is not None else row.above.get("region", "")
    if not text:
        rows_read.problems.add(
            "region.missing",
            row.origin(row.fields["region"]) if "region" in row.fields else Origin(row.sheet.file, row.sheet.name),
        )
        return ""
    name = lexicon.region(text)
    if name is None:
        place = row.origin(cell) if cell is not None else row.above_at.get("region", row.origin())
        unknown_region(text, place, near(text, lexicon.edition.vocabulary.get("region", {})), rows_read.problems)
        return ""
    return name


def total_cell(row: Row, quantity: Quantity) -> Cell | None:
    """The key cell that says 合计 instead of a member."""
    cells = [row.keys[k] for k in row.keys if k in quantity.all_keys]
    if "category" in quantity.all_keys and "category" in row.fields:
        cells.append(row.fields["category"])
    if "region" in row.fields:
        cells.append(row.fields["region"])
    return next((c for c in cells if c.kind == "text" and fold(c.text) in TOTALS), None)


def item(row: Row, quantity: Quantity, lexicon: Lexicon, rows_read: RowsRead) -> tuple[tuple[str, str], ...] | None:
    """The row's keys as sorted pairs, from key columns, the item column and the category column; None after a
    problem."""
    given: dict[str, tuple[str, Cell | None]] = {}
    for key, cell in row.keys.items():
        if (
            not cell.blank
            and (key in quantity.all_keys or not is_blank(cell))
            and not _is_mark(cell, quantity, key, lexicon)
        ):
            given[key] = (cell.text, cell)
    right = _item_column(row, quantity, given, lexicon, rows_read)
    right = _category(row, quantity, given, lexicon, rows_read) and right
    pairs: list[tuple[str, str]] = []
    for key, (text, place) in given.items():
        if key not in quantity.all_keys and quantity.id != MEASURED:
            if key in ("region", "category"):
                continue
            facts = {"label": quantity.label, "key": lexicon.labels(key), "found": text}
            rows_read.problems.add("word.extra_key", row.origin(place), keys=_key_names(quantity, lexicon), **facts)
            right = False
            continue
        value = lexicon.value(quantity, key, text)
        if value is None:
            _unknown_value(row, quantity, (key, text), place, lexicon, rows_read)
            right = False
        elif value:
            pairs.append((key, value))
    have = {k for k, _ in pairs}
    for key in quantity.keys:
        if key not in have and key not in given:
            rows_read.problems.add(
                "word.missing_key",
                row.origin(row.keys.get(key) or row.fields.get("category" if key == "category" else "item")),
                label=quantity.label,
                key=lexicon.labels(key),
                near=_few(lexicon.allowed(quantity, key)),
            )
            right = False
    return tuple(sorted(pairs)) if right else None


def _item_column(
    row: Row, quantity: Quantity, given: dict[str, tuple[str, Cell | None]], lexicon: Lexicon, rows_read: RowsRead
) -> bool:
    """Adds the keys of the item column (`key=value`, or a value that only one key has) to `given`; False after a
    problem."""
    right, cell = True, row.cell("item")
    for part in parts(cell.text if cell is not None else ""):
        name, separator, text = part.partition("=")
        named = lexicon.key(name) if separator else lexicon.only_key(quantity, name)
        text = (text if separator else name).strip()
        if named is None:
            near_keys = near(name, quantity.all_keys)
            rows_read.problems.add(
                "word.key", row.origin(cell), found=part, near=near_keys, keys=_key_names(quantity, lexicon)
            )
            right = False
        elif named in given and given[named][0] != text:
            first, key = given[named][0], lexicon.labels(named)
            rows_read.problems.add("word.double_key", row.origin(cell), key=key, first=first, second=text)
            right = False
        else:
            given[named] = (text, cell)
    return right


def _is_mark(cell: Cell, quantity: Quantity, key: str, lexicon: Lexicon) -> bool:
    """— in a key column that does not apply; but a vocabulary may well know 无."""
    return is_blank(cell) and lexicon.value(quantity, key, cell.text) not in lexicon.allowed(quantity, key)


def parts(text: str) -> list[str]:
    plain_text = text.replace("；", ";").replace("＝", "=").replace("\n", ";")
    return [p.strip() for p in plain_text.split(";") if p.strip()]


def _few(names: tuple[str, ...], n: int = 8) -> str:
    return "、".join(names[:n]) + ("…" if len(names) > n else "") or "—"


def _key_names(quantity: Quantity, lexicon: Lexicon) -> dict[str, str]:
    return {
        lang: "、".join(f"{lexicon.label(k, lang)}({k})" for k in quantity.all_keys) or "—" for lang in ("zh", "en")
    }


def _unknown_value(
    row: Row, quantity: Quantity, pair: tuple[str, str], cell: Cell | None, lexicon: Lexicon, rows_read: RowsRead
) -> None:
    key, text = pair
    members = lexicon.class_members(quantity, key, text)
    facts = {"label": quantity.label, "key": lexicon.labels(key), "found": text}
    if members:
        rows_read.problems.add("word.class", row.origin(cell), members=_few(members, 12), **facts)
    else:
        rows_read.problems.add("word.value", row.origin(cell), near=lexicon.near_values(quantity, key, text), **facts)


def _category(
    row: Row, quantity: Quantity, given: dict[str, tuple[str, Cell | None]], lexicon: Lexicon, rows_read: RowsRead
) -> bool:
    """The category column: a key of the quantity, or a statement that must agree with the quantity's home category."""
    cell = row.cell("category")
    if cell is None:
        return True
    if "category" in quantity.all_keys:
        given.setdefault("category", (category_text(cell), cell))
        return True
    if not quantity.category:
        return True
    named = lexicon.category(category_text(cell))
    if named is None:
        rows_read.problems.add(
            "word.category", row.origin(cell), found=cell.text, near=lexicon.near_categories(cell.text)
        )
        return False
    home = quantity.category
    if named in lexicon.edition.descendants(home) or home in lexicon.edition.descendants(named):
        return True
    rows_read.problems.add(
        "category.not_home",
        row.origin(cell),
        label=quantity.label,
        found=lexicon.category_names(named),
        home=lexicon.category_names(home),
    )
    return False


def category_text(cell: Cell) -> str:
    return f"{cell.value:g}" if isinstance(cell.value, float) else cell.text


def uncertainty(row: Row, rows_read: RowsRead) -> float | None:
    cell = row.cell("uncertainty")
    if cell is None:
        return None
    value = parse_number(plain(cell.text).lstrip("±") if cell.kind == "text" else cell)
    if isinstance(value, NotNumber):
        number_problem(value, row.origin(cell), rows_read.problems, PRINTED["uncertainty"])
        return None
    if value.value < 0 or value.value > 1000:
        rows_read.problems.add("row.uncertainty", row.origin(cell), found=cell.text)
        return None
    return value.value


def kind(row: Row, rows_read: RowsRead) -> str:
    cell = row.cell("data_kind")
    if cell is None:
        return ""
    kind = kind_named(cell.text)
    if kind is None:
        rows_read.problems.add("word.kind", row.origin(cell), found=cell.text, kinds="、".join(DATA_KINDS))
    return kind or ""


def notation_of_row(row: Row, rows_read: RowsRead) -> str:
    cell = row.cell("notation")
    if cell is None:
        return ""
    key = plain(cell.text).upper()[:2].strip()
    if key not in NOTATION_KEYS:
        rows_read.problems.add("word.notation", row.origin(cell), found=cell.text, keys="、".join(NOTATION_KEYS))
        return ""
    return key
