"""The files that go with a balance table, by name and, where a name means two things, by their headings; in English or
Chinese, CSV or workbook."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path

from ..core.names import display_name
from ..reading.side_files import ALLOCATION as LEVEL_ALLOCATION
from ..reading.side_files import holds_balance_rules, kind_of_level_file

TABLE_MARK = "能源平衡表"
SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xls", ".et", ".xlsm", ".ods", ".xlsb")
CORRECTIONS, PRECISION, SHARES, RULES = "corrections", "balance_precision", "allocation_shares", "balance_allocation"
NAMES: Mapping[str, tuple[str, ...]] = {  # the first is the one that the documentation and the messages name
    CORRECTIONS: ("corrections", "平衡表更正", "能源平衡表更正"),
    PRECISION: ("balance_precision", "balance precision", "平衡表精度", "能源平衡表精度"),
    SHARES: ("allocation_shares", "allocation shares", "分摊比例", "能源平衡表分摊比例"),
    RULES: ("balance_allocation", "平衡表分配", "能源平衡表分配"),
}
HEADINGS: Mapping[str, tuple[str, ...]] = {  # Chinese headings of their columns; the first is the one that forms print
    "region": ("地区",),
    "year": ("年份", "年度"),
    "split": ("分摊项目", "分摊", "拆分"),
    "row": ("平衡表行", "项目", "行"),
    "fuel": ("能源品种", "品种", "燃料"),
    "within": ("限于", "范围", "适用范围"),
    "part": ("部分", "归入", "份额名称"),
    "value": ("占比", "比例", "份额", "更正值", "数值"),
    "printed": ("原印数", "原值", "印出值", "印本数值"),
    "unit": ("单位", "计量单位"),
    "reason": ("理由", "更正理由"),
    "source": ("数据来源", "来源"),
    "data_kind": ("数据性质",),
    "note": ("说明", "备注"),
    "precision": ("精度",),
    "id": ("编号",),
    "stage": ("阶段", "步骤"),
    "layout": ("表式",),
    "choice": ("选择", "命名选择"),
    "minus_row": ("扣除行", "扣减行"),
    "sign": ("符号", "正负"),
    "splits": ("分摊链",),
    "where": ("只取",),
    "to_quantity": ("数据项",),
    "to_keys": ("键",),
    "reason_zh": ("理由",),
    "reason_en": ("英文理由",),
    "standing": ("依据",),
    "default": ("缺省占比", "缺省"),
    "accept": ("采用缺省",),
}
FORM_COLUMNS = ("default", "accept")  # of the form of shares: the declared default, and whether it is accepted


def entry_kind(path: Path | str) -> str:
    """Which of the entry files a path is (`corrections`, `balance_precision`, `allocation_shares`,
    `balance_allocation`); empty for any other file.

    A file named `allocation` (分摊规则) is the levels' or the balance table's: its headings decide.
    """
    path = Path(path)
    stem, suffix = Path(display_name(path)).stem, path.suffix.lower()
    if suffix not in SUFFIXES or stem.startswith("~$"):
        return ""
    plain = unicodedata.normalize("NFKC", stem).strip().lower()
    for kind, names in NAMES.items():
        if plain in names:
            return kind
    return RULES if kind_of_level_file(stem) == LEVEL_ALLOCATION and holds_balance_rules(path) else ""


def sheet_kind(name: str) -> str:
    """The same for the name of a sheet of a larger workbook."""
    plain = unicodedata.normalize("NFKC", name).strip().lower()
    return next((kind for kind, names in NAMES.items() if plain in names), "")


def is_table(path: Path | str) -> bool:
    """Whether a file says by its name that it is a balance table."""
    name = display_name(path)
    return (
        TABLE_MARK in name
        and Path(name).suffix.lower() in SUFFIXES
        and not name.startswith("~$")
        and not entry_kind(path)
    )


def heading(text: str, expected: tuple[str, ...]) -> str:
    """The column that a heading means; the text itself (lower case) where it is none that is expected."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in expected:
        return plain
    return next((name for name in expected if plain in HEADINGS.get(name, ())), plain)
