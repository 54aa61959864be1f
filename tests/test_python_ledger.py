"""The Ledger in the hands of a Python user: what a frame holds, what an unknown name does, one-line repr, errors that
cross processes."""

import pickle
from concurrent.futures import ProcessPoolExecutor

import pytest

import inventory
from inventory.core.activity import Project, datum


@pytest.fixture(scope="module")
def jiangsu() -> inventory.Ledger:
    return inventory.compile("examples/jiangsu")


def test_a_plain_sum_of_the_frame_is_the_total(jiangsu: inventory.Ledger) -> None:
    sums = jiangsu.to_frame().groupby("year").co2e_t.sum()
    assert sums[2010] == pytest.approx(float(jiangsu.co2e(year=2010)), rel=1e-12)
    assert set(jiangsu.to_frame().account) == {"total"}
    assert set(jiangsu.to_frame(account=None).account) == {"total", "memo", "check"}
    assert len(jiangsu.to_frame(account=None)) == len(jiangsu.lines)
    totals = jiangsu.totals()
    assert totals[(totals.year == 2010) & (totals.sector != "total")].co2e_t.sum() == pytest.approx(
        float(jiangsu.co2e(year=2010)), rel=1e-12
    )


@pytest.mark.parametrize(
    "where",
    [
        {"category": "9.9"},
        {"gas": "co2"},
        {"region": "江苏市"},
        {"year": 1066},
        {"year": "x"},
        {"account": "all"},
        {"category": ("1", "9.9")},
    ],
)
def test_an_unknown_name_is_never_zero(jiangsu: inventory.Ledger, where: dict) -> None:
    with pytest.raises(inventory.InventoryError) as error:
        jiangsu.co2e(**where)
    assert error.value.problems[0].code == "query.unknown"
    assert error.value.problems[0].part("expected", "en") and error.value.problems[0].part("expected", "zh")


def test_a_region_has_one_meaning_in_every_spelling(jiangsu: inventory.Ledger) -> None:
    assert (
        len(
            {float(jiangsu.co2e(region=name, year=2005)) for name in ("江苏", "江苏省", "320000", "Jiangsu", "jiangsu")}
        )
        == 1
    )
    assert jiangsu.co2e(region="河南") == 0.0  # known, nothing of it here
    assert jiangsu.co2e(year="2010") == jiangsu.co2e(year=2010)
    assert jiangsu.co2e(gas="HFCs") == pytest.approx(
        sum(jiangsu.co2e(gas=g) for g in jiangsu.gwp.values if g.startswith("HFC-"))
    )


def test_repr_is_one_short_line_and_html_a_table(jiangsu: inventory.Ledger) -> None:
    assert "\n" not in repr(jiangsu) and len(repr(jiangsu)) < 160 and "江苏" in repr(jiangsu)
    assert jiangsu._repr_html_().count("<tr>") == 1 + len(jiangsu.totals())
    assert jiangsu == jiangsu and len({jiangsu, jiangsu}) == 1
    assert jiangsu != jiangsu.with_gwp("AR5")


def test_the_package_lists_its_names() -> None:
    assert {"compile", "check", "Ledger", "language", "InventoryError"} <= set(dir(inventory))


def _fail(_: int) -> None:
    inventory.compile(Project())


def test_an_error_survives_a_process_pool() -> None:
    with ProcessPoolExecutor(1) as pool:
        with pytest.raises(inventory.InventoryError) as error:
            pool.submit(_fail, 0).result(timeout=60)
        assert error.value.problems and pool.submit(len, "ab").result(timeout=60) == 2
    again = pickle.loads(pickle.dumps(error.value))
    assert again.problems == error.value.problems and str(again) == str(error.value)


def test_a_ledger_goes_to_another_process(jiangsu: inventory.Ledger) -> None:
    """With its edition, whatever has been derived of both; what arrives computes and explains as what was sent."""
    inventory.approach_1(jiangsu)
    there = pickle.loads(pickle.dumps(jiangsu))
    assert there.lines == jiangsu.lines and there.co2e() == jiangsu.co2e() and there.warnings == jiangsu.warnings
    again = inventory.compile(there.project, edition=there.edition)
    assert [(x.category, x.item, x.gas, x.mass_t) for x in again.lines] == [
        (x.category, x.item, x.gas, x.mass_t) for x in jiangsu.lines
    ]


def test_errors_speak_the_language_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    error = inventory.InventoryError([inventory.core.problems.problem("query.datum", what="x", count=2)])  # type: ignore[attr-defined]
    assert "exactly one" not in str(error)
    monkeypatch.setenv("INVENTORY_LANG", "en")
    assert "exactly one" in str(error)
    with pytest.raises(ValueError, match="language"):
        inventory.language("fr")


def test_edited_data_never_cite_the_old_cell() -> None:
    read, _ = inventory.read("examples/jiangsu")
    target = next(d for d in read.data if d.quantity == "rice_area" and d.year == 2010)
    changed = read.with_value(target.value * 2, region="江苏", year=2010, quantity="rice_area", **target.keys)
    new = next(d for d in changed.data if d.quantity == "rice_area" and d.year == 2010 and d.keys == target.keys)
    assert new.value == target.value * 2 and new.origin.file == "Python" and str(target.origin) in new.note
    before, after = inventory.compile(read), inventory.compile(changed)
    assert after.co2e(year=2010, category="3") > before.co2e(year=2010, category="3")
    for where in ({"quantity": "rice_area"}, {"quantity": "rice_area", "year": 1999}):
        with pytest.raises(inventory.InventoryError):
            read.with_value(1.0, **where)


def test_an_edited_derived_datum_has_no_terms_left() -> None:
    read, _ = inventory.read("examples/jiangsu")
    derived = next(d for d in read.data if d.terms)
    assert derived.edited(1.0).terms == () and datum("江苏", 2010, "x", 2, "t").edited(3).note
