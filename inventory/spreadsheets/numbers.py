"""Numbers and years as people write them on forms: read strictly, and say why when it is not a number.

Never `float()` alone: it takes `inf`, `nan`, `1_000`, `1e400` and digits of any script. Full-width forms are made
plain, everything else that is not an ordinary decimal number is refused with a reason that a message can be made of.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from ..core.activity import LARGEST

BLANK_MARKS = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "/",
        "//",
        "\\",
        "—",
        "——",
        "–",
        "―",
        "…",
        "……",
        "...",
        "......",
        "·",
        ".",
        "*",
        "**",
        "无",
        "无数据",
        "暂无",
        "缺",
        "缺失",
        "不详",
        "未知",
        "空",
        "n/a",
        "na#",
        "null",
        "none",
        "nil",
        "#",
    }
)
SUFFIXES = {"百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
SCALED = "#÷ "  # begins the text of a figure that the sheet shows divided
FIRST_YEAR, LAST_YEAR = 1980, 2100
EPOCH = dt.datetime(1899, 12, 30)

_NUMBER = re.compile(
    r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(\.[0-9]*)?(?:[eE]([+-]?[0-9]{1,3}))?\s*(百万|千万|百|千|万|亿)?\s*(%|‰)?"
)
_LEADING = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written. `mark` is `%` or `‰` when written with one: `value` is then the figure before the sign (85 %
    -> 85).

    `suffix` is 千, 万, 亿 … when written behind the figure; `value` has it multiplied in already (1.2万 -> 12000).
    """

    value: float
    mark: str = ""
    suffix: str = ""

    @property
    def fraction(self) -> float:
        """The value as a pure number: 85 % -> 0.85."""
        return self.value / 100 if self.mark == "%" else self.value / 1000 if self.mark == "‰" else self.value


@dataclass(frozen=True, slots=True)
class NotNumber:
    """Why a text is no number. `reason` is one of `REASONS`; `text` as it stands; `hint` what was probably meant, where
    that can be told."""

    reason: str
    text: str
    hint: str = ""

    @property
    def blank(self) -> bool:
        return self.reason in ("blank", "mark")


REASONS = (
    "blank",  # nothing, or only spaces
    "mark",  # — … / and the like: no figure
    "notation",  # NE NO NA IE C: belongs to the column for notation keys
    "separator",  # 1,23 or 1.234.567: decimal or thousands?
    "several",  # two figures in one cell
    "range",  # 3-5, 3~5, 12±3
    "approximate",  # 约12, >5
    "brackets",  # (5)
    "unit",  # 12.5万吨: the unit stands in the number's cell
    "formula",  # =1+2 as text
    "digits",  # ², ①, ½, Arabic or Chinese numerals
    "infinite",  # inf, nan, 1e400, and anything beyond LARGEST
    "error",  # #N/A and other errors of a spreadsheet
    "scaled",  # shown divided by thousands
    "uncached",  # a formula that was never calculated
    "bool",  # TRUE
    "date",  # a date or time
    "text",  # anything else
)


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Full-width forms made half-width, odd blanks and signs made plain, ends trimmed. Superscripts, circled digits and
    the like stay."""
    if not text.isascii():
        text = "".join(_plain_char(c) for c in text)
    return text.strip(" \t\r\n\x0b\x0c'")


@lru_cache(maxsize=4096)
def _plain_char(char: str) -> str:
    if unicodedata.decomposition(char).startswith("<wide>"):
        return unicodedata.normalize("NFKC", char)
    if char in "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f":
        return " "
    if char in "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f":
        return ""
    if char in "−﹣－":
        return "-"
    return "," if char in "，﹐" else char


def parse_number(value: object) -> Number | NotNumber:
    """A cell value or a text as a `Number`, or a `NotNumber` that says why not. Takes text, float, int, bool, date,
    None or a `Cell`."""
    if type(value) is str:
        return _from_text(value)
    kind = getattr(value, "kind", "")
    if kind in ("error", "uncached"):
        text = str(getattr(value, "value", "") or "")
        return NotNumber("scaled", text.removeprefix(SCALED)) if text.startswith(SCALED) else NotNumber(kind, text)
    if kind:
        number = parse_number(value.value)  # type: ignore[attr-defined]
        if isinstance(number, Number) and getattr(value, "percent", False):
            return Number(_times(number.value, 100), "%")
        return number
    if value is None:
        return NotNumber("blank", "")
    if isinstance(value, bool):
        return NotNumber("bool", "TRUE" if value else "FALSE")
    if isinstance(value, int | float):
        return Number(float(value)) if _ordinary(value) else NotNumber("infinite", str(value))
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return NotNumber("date", str(value), _serial_text(value))
    return _from_text(str(value))


def _ordinary(value: float) -> bool:
    """Finite, and small enough that products and squares of a few of them stay finite: nothing on earth is measured by
    10^30 of any unit here."""
    return abs(value) <= LARGEST


def _times(value: float, factor: int) -> float:
    """0.07 shown as 7 %: the product in decimal, so that 7 comes out and not 7.000000000000001."""
    product = value * factor
    return float(f"{product:.15g}") if math.isfinite(product) else product


@lru_cache(maxsize=65536)
def _from_text(raw: str) -> Number | NotNumber:
    text = plain(raw)
    if not text:
        return NotNumber("blank", raw)
    if text.lower() in BLANK_MARKS or not text.strip("-—–―…./\\ "):
        return NotNumber("mark", text)
    match = _NUMBER.fullmatch(text)
    if match and (match[2] or (match[3] and len(match[3]) > 1)):
        sign, whole, decimals, exponent, suffix, mark = match.groups()
        figure = float(f"{sign}{(whole or '0').replace(',', '')}{decimals or ''}e{exponent or 0}")
        figure *= SUFFIXES.get(suffix or "", 1)
        return Number(figure, mark or "", suffix or "") if _ordinary(figure) else NotNumber("infinite", text)
    return NotNumber(*_why(text))


def _why(text: str) -> tuple[str, str, str]:
    """The most telling reason why `text` is no number, and what was probably meant."""
    lower = text.lower()
    if text.upper() in ("NE", "NO", "NA", "IE", "C"):
        return "notation", text, text.upper()
    if text.startswith("#") and re.fullmatch(r"#[A-Z0-9/_]+[!?]?", text.upper()):
        return "error", text, ""
    if text.startswith("="):
        return "formula", text, ""
    if lower.lstrip("+-") in ("inf", "infinity", "nan", "∞") or (
        re.fullmatch(r"[+-]?[0-9.]+e[+-]?[0-9]+", lower) is not None
    ):
        return "infinite", text, ""
    if re.fullmatch(r"\(\s*[0-9.,]+\s*\)", text):
        return "brackets", text, "-" + text.strip("() ")
    if re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{3}){2,}|[+-]?[0-9]*(,[0-9]*)+(\.[0-9]*)?", text):
        return "separator", text, ""
    if re.fullmatch(r"[0-9.,]+\s*(±|\+/-|[-~～至到])\s*[0-9.,]+\s*%?", text):
        return "range", text, ""
    if re.fullmatch(r"[+-]?[0-9.,]+([\s;；、/|]+[+-]?[0-9.,]+)+", text):
        return "several", text, ""
    if re.match(r"[约近≈≥≤<>~＞＜大小超不多少]+", text) and any(c in "0123456789" for c in text):
        return "approximate", text, ""
    leading = _LEADING.match(text)
    tail = text[leading.end() :].strip() if leading else ""
    if tail and _is_unit(tail):
        return "unit", text, tail
    if any(unicodedata.numeric(c, None) is not None and c not in "0123456789" for c in text):
        return "digits", text, ""
    return "text", text, ""


def _is_unit(text: str) -> bool:
    from ..core import units
    from ..core.unit_words import ONE

    try:
        return text not in ONE and bool(units.parse(text))
    except units.UnitError:
        return False


def serial(value: dt.datetime | dt.date | dt.time | dt.timedelta) -> float:
    """The number a spreadsheet holds behind a date (1900 system): what was typed when a figure landed in a cell with a
    date format."""
    if isinstance(value, dt.timedelta):
        return value.total_seconds() / 86400
    if isinstance(value, dt.time):
        return (value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6) / 86400
    moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)
    days = (moment.replace(tzinfo=None) - EPOCH).total_seconds() / 86400
    return days if days > 60 else days - 1  # the spreadsheet's 29 February 1900 never was


def _serial_text(value: dt.datetime | dt.date | dt.time | dt.timedelta) -> str:
    return f"{serial(value):.10g}"


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year. `from_date` tells that a date stood in the cell and its year was taken; `from_serial` that 2005
    had a date format."""

    value: int
    from_date: bool = False
    from_serial: bool = False


def parse_year(value: object) -> Year | NotNumber:
    """A year cell: 2005, "2005年", full-width digits, or a date (noted). Two years in one cell are refused with reason
    `several`."""
    if getattr(value, "kind", "") in ("error", "uncached"):
        return NotNumber(value.kind, str(value.value or ""))  # type: ignore[attr-defined]
    value = getattr(value, "value", value) if getattr(value, "kind", "") else value
    if isinstance(value, dt.datetime | dt.date):
        number = serial(value)
        if FIRST_YEAR <= number <= LAST_YEAR:
            return Year(int(number), from_serial=True) if number == int(number) else NotNumber("date", str(value))
        return (
            Year(value.year, from_date=True) if FIRST_YEAR <= value.year <= LAST_YEAR else NotNumber("date", str(value))
        )
    if isinstance(value, str):
        text = plain(value)
        years = re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", text)
        if len(set(years)) > 1 or re.fullmatch(r"(?:19|20)[0-9]{2}\s*[-~～至到—/、]\s*[0-9]{2}年?", text):
            return NotNumber("several", text)
        match = re.fullmatch(r"([0-9]{4})\s*(?:年|年度)?(?:\.0*)?", text)
        if match:
            value = int(match[1])
        elif re.fullmatch(r"((?:19|20)[0-9]{2})[-/.年](0?[1-9]|1[0-2])([-/.月](0?[1-9]|[12][0-9]|3[01])日?|月)?", text):
            return Year(int(text[:4]), from_date=True)
        else:
            return NotNumber("blank" if not text else "text", text)
    if isinstance(value, bool) or value is None:
        return NotNumber("blank" if value is None else "bool", "" if value is None else str(value))
    if isinstance(value, int | float) and value in range(FIRST_YEAR, LAST_YEAR + 1):
        return Year(int(value))
    return NotNumber(
        "range" if isinstance(value, int | float) else "text", f"{value:g}" if isinstance(value, float) else str(value)
    )
