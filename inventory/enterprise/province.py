"""The province's summary of what was collected: one workbook with totals, firms, fuels, findings and files that
failed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from ..core.edition import Edition
from ..core.problems import in_language
from ..sheets.model import Book
from ..sheets.write import save
from .collected import EMISSION_LIMIT, ENERGY_LIMIT
from .english import into_english
from .industries import industries
from .queries import counted, query, unsettled
from .report_pages import on_pages
from .standing import Standings
from .store import opened
from .tables import source_text

MUST = (("是", 1), ("否", 0), ("未填2010年数据", None))  # who must report, and firms that give no figures of 2010
WIDTHS = {"企业名单": {1: 24}, "核查发现": {4: 70, 5: 40}, "跨企业发现": {0: 110}, "未能读取": {2: 90}}  # of long texts
MUST_WORDS = {mark: label for label, mark in MUST}


FIRMS = (
    "编号",
    "企业代码",
    "企业",
    "行业",
    "年度",
    "地市",
    "报送次数",
    "状态",
    "填报总量（tCO2e）",
    "复算总量（tCO2e）",
    "其中直接排放（tCO2e）",
    "应报告",
    "发现数",
    "最重等级",
    "复算完整",
)
FINDINGS = ("企业", "年度", "等级", "影响（tCO2e）", "发现和要问的事", "企业说明的原因")
MUST_HEADING = (
    f"2010年排放达到{EMISSION_LIMIT:,.0f} tCO2e或综合能源消费量达到{ENERGY_LIMIT:,.0f} tce",
    "企业数",
    "复算总量（tCO2e）",
)
Rows = list[tuple[Any, ...]]


def write_summary(
    db: Path | str, path: Path | str, edition: Edition, year: int | None = None, lang: str = "zh"
) -> None:
    """汇总, 应报告, 企业名单, 分排放源, 分燃料, 核查发现, 未能读取. Figures are the recomputed ones, filed totals
    beside them."""
    book = Book("重点企业温室气体排放汇总", lang)
    names = {i.code: i.name if lang == "zh" else i.name_en for i in industries(edition).values()}
    heading, rows = query(db, ("city", "industry"), year)
    _sheet(book, "汇总", heading, [(r[0], names.get(r[1], r[1]), *r[2:]) for r in rows])
    with opened(db) as connection:
        now = counted(connection)
        firms, findings = _firms(connection, now, year), _findings(connection, year, lang)
        across = [(in_language(t, lang),) for (t,) in connection.execute("select text from across order by rowid")]
        failures = _failures(connection, lang)
    counts = [
        (label, sum(f[11] == mark for f in firms), math.fsum(f[9] or 0.0 for f in firms if f[11] == mark))
        for label, mark in MUST
    ]
    _sheet(book, "应报告", MUST_HEADING, counts)
    shown = [
        (*f[:3], names.get(f[3], f[3]), *f[4:11], MUST_WORDS[f[11]], *f[12:14], "否" if f[14] else "是") for f in firms
    ]
    _sheet(book, "企业名单", FIRMS, shown)
    heading, rows = query(db, ("source", "gas"), year)
    _sheet(book, "分排放源", heading, [(source_text(r[0], edition, lang), *r[1:]) for r in rows])
    _sheet(book, "分燃料", *query(db, ("fuel",), year))
    _sheet(book, "核查发现", FINDINGS, findings)
    _sheet(book, "跨企业发现", ("发现和要问的事",), across)
    heading, rows = unsettled(db, year)
    texts = [tuple(in_language(str(v), lang) if isinstance(v, str) else v for v in r) for r in rows]
    _sheet(book, "待重报和待确认", heading, texts)
    _sheet(book, "未能读取", ("文件", "时间", "原因"), failures)
    if lang == "en":
        into_english(book, edition)
    on_pages(book)
    save(book, path)


def _of_year(year: int | None) -> tuple[str, list[int]]:
    return ("where year = ?", [year]) if year is not None else ("", [])


def _firms(connection: Connection, now: Standings, year: int | None) -> Rows:
    """The submissions that count, each with how often its firm has reported."""
    versions = Counter(now.firm[number] for number in now.of)
    where, values = _of_year(year)
    rows = connection.execute(
        "select id, code, name, industry, year, city, state, filed_total, total, direct, must_report, "
        "findings, worst, incomplete from submission "
        f"join temp.counting c on c.submission = id {where} order by city, industry, name",
        values,
    )
    return [(*f[:6], versions[now.firm[f[0]]], *f[6:]) for f in rows]


def _findings(connection: Connection, year: int | None, lang: str) -> Rows:
    """What the checks of the submissions that count have to ask, the largest first."""
    where, values = _of_year(year)
    rows = connection.execute(
        "select s.name, s.year, f.grade, f.size_t, f.text, f.reason from finding f join submission s on "
        "s.id = f.submission "
        f"join temp.counting c on c.submission = s.id {where} order by abs(f.size_t) desc, s.name, "
        "s.year, f.rowid",
        values,
    )
    return [(*f[:4], in_language(f[4], lang), f[5]) for f in rows]


def _failures(connection: Connection, lang: str) -> Rows:
    """Files that could not be read, and those that were not looked at."""
    failed = connection.execute("select file, at, reason from failure order by file")
    skipped = connection.execute("select file, at, '没有读取：' || kind || ' 文件' from skipped order by file")
    return [*((file, at, in_language(why, lang)) for file, at, why in failed), *skipped]


def _sheet(book: Book, name: str, heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    s = book.add(name, name)
    s.text(0, 0, name, "page_title")
    s.row(2, 0, heading, "head")
    s.freeze = (3, 0)
    for r, row in enumerate(rows, 3):
        for c, value in enumerate(row):
            if isinstance(value, int | float):
                s.number(r, c, value, "year" if isinstance(value, int) else "num:2")
            else:
                s.text(r, c, str(value or ""), "wrap" if len(str(value or "")) > 24 else "text")
    s.widths = dict(WIDTHS.get(name, {}))
