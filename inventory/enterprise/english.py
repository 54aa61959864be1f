"""The filed report in English: every word of the forms, the declarations and the guidelines' tables; what the firm wrote
itself (names, products, remarks) stays as it is. A report in English is read back like one in Chinese (`filed.py`)."""

from __future__ import annotations

import functools
import re

from ..core.declarations import Text
from ..core.edition import Edition
from ..core.gwp import LABELS
from ..sheets.address import quoted
from ..sheets.english import CHINESE, MOST_TAB, Dictionary, words_of
from ..sheets.model import Book, OutputCell
from ..texts import catalogue
from .industries import industries, report_lines
from .tables import ENGLISH, PROFILE, PROFILE_SHEET, PROFILE_SHEET_EN, TABLES, fold

GROUPS = ("tab", "report", "table", "supplier", "collection")  # of the catalogue: what a report prints
_ANNEX = re.compile(r"附表(\d+(?:-\d+)?)(?: (.*))?$")
_ANNEX_EN = re.compile(r"Annex (\d+(?:-\d+)?)(?: (.*))?$")
_TEXT = re.compile(r'"([^"]*)"')


def dictionary(edition: Edition) -> Dictionary:
    """The English of every word of a report."""
    return edition.derived(_dictionary)


def _dictionary(edition: Edition) -> Dictionary:
    words = words_of(edition, {**ENGLISH, **_own()})
    for industry in industries(edition).values():
        words.setdefault(industry.name, industry.name_en)
        for line in report_lines(industry):
            words.setdefault(line.label, line.label_en)
        number = re.fullmatch(r"发改办气候〔(\d{4})〕(\d+)号", industry.document)
        if number:
            words[industry.document] = f"NDRC General Office, Climate [{number[1]}] No. {number[2]}"
    return Dictionary(words)


@functools.cache
def _own() -> dict[str, str]:
    """Words of the report's own catalogue and of the forms."""
    words = {b["zh"]: b["en"] for name in GROUPS for b in catalogue("inventory.enterprise")[name].values()}
    for field in (*PROFILE, *(f for t in TABLES for f in t.fields)):
        words.setdefault(field.label, field.label_en)
    words |= {label["zh"]: label["en"] for label in LABELS.values()}
    return {**words, **_tabs()}


@functools.cache
def _tabs() -> dict[str, str]:
    tabs = {b["zh"]: b["en"] for b in catalogue("inventory.enterprise")["tab"].values()}
    return {**tabs, PROFILE_SHEET: PROFILE_SHEET_EN, **{t.sheet: t.sheet_en for t in TABLES}}


@functools.cache
def _reverse() -> dict[str, str]:
    printed = catalogue("inventory.enterprise")["report"].values()
    return {fold(both["en"]): both["zh"] for both in reversed(list(printed))}


def chinese(text: str) -> str:
    """The word of the report that a text means in either language; another text stays."""
    return _reverse().get(fold(text), text)


def chinese_tab(name: str) -> str:
    """The Chinese name of a sheet of a report in English."""
    annex = _ANNEX_EN.match(name)
    if annex:
        return f"附表{annex[1]}" + (f" {annex[2]}" if annex[2] else "")
    return next((zh for zh, en in _tabs().items() if en == name), name)


def state_named(text: str) -> str:
    """The state of a submission that a word means in either language."""
    states = {b["en"]: str(b["zh"]) for b in catalogue("inventory.enterprise")["collection"].values()}
    return states.get(text.strip().lower(), text)


@functools.cache
def doubts() -> dict[str, Text]:
    """The words for the standings that are in doubt, as the provincial working book prints them."""
    words = catalogue("inventory.workbook")["standing"]
    return {standing: words[standing] for standing in ("unverified", "conflict")}


def english_tab(name: str, words: Dictionary) -> str:
    """The English name of a sheet of the report."""
    annex = _ANNEX.match(name)
    if annex:
        label = annex[2] or ""
        # a tab has a dash where the label of the source has a stroke
        rest = words.english(label) or words.english(label.replace("-", "/")) or label
        rest = re.sub(r"[\[\]:*?/\\]", "-", rest)
        return f"Annex {annex[1]} {rest}".rstrip()[:MOST_TAB].rstrip()
    return _tabs().get(name) or words.english(name) or name


def block_title(method: Text, step: Text, lang: str) -> str:
    """The title over the arithmetic of one step of a source."""
    return f"{method[lang]}{'：' if lang == 'zh' else ': '}{step[lang]}"


def into_english(book: Book, edition: Edition) -> None:
    """Turn a planned report into English: tabs, texts, formulas, and the notes of its cells. Call it before the trace is
    written."""
    words = dictionary(edition)
    names: dict[str, str] = {}
    for name in book.sheets:
        english = english_tab(name, words)
        names[name] = english if english not in names.values() else f"{english[: MOST_TAB - 3]} {len(names)}"
    book.trace = [(names.get(sheet, sheet), place, what) for sheet, place, what in book.trace]
    for sheet in book.sheets.values():
        sheet.name = names[sheet.name]
        sheet.title = text_of(sheet.title, words)
        sheet.cells = {place: _cell(cell, names, words) for place, cell in sheet.cells.items()}
    book.sheets = {sheet.name: sheet for sheet in book.sheets.values()}


def _cell(cell: OutputCell, names: dict[str, str], words: Dictionary) -> OutputCell:
    value, formula = cell.value, cell.formula
    if isinstance(value, str) and CHINESE.search(value):
        value = text_of(value, words)
        if cell.style == "cover_title":  # names of industries begin small, as in a sentence
            value = value[:1].upper() + value[1:]
    if formula is not None and CHINESE.search(formula):
        for old, new in names.items():
            formula = formula.replace(quoted(old) + "!", quoted(new) + "!")
        formula = _TEXT.sub(lambda m: f'"{text_of(m[1], words)}"', formula)
    link = names.get(cell.link, cell.link)
    return cell._replace(value=value, formula=formula, link=link)


def text_of(text: str, words: Dictionary) -> str:
    """The English of a text of the report; its parts where only some are known; else the text."""
    for doubt in doubts().values():
        bare = text.removesuffix(f"（{doubt['zh']}）")
        if bare != text and not re.search("[；;]", bare):
            return f"{text_of(bare, words)} ({doubt['en']})"
    known = words.english(text)
    if known is not None:
        return known
    annex = re.match(r"附表(\d+) 报告主体(\d*)年?(.*)", text)
    if annex:
        what = {"温室气体排放量": "greenhouse gas emissions", "活动水平相关数据一览表": "activity data"}
        said = what.get(annex[3], "emission factors and coefficients")
        return f"Annex {annex[1]} Reporting enterprise: {said}" + (f" of {annex[2]}" if annex[2] else "")
    annex = _ANNEX.match(text)
    if annex:
        label = annex[2] or ""
        return f"Annex {annex[1]} {words.english(label) or label}".rstrip()
    if "; " in text and not text.startswith("化验报告"):
        return "; ".join(text_of(p, words) for p in text.split("; "))
    reports = re.match(
        r"化验报告(\d+)份，(.*?)[;；] *按(代表量和)?月消耗量加权(，已换算为收到基)?(（换算关系待核对）)?(?:[;；] *(.*))?$",
        text,
    )
    if reports:
        by = "the quantity of each batch and monthly consumption" if reports[3] else "monthly consumption"
        said = f"{reports[1]} laboratory reports, {reports[2]}; weighted by {by}"
        said += ", taken to as received" if reports[4] else ""
        said += " (relations not yet compared with the print)" if reports[5] else ""
        return f"{said}; {text_of(reports[6], words)}" if reports[6] else said
    part = re.fullmatch(r"(.+?)（(.+)）", text)
    if part and words.english(part[1]):
        return f"{words.english(part[1])} ({words.english(part[2]) or part[2]})"
    if text.startswith("检测值 "):
        return f"measured value {text.removeprefix('检测值 ')}"
    parts = re.split(r"([；;])", text)
    if len(parts) > 1:
        return "".join("; " if p in "；;" else text_of(p, words) for p in parts)
    return text


__all__ = ["block_title", "chinese", "chinese_tab", "dictionary", "english_tab", "into_english", "text_of"]
