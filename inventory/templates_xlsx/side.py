"""Sheets for everything a project says beside its activity data: corrections and precision of the balance table, gaps
to fill, uncertainties, answers, review, signatures, own GWP sets. Each is the same table as the file of that name, with
what the project has filled in and empty rows for more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ..core.activity import Project
from ..energy_balance import balance_of
from ..energy_balance.entries import PRECISIONS
from ..energy_balance.files import HEADINGS as ENTRY_HEADINGS
from ..reading.extras import GAP_HEADINGS, GWP_HEADINGS, REVIEW_HEADINGS, SIGNATURE_HEADINGS
from ..reading.statements import ANSWER_HEADINGS, UNCERTAINTY_HEADINGS
from .book import Lists, SheetWriter
from .texts import text

HEAD, SPARE = 4, 20
# what a person wrote: as it stands in either language
VERBATIM = frozenset(
    ("reason", "source", "note", "answer", "name", "by", "answer_by", "organisation", "comment", "cell", "set", "date")
)
Rows = Iterator[dict[str, str | float | None]]


@dataclass(frozen=True)
class SideForm:
    """One side file as a sheet. `title` is the name of sheet and file; `columns` are field names in order, `headings`
    their spellings."""

    title: str
    about: Mapping[str, str]
    columns: tuple[str, ...]
    headings: Mapping[str, tuple[str, ...]]
    rows: Callable[[Project], Rows]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wide: Mapping[str, int] = field(default_factory=dict)
    title_en: str = ""

    def name(self, lang: str) -> str:
        """The name of the sheet."""
        return self.title if lang == "zh" else self.title_en

    def heading(self, name: str, lang: str) -> str:
        """A spelling the reader knows: Chinese, or the field's name."""
        spellings = self.headings[name]
        return name if lang == "en" else next((w for w in spellings if not w.isascii()), spellings[0])


def _corrections(project: Project) -> Rows:
    balance = balance_of(project)
    for table in balance.tables if balance is not None else ():
        for (row, column), c in table.cells.items():
            if c.corrected is not None and c.reason:
                yield {
                    "region": table.region,
                    "year": str(table.year),
                    "row": _row_label(project, row),
                    "fuel": column,
                    "printed": c.printed,
                    "value": c.value,
                    "unit": c.unit,
                    "reason": c.reason,
                    "source": c.source,
                }


def _precision(project: Project) -> Rows:
    balance = balance_of(project)
    for table in balance.tables if balance is not None else ():
        for (row, column), c in table.cells.items():
            if c.precision:
                yield {
                    "region": table.region,
                    "year": str(table.year),
                    "row": _row_label(project, row),
                    "fuel": column,
                    "precision": c.precision,
                }


def _row_label(project: Project, row: str) -> str:
    balance = balance_of(project)
    return balance.layout.rows[row].label if balance is not None and row in balance.layout.rows else row


def _gaps(project: Project) -> Rows:
    methods = {"interpolation": "内插", "proxy": "代用序列", "trend": "趋势外推"}
    for g in project.gaps:
        proxy = g.proxy + (f"[{_pairs(g.proxy_item)}]" if g.proxy_item else "")
        yield {
            "region": g.region,
            "quantity": g.quantity,
            "item": _pairs(g.item),
            "year": str(g.year),
            "method": methods.get(g.method, g.method),
            "proxy": proxy,
            "reason": g.reason,
            "uncertainty": g.uncertainty,
        }


def _uncertainties(project: Project) -> Rows:
    words = {"activity": "活动水平", "factor": "因子", "set": "文献范围"}
    for a in project.uncertainty:
        yield {
            "applies_to": words[a.applies_to],
            "name": a.name,
            "category": "|".join(a.categories),
            "gas": a.gas,
            "keys": _pairs(a.keys),
            "uncertainty": a.uncertainty,
            "distribution": a.distribution,
            "shared_over": "|".join(a.shared_over),
            "source": a.source,
            "note": a.note,
        }


def _answers(project: Project) -> Rows:
    for a in project.answers:
        yield {"check": a.check, "place": a.place, "answer": a.answer, "name": a.name, "date": a.date}


def _review(project: Project) -> Rows:
    for c in project.comments:
        yield {
            "line": f"{c.category} {c.gas}".strip(),
            "cell": c.cell,
            "comment": c.comment,
            "by": c.by,
            "date": c.date,
            "answer": c.answer,
            "answer_by": c.answer_by,
            "answer_date": c.answer_date,
        }


def _signatures(project: Project) -> Rows:
    given = project.signatures
    for s in given:
        yield {"role": s.role, "name": s.name, "organisation": s.organisation, "date": s.date}
    if not given:
        for role in ("编制", "校核", "审核", "批准"):
            yield {"role": role}


def _gwp(project: Project) -> Rows:
    for s in project.gwp_sets:
        for gas, value in s.values.items():
            yield {"set": s.name, "gas": gas, "value": value, "source": s.notes.get(gas, "")}


def _pairs(keys: tuple[tuple[str, str], ...]) -> str:
    return ";".join(f"{k}={v}" for k, v in keys)


def _two(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


BALANCE_FORMS = (
    SideForm(
        "平衡表更正",
        _two(
            "平衡表印错的数：写明哪一行、哪个品种、原印数、改为多少、理由和来源。原表不动，更正后的数用于计算，两个数都留在底稿。",
            "Misprints of the balance table: row, fuel, printed figure, what it should be, reason and source.",
        ),
        ("region", "year", "row", "fuel", "printed", "value", "unit", "reason", "source"),
        {**ENTRY_HEADINGS, "value": ("更正值",)},
        _corrections,
        wide={"row": 24, "reason": 40, "source": 24},
        title_en="Corrections",
    ),
    SideForm(
        "平衡表精度",
        _two(
            "只保留三位有效数字（rounded_3sf）或由合计倒推（recovered_by_balance）的数，核对平衡时放宽。不知道就不填。",
            "Cells that keep three figures only or were restored from a sum; leave empty when unknown.",
        ),
        ("region", "year", "row", "fuel", "precision", "note"),
        ENTRY_HEADINGS,
        _precision,
        {"precision": PRECISIONS},
        {"row": 24, "note": 40},
        "Balance precision",
    ),
)
FORMS = (
    SideForm(
        "补缺",
        _two(
            "缺一年数据的：按指南第六章的方法内插、代用序列或趋势外推，写明理由。",
            "Years without a figure: named method and reason.",
        ),
        ("region", "quantity", "category", "item", "year", "method", "proxy", "reason", "uncertainty"),
        GAP_HEADINGS,
        _gaps,
        {"method": ("内插", "代用序列", "趋势外推")},
        {"quantity": 24, "item": 28, "proxy": 24, "reason": 36},
        "Gapfill",
    ),
    SideForm(
        "不确定度",
        _two(
            "一批数据或因子的不确定度（95%置信区间半宽，%），或选用一组文献范围。单个数据的不确定度填在各填报表里。",
            "Uncertainty of many inputs at once, or a named set of published ranges.",
        ),
        tuple(UNCERTAINTY_HEADINGS),
        UNCERTAINTY_HEADINGS,
        _uncertainties,
        {"applies_to": ("活动水平", "因子", "文献范围")},
        {"name": 24, "source": 36, "note": 28},
        "Uncertainty",
    ),
    SideForm(
        "质控答复",
        _two(
            "对质量控制发现的答复；检查编号和位置由 qc 命令的清单给出，* 为各处。",
            "Answers to findings of the quality checks; * for any place.",
        ),
        ("check", "place", "answer", "name", "date"),
        ANSWER_HEADINGS,
        _answers,
        wide={"check": 22, "place": 34, "answer": 50},
        title_en="Answers",
    ),
    SideForm(
        "审核意见",
        _two("审核人的意见和编制人的答复；类别可加气体，如“2.1 CO2”。", "Comments of reviewers and answers."),
        ("line", "cell", "comment", "by", "date", "answer", "answer_by", "answer_date"),
        REVIEW_HEADINGS,
        _review,
        wide={"comment": 40, "answer": 40, "cell": 18},
        title_en="Review",
    ),
    SideForm(
        "签署",
        _two(
            "签署页的人员。“单位”一栏的第一个单位作为综合机关名称印在上报清单各表。",
            "Who signs; the first organisation is printed as reporting authority.",
        ),
        ("role", "name", "organisation", "date"),
        SIGNATURE_HEADINGS,
        _signatures,
        wide={"organisation": 36},
        title_en="Signatures",
    ),
    SideForm(
        "自定义GWP",
        _two(
            "自己的一组全球增温潜势，只用于比较；上报用指南的一组。",
            "An own set of global warming potentials, for comparison.",
        ),
        ("set", "gas", "value", "source", "note"),
        GWP_HEADINGS,
        _gwp,
        wide={"source": 36, "note": 30},
        title_en="Own GWP",
    ),
)


def write_side(writer: SheetWriter, form: SideForm, project: Project | None, lists: Lists, lang: str = "zh") -> None:
    """The sheet of a side file."""
    writer.text(0, 0, form.name(lang), "title", measure=False)
    writer.text(2, 0, form.about[lang], "plain", measure=False)
    for column, name in enumerate(form.columns):
        writer.text(HEAD, column, form.heading(name, lang), "head")
    row = HEAD + 1
    for values in form.rows(project) if project is not None else form.rows(Project()):
        for column, name in enumerate(form.columns):
            value = values.get(name)
            if isinstance(value, float):
                writer.number(row, column, value, "number")
            else:
                write = writer.own if name in VERBATIM else writer.text
                write(row, column, str(value) if value else "", "word")
        row += 1
    for r in range(row, row + SPARE):
        for column in range(len(form.columns)):
            writer.text(r, column, "", "word")
    for name, words in form.lists.items():
        writer.choose(
            HEAD + 1,
            form.columns.index(name),
            lists.add(f"{form.title}.{name}", words),
            text("list_warn", lang),
            row + SPARE - 1,
        )
    writer.limits.update({form.columns.index(name): width for name, width in form.wide.items()})
    for name, width in form.wide.items():
        column = form.columns.index(name)
        writer.widths[column] = max(writer.widths.get(column, 0), width - 2)
    writer.header_row = HEAD
    writer.sheet.freeze_panes(HEAD + 1, 0)
