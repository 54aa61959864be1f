"""What an English user types and gets on the command line: help in one language, names of regions and words in every
table that is written, conditions in English."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import inventory
from inventory.cli.app import app
from inventory.console.english import readable
from inventory.console.help import half
from inventory.console.usage import run

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
NOTES = re.compile(
    r"\S+\.csv\S*|（[^（）]*）"
)  # places in files, and notes of tables, quoted as their authors wrote them
HAN = re.compile("[\u3000-\u303f\u3400-\u9fff\uff01-\uff60]")


def commands(group: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    out = [path]
    for name, command in getattr(group, "commands", {}).items():
        out += commands(command, (*path, name))
    return out


def every_command() -> list[tuple[str, ...]]:
    import typer

    return commands(typer.main.get_command(app))


def out_of(*arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments, "--lang", "en"])
    assert done.exit_code == 0, done.output[-600:]
    return done.output


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


@pytest.mark.parametrize("path", every_command(), ids=" ".join)
def test_help_is_in_the_language_asked_for(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = {}
    for lang in ("en", "zh"):
        monkeypatch.setenv("INVENTORY_LANG", lang)
        with pytest.raises(SystemExit) as stopped:
            run(app, [*path, "--help"])
        assert stopped.value.code == 0
        shown[lang] = capsys.readouterr().out
    assert not HAN.search(shown["en"]), [line for line in shown["en"].splitlines() if HAN.search(line)]
    assert len(re.findall("[\u3400-\u9fff]", shown["zh"])) >= 4


@pytest.mark.parametrize(
    ("both", "zh", "en"),
    [
        ("写入 CSV；- 为屏幕 / write CSV; - prints it", "写入 CSV；- 为屏幕", "write CSV; - prints it"),
        ("模板 .xlsx / template", "模板 .xlsx", "template"),
        ("检查输入。 Check the input.", "检查输入。", "Check the input."),
        ("guideline|SAR|AR4|AR5|AR6|自定义组 / own set", "guideline|SAR|AR4|AR5|AR6|自定义组", "own set"),
        ("'SHEET!CELL'", "'SHEET!CELL'", "'SHEET!CELL'"),
    ],
)
def test_halves_of_a_text(both: str, zh: str, en: str) -> None:
    assert (half(both, "zh"), half(both, "en")) == (zh, en)


def test_names_in_a_sentence() -> None:
    assert readable("stands in 常州、镇江 (x.csv!row 3、x.csv!row 4)", "en") == (
        "stands in Changzhou, Zhenjiang (x.csv!row 3, x.csv!row 4)"
    )
    assert readable("Raw coal +2.09（0.0%）; 江苏", "en") == "Raw coal +2.09 (0.0%); Jiangsu"
    own = "of '示例矿业集团自备电厂'（自备电厂，由集团直接向省报数）"
    assert readable(own, "en") == own
    assert readable("常州、镇江", "zh") == "常州、镇江"


@pytest.mark.parametrize(
    "arguments",
    [
        ("levels", "tree"),
        ("pilots",),
        ("choices", str(EXAMPLES / "guangdong")),
        ("levels", "scopes", str(EXAMPLES / "levels"), "--region", "Nanjing", "--year", "2010"),
    ],
    ids=lambda a: " ".join(a[:2]),
)
@pytest.mark.slow
def test_screens_name_regions_in_english(arguments: tuple[str, ...]) -> None:
    # Jiyuan, a city below no prefecture, is in no tree of regions
    left = [x for x in out_of(*arguments).splitlines() if HAN.search(NOTES.sub("", x).replace("济源", ""))]
    assert not left, left[:5]


@pytest.mark.slow
def test_results_keep_their_columns_and_words_and_gain_labels(tmp_path: Path) -> None:
    ledger = inventory.compile(EXAMPLES / "guangdong")
    for lang in ("zh", "en"):
        inventory.write_results(ledger, tmp_path / f"{lang}.csv", lang)
    zh, en = rows(tmp_path / "zh.csv"), rows(tmp_path / "en.csv")
    labels = ("region_en", "category_en", "item_en", "method_en")
    assert [{k: v for k, v in r.items() if k not in labels} for r in en] == zh
    assert list(en[0])[-4:] == list(labels) and {r["region_en"] for r in en} == {"Guangdong"}
    assert not any(HAN.search(r[c]) for r in en for c in labels)
    assert any("season=Single rice" in r["item_en"] or "season=" in r["item_en"] for r in en)
    frames = [inventory.read_results(tmp_path / f"{lang}.csv") for lang in ("zh", "en")]
    assert frames[0].equals(frames[1])


@pytest.mark.slow
def test_tables_for_readers_are_in_english(tmp_path: Path) -> None:
    guangdong = str(EXAMPLES / "guangdong")
    written = {
        "choices": ("choices", guangdong, "--csv"),
        "targets": ("targets", str(EXAMPLES / "levels"), "-o"),
        "rollup": ("rollup", str(EXAMPLES / "levels"), "-o"),
        "qc": ("qc", guangdong, "--csv"),
    }
    for name, arguments in written.items():
        CliRunner().invoke(app, [*arguments, str(tmp_path / f"{name}.csv"), "--lang", "en"])
    for name in written:
        # a place is a key, the same in every language; sources, causes and places in files quote what people wrote
        quoted = {"place", "source", "causes", "remark", "answer", "name"}
        table = rows(tmp_path / f"{name}.csv")
        left = [
            (k, v) for r in table for k, v in r.items() if k not in quoted and HAN.search(re.sub(r"\S+\.csv\S*", "", v))
        ]
        assert table and not left, (name, left[:4])


@pytest.mark.slow
def test_a_data_set_is_asked_in_english(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    place = str(tmp_path / "set")
    out_of("batch", str(EXAMPLES / "guangdong"), "-o", place, "--format", "parquet")
    said = out_of("query", place, "--by", "province,gas,year", "--where", "province=Guangdong", "--where", "gas=CH4")
    chinese = CliRunner().invoke(app, ["query", place, "--by", "province,gas,year", "--where", "province=广东"])
    assert "Guangdong" in said and not HAN.search(said) and "广东" in chinese.output
    out_of("query", place, "--where", "region=440000", "-o", str(tmp_path / "q.csv"))
    assert {r["region"] for r in rows(tmp_path / "q.csv")} == {"Guangdong"}
    wrong = CliRunner().invoke(app, ["query", place, "--where", "province=Guandong", "--lang", "en"])
    assert wrong.exit_code == 1 and "Guangdong" in wrong.output and not HAN.search(wrong.output)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    import shutil

    shutil.copytree(ROOT / "factors" / "prov2011", tmp_path / "copied")
    return tmp_path / "copied"


def without(table: Path, column: str) -> None:
    with table.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.reader(stream))
    at = lines[0].index(column)
    with table.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([x[:at] + x[at + 1 :] for x in lines])


def test_an_edition_copied_before_its_english_column_still_works_and_says_so(copied: Path) -> None:
    without(copied / "energy_balance_splits.csv", "split_en")
    ledger = inventory.compile(EXAMPLES / "guangdong", edition=copied)
    assert float(ledger.co2e()) == float(inventory.compile(EXAMPLES / "guangdong").co2e())
    said = CliRunner().invoke(app, ["edition", "check", str(copied), "--lang", "en"])
    assert said.exit_code == 0 and said.output.count("split_en") == 1 and "stay Chinese in English" in said.output


def test_a_column_that_is_missing_is_named_once(copied: Path) -> None:
    without(copied / "energy_balance_splits.csv", "ask_en")
    with pytest.raises(inventory.InventoryError) as error:
        inventory.load_edition(copied)
    assert [p.code for p in error.value.problems] == ["edition.missing_column"]
    assert "extends" in error.value.problems[0].text("en")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_letters_to_departments_in_english(tmp_path: Path) -> None:
    """One letter a department: the statistics office, asked for the balance table as well, gets no second one."""
    openpyxl = pytest.importorskip("openpyxl")
    place = tmp_path / "letters"
    out_of("gaps", str(EXAMPLES / "guangdong"), "-o", str(tmp_path / "g.xlsx"), "--letters", str(place))
    names = sorted(p.name for p in place.iterdir())
    assert len([n for n in names if n.startswith("Statistics")]) == 1 and not HAN.search("".join(names)), names
    for file in place.iterdir():
        letter = openpyxl.load_workbook(file).worksheets[0]
        said = [str(c.value) for row in letter.iter_rows() for c in row if c.value]
        assert "Guangdong" in said[0] and not HAN.search("".join(said)), said
