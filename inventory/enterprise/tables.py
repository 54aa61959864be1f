"""Every sheet an enterprise fills in, described once: the template, the reader and the copy in the filed report are made from this.

A field's `kind`: text, number, month, date, choice. `choices` names a list (a vocabulary key, or one of `lists_of`).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.edition import Edition
from ..edition import load
from ..edition.parts import KeyName, rows
from ..reading.numbers import plain
from . import model
from .industries import Industry, quantities_of


@dataclass(frozen=True, slots=True)
class Field:
    id: str
    label: str
    kind: str = "text"
    required: bool = False
    choices: str = ""
    width: int = 14
    help: str = ""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """`name` is the field of `Enterprise`, `make` the dataclass of a row, `sheet` the title of the sheet."""

    name: str
    sheet: str
    make: Any
    fields: tuple[Field, ...]
    note: str
    rows: int = 60


PROFILE_SHEET = "企业基本情况"
PROFILE = (
    Field("name", "企业名称", required=True), Field("code", "统一社会信用代码"), Field("industry", "行业指南", "choice", True, "industry"),
    Field("year", "报告年度", "number", True), Field("province", "省（区、市）"), Field("city", "地市"), Field("address", "地址"),
    Field("legal_person", "法定代表人"), Field("contact", "填报负责人"), Field("phone", "联系电话"), Field("product", "主要产品"),
    Field("emission_2010_t", "2010年温室气体排放量（tCO2e）", "number"), Field("energy_2010_tce", "2010年综合能源消费量（tce）", "number"),
    Field("grid_year", "电网排放因子年份", "choice", False, "grid_year"), Field("date", "编制日期", "date"), Field("kind", "数据性质", "choice", False, "kind"),
)

TABLES = (
    TableSpec("facilities", "边界与设施", model.Facility, (
        Field("name", "设施名称", required=True, width=22), Field("kind", "设施类型", width=18), Field("inside", "是否在边界内", "choice", False, "yes_no"),
        Field("note", "说明", width=40)), "核算边界内的主要生产、辅助生产和附属生产设施；边界外的设施写“否”，它们的计量消耗量从消耗量中扣除。", 30),
    TableSpec("readings", "台账", model.Reading, (
        Field("fuel", "燃料品种", "choice", True, "fuel", 16), Field("month", "月份", "month", True, width=8),
        Field("unit", "单位", "choice", True, "fuel_unit", 10),
        Field("facility", "设施", width=14), Field("opening", "期初库存", "number"), Field("purchased", "购入量", "number"), Field("sold", "外销量", "number"),
        Field("closing", "期末库存", "number"), Field("metered", "计量消耗量", "number")),
        "每种燃料每月一行。有库存的燃料填期初、购入、外销、期末；按设施计量的另起行填计量消耗量。年消耗量＝期初＋购入－外销－期末，自动得出。", 200),
    TableSpec("labs", "化验", model.Lab, (
        Field("fuel", "燃料品种", "choice", True, "fuel", 16), Field("month", "月份", "month", True, width=8), Field("ncv", "低位发热量", "number"),
        Field("ncv_unit", "发热量单位", "choice", False, "ncv_unit", 12), Field("carbon", "含碳量", "number"),
        Field("carbon_unit", "含碳量单位", "choice", False, "carbon_unit", 12),
        Field("lab", "检测机构", width=20), Field("method", "检测方法", width=18), Field("sampled", "采样日期", "date"), Field("reported", "报告日期", "date"),
        Field("file", "报告文件", width=18), Field("sha256", "文件SHA-256", width=20)),
        "每份化验报告一行，收到基。年平均值按当月消耗量加权，自动得出。", 60),
    TableSpec("power", "电力", model.Power, (
        Field("month", "月份", "month", True, width=8), Field("grid", "区域电网", "choice", True, "grid"), Field("supplier", "供电方", width=20),
        Field("purchased", "购入电量", "number"), Field("sold", "外供电量", "number"), Field("unit", "单位", "choice", False, "power_unit", 10)),
        "按供电方和月份填写；自备电厂自发自用的电不计。", 40),
    TableSpec("heat", "热力", model.Heat, (
        Field("medium", "介质", "choice", True, "medium", 10), Field("supplier", "供热方", width=20), Field("amount", "数量", "number", True),
        Field("unit", "单位", "choice", True, "heat_unit", 10), Field("temperature", "温度（℃）", "number"), Field("pressure", "绝对压力（MPa）", "number"),
        Field("quality", "饱和蒸汽干度（%）", "number"), Field("sold", "是否外供", "choice", False, "yes_no")),
        "热量直接填GJ；热水填质量和温度；蒸汽填质量、温度和绝对压力，热焓按IAPWS-97计算。", 30),
    TableSpec("process", "过程数据", model.Process, (
        Field("source", "排放源", "choice", True, "source", 30), Field("quantity", "数据项", "choice", True, "quantity", 34), Field("item", "分项", width=34),
        Field("value", "数值", "number", True), Field("unit", "单位", required=True, width=12), Field("note", "说明", width=30)),
        "本行业指南的过程排放、扣减等数据。分项写成“碳酸盐=CaCO3”，多个用分号隔开；没有分项的留空。", 80),
    TableSpec("parameters", "自有参数", model.OwnParameter, (
        Field("parameter", "参数", "choice", True, "parameter", 26), Field("item", "分项", width=26), Field("tick", "来源", "choice", True, "tick", 8),
        Field("value", "数值", "number"), Field("unit", "单位", width=12), Field("lab", "检测机构", width=18), Field("method", "检测方法", width=18),
        Field("date", "日期", "date"), Field("file", "报告文件", width=18), Field("sha256", "文件SHA-256", width=20)),
        "检测值、计算值在此填写并附依据；不填的参数采用本行业指南缺省值（缺省）。", 40),
    TableSpec("production", "产量", model.Production, (
        Field("product", "产品", "text", True, width=18), Field("month", "月份", "month", True, width=8), Field("output", "产量", "number", True),
        Field("unit", "单位", required=True, width=10)), "主要产品的月产量，用于与能耗核对。", 40),
    TableSpec("evidence", "证明材料", model.Evidence, (
        Field("file", "文件名", required=True, width=30), Field("kind", "类别", width=16), Field("sha256", "SHA-256", width=24), Field("date", "日期", "date"),
        Field("note", "说明", width=30)), "发票、台账、化验报告等；SHA-256用于证明文件此后未改动。", 40),
)
BY_SHEET = {t.sheet: t for t in TABLES}
BY_NAME = {t.name: t for t in TABLES}


def key_labels(edition: Edition, lang: str = "zh") -> Mapping[str, str]:
    """What a person calls the keys of data: fuel -> 燃料."""
    return _key_labels(edition.path, lang)


@functools.cache
def _key_labels(path: Path, lang: str) -> dict[str, str]:
    return {r.key: r.label_en if lang == "en" else r.label_zh for r in rows(load(path), KeyName)}


@functools.cache
def _key_ids(path: Path) -> dict[str, str]:
    return {label: key for key, label in _key_labels(path, "zh").items()}


def item_text(item: Mapping[str, str] | tuple[tuple[str, str], ...], edition: Edition, without: tuple[str, ...] = ("category",)) -> str:
    """Keys as a person reads them: `燃料=烟煤；电网=华东`, the category left out."""
    pairs = item.items() if isinstance(item, Mapping) else item
    labels = key_labels(edition)
    return "；".join(f"{labels.get(k, k)}={v}" for k, v in pairs if k not in without and v)


def parse_item(text: str, edition: Edition) -> dict[str, str] | None:
    """`碳酸盐=CaCO3；序号=1` (or the ids) as keys and values; None when a part is no pair."""
    out: dict[str, str] = {}
    ids = _key_ids(edition.path)
    for pair in text.replace("；", ";").replace("＝", "=").split(";"):
        if not pair.strip():
            continue
        key, equals, value = pair.partition("=")
        if not equals or not value.strip():
            return None
        out[ids.get(key.strip(), key.strip())] = value.strip()
    return canonical(out, edition)


def canonical(item: dict[str, str], edition: Edition) -> dict[str, str]:
    """Aliases and other widths of writing replaced by the word itself (煤油 -> 一般煤油, half-width brackets -> the vocabulary's)."""
    return {k: word_of(k, v, edition) for k, v in item.items()}


def word_of(key: str, text: str, edition: Edition) -> str:
    """The vocabulary's own spelling of a key's value; a text that is no word of it stays as it is."""
    return _words(edition.path).get((key, fold(text)), text)


@functools.cache
def _words(path: Path) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for key, entry in load(path).vocabulary.items():
        for w in entry.values():
            for other in w.aliases:
                found.setdefault((key, fold(other)), w.value)
        found.update({(key, fold(value)): value for value in entry})
    return found


@functools.lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """A label as it is compared: full and half width, blanks and case make no difference."""
    return plain(text).replace(" ", "").rstrip("*").lower()


def source_text(category: str, edition: Edition) -> str:
    """`01-03 脱硫过程`."""
    found = edition.categories.get(category)
    return f"{category} {found.label['zh']}" if found else category


@functools.lru_cache(maxsize=64)
def lists_of(industry: Industry) -> dict[str, tuple[str, ...]]:
    """What the drop-downs offer for one industry. Fuels are those of its own parameter family first, then the rest."""
    e = industry.edition
    own = [f for f in e.vocabulary["fuel"] if fuel_in_family(f, industry.family, e)] if industry.family else []
    fuels = (*own, *(f for f in e.vocabulary["fuel"] if f not in own))
    mine = list(quantities_of(industry))
    prefix = industry.code + "-"
    parameters: list[str] = []
    for m in e.declared.methods.values():
        if any(a.quantity in {q.id for _, q in mine} for a in m.activity) or (industry.fuel_source and m.id in ("fuel_combustion", "electricity", "heat")):
            parameters.extend(e.declared.parameters[f.parameter].label["zh"] for f in m.factor)
    return {
        "industry": (f"{industry.code} {industry.name}",), "fuel": fuels, "fuel_unit": ("t", "万Nm3"), "ncv_unit": ("GJ/t", "GJ/万Nm3", "kJ/kg"),
        "carbon_unit": ("tC/GJ", "tC/t", "tC/万Nm3", "% C"), "grid": tuple(e.vocabulary["grid"]), "power_unit": ("MWh", "万千瓦时"),
        "heat_unit": ("GJ", "t"), "medium": ("热量", "热水", "蒸汽"), "yes_no": ("是", "否"), "tick": model.TICKS,
        "kind": ("统计", "部门", "调查", "估算", "示例"),
        "grid_year": tuple(e.vocabulary["grid_year"]), "source": tuple(source_text(s.id, e) for s in industry.sources if s.id.startswith(prefix)),
        "quantity": tuple(dict.fromkeys(q.label["zh"] for _, q in mine)), "parameter": tuple(dict.fromkeys(parameters)),
    }


def fuel_in_family(fuel: str, family: str, edition: Edition) -> bool:
    """Does the family (or the wider one it names) print any parameter of this fuel?"""
    return fuel in _fuels_of(edition.path, family)


@functools.cache
def _fuels_of(path: Path, family: str) -> frozenset[str]:
    e = load(path)
    word = e.word("family", family)
    families = (family, *(word.classes if word else ()))
    return frozenset(dict(r.keys).get("fuel", "") for p in ("fuel_ncv", "fuel_cc", "fuel_of") for r in e.factors[p] if dict(r.keys).get("family") in families)
