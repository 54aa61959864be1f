"""Words in either language, pictures, and rows of CSV files as a Chinese sentence names them."""

from __future__ import annotations

import pickle
from functools import cache
from pathlib import Path

import pytest
from filing_example import ledger as small

import inventory
from inventory.core.activity import Project
from inventory.core.problems import InventoryError, Origin, problem
from inventory.core.selection import meant

ROOT = Path(__file__).parents[1]


@cache
def jiangsu() -> Project:
    return inventory.read(ROOT / "examples" / "jiangsu")[0]


@pytest.mark.parametrize(
    "where",
    [
        {"quantity": "rice_area", "region": "江苏", "season": "单季稻"},
        {"quantity": "Rice area sown", "region": "Jiangsu", "season": "Single rice"},
        {"quantity": "水稻播种面积", "region": "320000", "season": "Single rice"},
    ],
)
def test_one_datum_by_words_of_either_language(where: dict[str, str]) -> None:
    edition = inventory.load_edition()
    word = edition.vocabulary["season"]["单季稻"].label_en
    label = edition.declared.quantities["rice_area"].label["en"]
    spelled = {k: {"Single rice": word, "Rice area sown": label}.get(v, v) for k, v in where.items()}
    changed = jiangsu().with_value(3.5, year=2010, **spelled)
    before, after = tuple(jiangsu().data), tuple(changed.data)
    old, new = ([d for d in p if d not in set(q)] for p, q in ((before, after), (after, before)))
    assert [(d.quantity, d.keys["season"], d.year) for d in new] == [("rice_area", "单季稻", 2010)]
    assert new[0].value == 3.5 != old[0].value


def test_a_scenario_names_its_inputs_in_english() -> None:
    ledger = inventory.compile(jiangsu())
    s = inventory.Scenarios(ledger)
    zh = s.activity(quantity="rice_area", region="江苏", year=2010, season="单季稻")
    words = ledger.edition.vocabulary["season"]["单季稻"]
    label = ledger.edition.declared.quantities["rice_area"].label["en"]
    assert s.activity(quantity=label, region="Jiangsu", year=2010, season=words.label_en) == zh


def test_a_name_nobody_knows_matches_nothing() -> None:
    assert meant({"region": "Atlantis"}, inventory.load_edition()) == {"region": "Atlantis"}
    with pytest.raises(InventoryError):
        jiangsu().with_value(1.0, quantity="rice_area", region="Atlantis", year=2010)


def test_rows_of_a_csv_in_the_language_of_the_sentence() -> None:
    p = problem("program.draws", Origin("data.csv", "", "row 4"), found="x, data.csv!row 12")
    assert (
        p.text("zh").startswith("data.csv 第4行：") and "data.csv 第12行" in p.text("zh") and "row" not in p.text("zh")
    )
    assert p.text("en").startswith("data.csv!row 4: ") and "data.csv!row 12" in p.text("en")


def test_too_few_draws_are_refused_in_words() -> None:
    with pytest.raises(InventoryError) as error:
        inventory.monte_carlo(small(), draws=50)
    assert [p.code for p in error.value.problems] == ["program.few_draws"]
    assert pickle.loads(pickle.dumps(error.value)).problems == error.value.problems


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_ledger_is_plotted(lang: str, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    ledger = small()
    picture = ledger.plot(lang=lang)
    totals = ledger.totals()
    for r, y in {(r, y) for r in ledger.regions for y in ledger.years}:
        n = list(picture.chart.labels).index(str(y) if len(ledger.regions) == 1 else f"{r} {y}")
        shown = sum(s.values[n] or 0.0 for s in picture.chart.series)
        whole = totals[(totals.region == r) & (totals.year == y) & (totals.sector == "total")].co2e_t.iloc[0]
        assert shown == pytest.approx(whole / 1e4)
    assert lang in picture.chart.title or ("温室气体" in picture.chart.title) == (lang == "zh")
    try:
        assert picture.save(tmp_path / "t.svg").read_text("utf-8").lstrip().startswith("<?xml")
    except InventoryError as error:  # a machine without Chinese fonts is told so
        assert lang == "zh", error
    with pytest.raises(InventoryError):
        ledger.plot(region="Atlantis")
