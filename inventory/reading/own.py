"""A project's own factors (`factors.csv`) and named choices (`choices.csv`): rows through the edge models, then against
the edition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from ..core import units
from ..core.account import ASIDE, COUNTED, LABEL, OPEN, REFUSED
from ..core.activity import UserFactor
from ..core.edition import Edition
from ..core.problems import Collector, Origin
from ..models import ChoiceRow, OwnFactorRow
from ..models.rows import Edge
from ..sheets.english import named
from .account import always, rows_with_errors, settle
from .cells import Cell, Sheet
from .lexicon import Lexicon, fold, lexicon, near

M = TypeVar("M", bound=Edge)

FACTOR_HEADINGS = {
    "id": ("id", "编号", "因子编号"),
    "parameter": ("parameter", "参数", "参数代码"),
    "keys": ("keys", "适用范围", "键", "item"),
    "gas": ("gas", "气体"),
    "value": ("value", "数值", "值"),
    "unit": ("unit", "单位"),
    "source": ("source", "来源", "数据来源"),
    "kind": ("kind", "性质", "类型", "因子性质"),
    "lower": ("lower", "下限"),
    "upper": ("upper", "上限"),
    "uncertainty": ("uncertainty", "uncertainty_pct", "不确定度", "不确定度(%)"),
    "distribution": ("distribution", "分布"),
    "note": ("note", "说明", "备注"),
}
CHOICE_HEADINGS = {
    "choice": ("choice", "选择", "选择项", "id"),
    "option": ("option", "选项", "取值"),
    "reason": ("reason", "理由", "原因", "说明"),
}
CHOICE_BESIDE = ("问题", "可选项", "缺省", "Question", "Options", "Default")
# columns of side files that hold figures; all others name or describe
FIGURES = frozenset({"value", "lower", "upper", "uncertainty", "printed"})
_KIND_WORDS = {"实测值": "实测", "省级值": "省级", "measured value": "实测", "measured": "实测", "provincial": "省级"}


def model_rows(
    sheet: Sheet,
    headings: Mapping[str, tuple[str, ...]],
    needed: tuple[str, ...],
    model: type[M],
    problems: Collector,
    adjust: Callable[[dict[str, object]], bool] | None = None,
    beside: tuple[str, ...] = (),
) -> Iterator[tuple[M, Callable[[str], Origin]]]:
    """Rows of a plain table with one heading row, validated; every fault becomes a problem at its cell.

    Yields (model, place of a field). A missing column or an unknown one is told once; `beside` are headings of a
    template that only explain. `adjust` may change the values of a row before they are validated; a row for which it
    gives False is passed over.
    """
    before = len(problems.found)
    top = next(
        (r for r in range(1, min(sheet.height, 20) + 1) if _matches(sheet, r, headings) >= min(2, len(needed))), 0
    )
    if not top:
        problems.add(
            "table.unknown",
            sheet.row_origin(1),
            found="、".join(c.text for c in (sheet.rows[0] if sheet.rows else ()) if c.text) or "（空）",
            columns="、".join(headings[n][0] for n in needed),
        )
        settle(sheet, always(REFUSED, "no_table"), problems)
        return
    names = {fold(word): name for name, words in headings.items() for word in words}
    columns: dict[str, int] = {}
    unread = []
    for c in range(1, sheet.width + 1):
        text = sheet.cell(top, c).text
        name = names.get(fold(text))
        if name is None:
            if text and fold(text) not in {fold(w) for w in beside}:
                unread.append(text)
        elif name in columns:
            problems.add(
                "table.double_column",
                sheet.row_origin(top, c),
                heading=text,
                first=sheet.cell(top, columns[name]).address,
            )
        else:
            columns[name] = c
    if unread:
        problems.add("table.unread_columns", sheet.row_origin(top), columns="、".join(unread))
    missing = [headings[n][0] for n in needed if n not in columns]
    if missing:
        problems.add(
            "table.missing_column",
            sheet.row_origin(top),
            missing="、".join(missing),
            found="、".join(sheet.cell(top, c).text for c in range(1, sheet.width + 1) if sheet.cell(top, c).text),
        )
        settle(sheet, always(REFUSED, "no_table"), problems)
        return
    taken: set[int] = set()
    passed: set[int] = set()
    for r in range(top + 1, sheet.height + 1):
        cells = {name: sheet.shown(r, c) for name, c in columns.items()}
        if all(c.blank for c in cells.values()):
            continue

        def place(name: str, r: int = r) -> Origin:
            return sheet.row_origin(r, columns.get(name, 1))

        values: dict[str, object] = {name: _plain(cell) for name, cell in cells.items()}
        if adjust is not None and not adjust(values):
            passed.add(r)
            continue
        try:
            row = model.model_validate(values)
            taken.add(r)
            yield row, place
        except ValidationError as error:
            _tell(error, place, {n: sheet.cell(top, c).text for n, c in columns.items()}, problems)
    errors, whole = rows_with_errors(problems.found[before:], sheet, top)

    def verdict(r: int, c: int) -> tuple[str, str]:
        if r <= top:
            return LABEL, ""
        if c not in figure_columns:
            return (LABEL, "") if c in columns.values() else (ASIDE, "unread_column")
        if r in errors:
            return REFUSED, "error"
        if r in taken:
            return COUNTED, ""
        return (ASIDE, "not_filled_in") if r in passed else (REFUSED, "error") if whole else (OPEN, "open")

    figure_columns = {c for n, c in columns.items() if n in FIGURES}
    settle(sheet, verdict, problems)


def _matches(sheet: Sheet, row: int, headings: Mapping[str, tuple[str, ...]]) -> int:
    known = {fold(word) for words in headings.values() for word in words}
    return len(
        {fold(c.text) for c in (sheet.cell(row, c) for c in range(1, sheet.width + 1)) if c.kind == "text"} & known
    )


def _plain(cell: Cell) -> object:
    """Error and uncached cells stay cells, so that the number reader can tell; the rest become their values."""
    if cell.kind in ("error", "uncached", "date") or cell.percent:
        return cell
    return cell.value if cell.kind in ("number", "bool") else cell.text


def _tell(
    error: ValidationError, place: Callable[[str], Origin], headings: Mapping[str, str], problems: Collector
) -> None:
    for fault in error.errors():
        name = str(fault["loc"][0]) if fault["loc"] else ""
        label = headings.get(name, name)
        facts = {k: str(v) for k, v in (fault.get("ctx") or {}).items() if k in ("found", "hint", "kinds")}
        kind = fault["type"]
        if "." in kind:
            facts = {"hint": "", "kinds": "", "found": "", **facts}
            problems.add(kind, place(name), label=label, unit="", **facts)
        elif kind in ("missing", "too_short", "string_too_short"):
            problems.add("row.needed", place(name), label=label)
        else:
            problems.add("row.wrong", place(name), label=label, found=str(fault.get("input", ""))[:60])


def read_factors(sheet: Sheet, edition: Edition, problems: Collector) -> tuple[UserFactor, ...]:
    """Own factors of a project. Wrong rows leave problems and are not returned."""
    words = lexicon(edition)
    out: list[UserFactor] = []
    seen: dict[tuple[Any, ...], Origin] = {}
    for row, place in model_rows(
        sheet, FACTOR_HEADINGS, ("value", "source", "kind"), OwnFactorRow, problems, _adjust_kind
    ):
        factor = _factor(row, place, words, problems)
        if factor is None:
            continue
        same = (factor.id, factor.parameter, factor.keys, factor.gas)
        if same in seen:
            problems.add("own.twice", place("value"), id=factor.id or factor.parameter, other=seen[same])
            continue
        seen[same] = place("value")
        out.append(factor)
    return tuple(out)


def _adjust_kind(values: dict[str, object]) -> bool:
    kind = str(values.get("kind") or "").strip()
    values["kind"] = _KIND_WORDS.get(kind, kind)
    return True


def _is_chosen(values: dict[str, object]) -> bool:
    """A row of the template without option and reason leaves the default in force."""
    return bool(values.get("option") or values.get("reason"))


def _factor(
    row: OwnFactorRow, place: Callable[[str], Origin], words: Lexicon, problems: Collector
) -> UserFactor | None:
    edition = words.edition
    before = len(problems.errors)
    replaced = edition.by_id.get(row.id) if row.id else None
    if row.id and replaced is None and not row.parameter:
        problems.add("own.unknown_id", place("id"), found=row.id, near=near(row.id, edition.by_id))
        return None
    parameter = row.parameter or (replaced.parameter if replaced else "")
    declared = edition.declared.parameters.get(parameter)
    if declared is None:
        problems.add(
            "own.unknown_parameter",
            place("parameter"),
            found=parameter,
            near=near(parameter, edition.declared.parameters),
        )
        return None
    unit = row.unit or (replaced.unit if replaced else "")
    _check_unit(unit, declared.unit, declared.label, place("unit"), problems)
    keys = _factor_keys(row, place, words, problems) if row.keys else (replaced.keys if replaced else ())
    gas = row.gas and (words.gas(row.gas) or "")
    if row.gas and not gas:
        problems.add("word.gas", place("gas"), found=row.gas, near=near(row.gas, words.gases))
    if len(problems.errors) > before or keys is None:
        return None
    return UserFactor(
        parameter,
        keys,
        row.value,
        unit,
        row.source,
        row.kind,
        row.id,
        gas or (replaced.gas if replaced else ""),
        row.lower,
        row.upper,
        row.uncertainty,
        row.distribution,
        place("value"),
    )


def _check_unit(
    unit: str, expected: tuple[str, ...], label: str | Mapping[str, str], place: Origin, problems: Collector
) -> None:
    if not unit:
        problems.add("unit.missing", place, label=label, expected="、".join(expected))
        return
    try:
        if not any(units.same_dimension(unit, u) for u in expected):
            problems.add("unit.dimension", place, unit=unit, label=label, expected="、".join(expected))
    except units.UnitError as error:
        problems.add("unit.unknown", place, unit=unit, near="、".join(dict.fromkeys((*expected, *error.near))))


def _factor_keys(
    row: OwnFactorRow, place: Callable[[str], Origin], words: Lexicon, problems: Collector
) -> tuple[tuple[str, str], ...] | None:
    """Keys of a factor: members, classes of the vocabulary, or `*`; keys without a vocabulary stay as written."""
    pairs = []
    right = True
    for part in row.keys.replace("；", ";").replace("＝", "=").split(";"):
        if not part.strip():
            continue
        name, separator, value = (x.strip() for x in part.partition("="))
        key = words.key(name) or (
            name if any(name == k for rows in words.edition.factors.values() for r in rows for k, _ in r.keys) else None
        )
        if not separator or key is None:
            problems.add(
                "word.key",
                place("keys"),
                found=part.strip(),
                near=near(name, words.key_labels),
                keys="、".join(words.key_labels),
            )
            right = False
            continue
        vocabulary = words.edition.vocabulary.get(key, {})
        member = words.category(value) if key == "category" else words._values.get(key, {}).get(fold(value))
        classes = {c for w in vocabulary.values() for c in w.classes}
        value = value if member is not None or value in classes else named(value, sorted(classes), words.edition)
        if member is None and value != "*" and value not in classes and vocabulary:
            problems.add(
                "word.value",
                place("keys"),
                label=row.parameter or row.id,
                key=words.labels(key),
                found=value,
                near=near(value, [*vocabulary, *sorted(classes)]),
            )
            right = False
        pairs.append((key, member or value))
    return tuple(sorted(pairs)) if right else None


def read_choices(sheet: Sheet, edition: Edition, problems: Collector) -> dict[str, tuple[str, str]]:
    """Named choices of a project: id -> (option, reason)."""
    chosen: dict[str, tuple[str, str]] = {}
    seen: dict[str, Origin] = {}
    declared = edition.declared.choices
    for row, place in model_rows(
        sheet, CHOICE_HEADINGS, ("choice", "option", "reason"), ChoiceRow, problems, _is_chosen, CHOICE_BESIDE
    ):
        by_label = {fold(name): c.id for c in declared.values() for name in (c.id, *c.label.values())}
        name = by_label.get(fold(row.choice))
        if name is None:
            problems.add("option.unknown", place("choice"), found=row.choice, near=near(row.choice, declared))
            continue
        choice = declared[name]
        options = {fold(word): o for o in choice.options for word in (o, *choice.labels.get(o, {}).values())}
        option = options.get(fold(row.option))
        if option is None:
            problems.add(
                "option.value",
                place("option"),
                found=row.option,
                choice=choice.label,
                options="、".join(choice.options),
            )
        elif name in seen:
            problems.add("option.twice", place("choice"), choice=choice.label, other=seen[name])
        else:
            chosen[name], seen[name] = (option, row.reason), place("choice")
    return chosen
