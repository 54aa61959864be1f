"""What an English reader meets: every output made with --lang en, and the Chinese left in it measured.

`english_left.toml` states for each output how many lines or cells may still hold Chinese, and why: names of law and
proper names, or what nobody has put into English yet. An output that is not listed there holds none. The other way
round, what a Chinese reader is told is Chinese.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from some import some
from typer.testing import CliRunner

from inventory.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
LEFT = tomllib.loads((Path(__file__).parent / "english_left.toml").read_text("utf-8"))
CHINESE = re.compile("[一-鿿]")
FILES = re.compile(r"\S*\.(?:csv|xlsx|xls|toml|docx|db|svg|png)\b(?:\[[^\]]*\])?(?:!?(?:row )?[A-Z]*\d*)")
DOCUMENT = re.compile(r"\w*〔\d{4}〕\d+\s*号|GB/T \d+")  # names of law, by their numbers
QUOTED = re.compile(
    r"示例(?:（\w+）)?(?:\w|[：，。、])*"
)  # names and texts of the made-up inputs, and what they are quoted for
JIANGSU, WORKS = str(ROOT / "examples" / "jiangsu"), str(ROOT / "examples" / "enterprise" / "水泥厂.xlsx")

SCREENS = {
    "check": ("check", JIANGSU),
    "uncertainty": ("uncertainty", JIANGSU),
    "keycategories": ("keycategories", JIANGSU),
    "qc": ("qc", JIANGSU),
    "factors list": ("factors", "list"),
    "improve": ("improve", JIANGSU),
    "shares": ("shares", JIANGSU),
    "enterprise industries": ("enterprise", "industries"),
    "enterprise assess": ("enterprise", "assess", WORKS),
}
BOOKS = {
    "compile": ("compile", JIANGSU, "-o"),
    "template": ("template", "--region", "江苏", "--years", "2010", "-o"),
    "gaps": ("gaps", JIANGSU, "-o"),
    "enterprise template": ("enterprise", "template", "--industry", "08", "-o"),
    "enterprise report": ("enterprise", "report", WORKS, "--no-docx", "-o"),
}


def said(arguments: tuple[str, ...], lang: str) -> list[str]:
    done = CliRunner().invoke(app, [*arguments, "--lang", lang])
    assert done.exit_code in (0, 1), done.output[-500:]
    return [line for line in done.output.splitlines() if line.strip()]


def plain(text: str) -> str:
    """Without names of files and quoted example texts, which stand as their owner wrote them."""
    return DOCUMENT.sub("", QUOTED.sub("", FILES.sub("", text)))


def visible(path: Path) -> Iterator[tuple[str, str]]:
    """Sheet and text of every visible cell, and the tabs."""
    openpyxl = pytest.importorskip("openpyxl")
    for sheet in openpyxl.load_workbook(path, read_only=True):
        if sheet.sheet_state != "visible":
            continue
        yield sheet.title, sheet.title
        for row in sheet.iter_rows(values_only=True):
            yield from ((sheet.title, value) for value in row if isinstance(value, str))


def held(name: str, chinese: list[str], everything: int) -> None:
    allowed = LEFT.get(name, {"at_most": 0})
    assert everything > 0
    assert len(chinese) <= allowed["at_most"], f"{name}: {len(chinese)} of {everything}: {chinese[:8]}"


@pytest.mark.slow
@pytest.mark.parametrize("name", SCREENS)
def test_screens_in_english(name: str) -> None:
    lines = said(SCREENS[name], "en")
    held(name, [line for line in lines if CHINESE.search(plain(line))], len(lines))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", BOOKS)
def test_books_in_english(name: str, tmp_path: Path) -> None:
    said((*BOOKS[name], str(tmp_path / "out.xlsx")), "en")
    cells = [text for _, text in visible(tmp_path / "out.xlsx")]
    held(f"{name} book", [text for text in cells if CHINESE.search(plain(text))], len(cells))


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in SCREENS if n != "factors list"])
def test_screens_in_chinese(name: str) -> None:
    """No sentence of English: a line without one Chinese character holds fewer than four words."""
    for line in some(said(SCREENS[name], "zh")):
        words = re.findall(r"\b[a-z]{2,}\b", line)
        assert CHINESE.search(line) or len(words) < 4, line


@pytest.mark.slow
def test_the_report_in_english(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    said(("report", JIANGSU, "--no-charts", "-o", str(tmp_path / "r.docx")), "en")
    document = docx.Document(str(tmp_path / "r.docx"))
    texts = [
        t.text for t in document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t")
    ]
    held("report docx", [t for t in texts if t and CHINESE.search(plain(t))], len(texts))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_filing_set_in_english(tmp_path: Path) -> None:
    said(("file", JIANGSU, "--no-pdf", "-o", str(tmp_path / "f.xlsx")), "en")
    cells = [text for _, text in visible(tmp_path / "f.xlsx")]
    held("filing set", [text for text in cells if CHINESE.search(plain(text))], len(cells))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_collection_in_english(tmp_path: Path) -> None:
    """Collected from reports in English: failures, queries, states and the province's summary; only names are left."""
    reports, db = tmp_path / "reports", str(tmp_path / "c.db")
    reports.mkdir()
    for name in ("水泥厂", "造纸厂"):
        source = str(ROOT / "examples" / "enterprise" / f"{name}.xlsx")
        said(("enterprise", "report", source, "--no-docx", "-o", str(reports / f"{name}.xlsx")), "en")
    (reports / "broken.xlsx").write_text("x", "utf-8")
    names = re.compile(r"示例\w*|\w+市")
    lines = said(("enterprise", "collect", str(reports), "--db", db), "en")
    assert any("added 2" in line and "failed 1" in line for line in lines)
    for by in ("industry,city", "source,gas", "fuel", "firm"):
        lines += said(("enterprise", "query", "--db", db, "--by", by), "en")
    lines += said(("enterprise", "status", "1", "accepted", "--db", db), "en")
    for command in ("pending", "history"):
        lines += said(("enterprise", command, "--db", db), "en")
    said(("enterprise", "summary", "--db", db, "-o", str(tmp_path / "s.xlsx")), "en")
    lines += [text for _, text in visible(tmp_path / "s.xlsx")]
    assert not [x for x in lines if CHINESE.search(plain(names.sub("", x)))]
    zh = said(("enterprise", "history", "--db", db), "zh")
    assert "接受" in "".join(zh)


@pytest.mark.slow
def test_answers_may_name_their_place_in_english(tmp_path: Path) -> None:
    """The place that `qc --lang en` prints answers the finding, like the Chinese one."""
    import shutil

    import inventory
    from inventory.analysis.quality import check_quality
    from inventory.sheets.english import dictionary

    words = dictionary(inventory.load_edition())
    shutil.copytree(JIANGSU, tmp_path / "p")
    answers = tmp_path / "p" / "answers.csv"
    chinese = answers.read_text("utf-8-sig")
    before = check_quality(inventory.compile(tmp_path / "p"))
    rows = list(csv.reader(chinese.splitlines()))
    place = rows[0].index("place")
    english = io.StringIO()
    csv.writer(english).writerows([*r[:place], words.within(r[place]), *r[place + 1 :]] for r in rows)
    assert english.getvalue() != chinese
    answers.write_text(english.getvalue(), "utf-8")
    after = check_quality(inventory.compile(tmp_path / "p"))
    assert [f.answer is not None for f in after.findings] == [f.answer is not None for f in before.findings]


def test_what_is_left_is_stated_with_its_reason() -> None:
    known = {*SCREENS, *(f"{n} book" for n in BOOKS), "report docx"}
    assert set(LEFT) <= known and all(e["at_most"] > 0 and len(e["why"]) > 20 for e in LEFT.values())


def test_every_command_says_in_both_languages_what_it_does() -> None:
    def walk(group: object, path: str = "") -> Iterator[tuple[str, str]]:
        for name, command in group.commands.items():  # type: ignore[attr-defined]
            yield f"{path} {name}".strip(), command.help or ""
            if hasattr(command, "commands"):
                yield from walk(command, f"{path} {name}")

    for name, text in walk(typer.main.get_command(app)):
        assert CHINESE.search(text) and re.search(r"[A-Za-z]{3,}", text), (name, text)
