"""Recalculation: one change of each kind and all at once; the causes add up to the change to the last gram."""

import csv
import io
import math
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mini import ANSWERED, EDITION, ledger, province_data

from inventory.analysis.recalculation import CAUSES, LABELS, StatedCause, compare, entries_of, read_results
from inventory.core.activity import MEASURED, Project, UserFactor, datum
from inventory.core.engine import compile_ledger
from inventory.core.ledger import RESULT_COLUMNS
from inventory.core.problems import Collector
from inventory.edition import load

GRAM = 1e-6  # in t


def own(parameter, value, unit, **keys):
    return UserFactor(parameter, tuple(keys.items()), value, unit, "化验报告", "实测")


def changed(quantity, factor=1.0, year=2010, **keys):
    return [
        replace(d, value=d.value * factor)
        if d.quantity == quantity and d.year == year and keys.items() <= d.keys.items()
        else d
        for d in province_data()
    ]


OLD = ledger(province_data())


def told(new, old=OLD):
    """Totals of 2010 by cause, checked: they add up to the change, which is that of the two ledgers."""
    result = compare(old, new)
    for region, year in result.places:
        sums = result.totals(region, year)
        assert sums["change"] == pytest.approx(
            float(new.co2e(region=region, year=year)) - float(old.co2e(region=region, year=year)), abs=GRAM
        )
        assert math.fsum(sums[c] for c in CAUSES) == pytest.approx(sums["change"], abs=GRAM)
    for c in result.changes:
        assert math.fsum(c.causes.values()) == pytest.approx(c.change, abs=GRAM)
    sums = result.totals("甲省", 2010)
    return {c: sums[c] for c in CAUSES if abs(sums[c]) > GRAM}, result


def test_nothing_changed():
    causes, result = told(ledger(province_data()))
    assert causes == {} and result.changed == () and len(result.changes) == len(OLD.lines)


def test_activity():
    new = ledger(changed("fuel_use", 1.1, category="1.1", fuel="原煤"))
    causes, result = told(new)
    assert set(causes) == {"activity"}
    assert causes["activity"] == pytest.approx(
        0.1 * sum(OLD.co2e_t(x) for x in OLD.lines if x.year == 2010 and x.category == "1.1" and "原煤" in x.item_text)
    )
    (co2, n2o) = result.changed
    assert (co2.gas, n2o.gas) == ("CO2", "N2O") and co2.main_cause == "activity"
    assert [(d.kind, d.old, d.new) for d in co2.differences] == [("activity", "140 万吨", "154 万吨")]


def test_another_unit_is_no_change():
    same = [replace(d, value=d.value * 1e4, unit="t") if d.quantity == "fuel_use" else d for d in province_data()]
    assert told(ledger(same))[0] == {}
    assert told(ledger(province_data(), [own("ncv", 20.0, "MJ/kg", fuel="原煤")]))[0] == {}


def test_factor_replaced_by_a_measured_one():
    causes, result = told(ledger(province_data(), [own("ncv", 21000.0, "kJ/kg", fuel="原煤")]))
    assert set(causes) == {"factor"}
    assert causes["factor"] == pytest.approx(
        0.05 * sum(OLD.co2e_t(x) for x in OLD.lines if x.year == 2010 and "原煤" in x.item_text)
    )
    (d,) = result.changed[0].differences
    assert d.kind == "factor" and "ncv.coal" in d.old and "21000" in d.new


def test_factor_in_another_unit_and_changed():
    causes, _ = told(ledger(province_data(), [own("ncv", 21.0, "MJ/kg", fuel="原煤")]))
    assert set(causes) == {"factor"}


def test_gwp():
    causes, result = told(OLD.with_gwp("other"))
    assert set(causes) == {"gwp"} and (result.gwp_old, result.gwp_new) == ("test", "other")
    n2o = sum(x.mass_t for x in OLD.lines if x.year == 2010 and x.gas == "N2O")
    assert causes["gwp"] == pytest.approx(-50 * n2o)


def test_category_added_and_dropped():
    more = [*province_data(), datum("甲省", 2010, "plant_output", 500.0, "t", {"category": "2.1", "plant": "p"})]
    dropped = [
        d for d in province_data() if not (d.quantity == "fuel_use" and d.keys["category"] == "1.2" and d.year == 2010)
    ]
    gone, result = told(ledger(dropped, answers=ANSWERED))
    assert set(gone) == {"category"} and gone["category"] < 0
    assert {c.category for c in result.changed} == {"1.2"}
    added, _ = told(ledger(province_data()), ledger(dropped, answers=ANSWERED))
    assert added["category"] == pytest.approx(-gone["category"])
    by_method, _ = told(ledger(more, [own("plant_ef", 1.0, "tCO2/t", plant="p")], answers=ANSWERED))
    assert by_method == {"method": pytest.approx(500.0)}  # 2.1 was there, by another method


def test_a_fuel_added_to_a_category_is_activity():
    more = [*province_data(), datum("甲省", 2010, "fuel_use", 3.0, "万吨", {"category": "1.2", "fuel": "柴油"})]
    assert set(told(ledger(more, answers=ANSWERED))[0]) == {"activity"}


def test_a_line_that_moved():
    data = [
        replace(d, item=(("category", "1.2"), ("fuel", "柴油"))) if d.keys.get("fuel") == "柴油" else d
        for d in province_data()
    ]
    causes, result = told(ledger(data))
    assert causes == {}
    assert {(c.moved_from, c.category) for c in result.changed} == {("1.1", "1.2")} and len(result.changed) == 4


def test_rows_behind_a_sum_are_activity():
    """A third of the stands left out: the line's own table has the same rows, the step before it one fewer."""
    fewer = [d for d in province_data() if d.keys.get("stand") != "杉"]
    causes, _ = told(ledger(fewer))
    assert set(causes) == {"activity"} and causes["activity"] > 0


def test_method(tmp_path: Path):
    """The same data under an edition whose cement equation has a correction."""
    folder = tmp_path / "mini2"
    shutil.copytree(EDITION.path, folder)
    path = folder / "methods" / "mini.toml"
    path.write_text(
        path.read_text("utf-8").replace(
            'text = "max(clinker - slag, 0 * clinker) * ef"', 'text = "(clinker - slag) * ef * 1.02"'
        ),
        "utf-8",
    )
    new = compile_ledger(Project(tuple(province_data())), load(folder))
    causes, _ = told(new)
    assert set(causes) == {"method"}
    assert causes["method"] == pytest.approx(0.02 * OLD.co2e(category="2.1", year=2010))


def test_measured_instead_of_computed_is_method():
    measured = datum("甲省", 2010, MEASURED, 2_000_000.0, "t", {"category": "2.1", "gas": "CO2"})
    causes, _ = told(ledger([*province_data(), measured]))
    assert set(causes) == {"method"} and causes["method"] == pytest.approx(
        2_000_000.0 - OLD.co2e(category="2.1", year=2010)
    )


def test_an_old_figure_that_was_not_its_own_arithmetic_is_an_error():
    at = next(n for n, x in enumerate(OLD.lines) if x.category == "2.1" and x.year == 2010)
    slip = replace(
        OLD, lines=tuple(replace(x, mass_t=x.mass_t * 10) if n == at else x for n, x in enumerate(OLD.lines))
    )
    causes, _ = told(OLD, slip)
    assert set(causes) == {"error"} and causes["error"] == pytest.approx(-9 * OLD.co2e(category="2.1", year=2010))


def test_every_kind_at_once_in_the_stated_order():
    data = [d for d in changed("clinker", 1.2) if not (d.keys.get("category") == "1.2" and d.year == 2010)]
    new = ledger(data, [own("clinker_ef", 0.52, "tCO2/t")], answers=ANSWERED).with_gwp("other")
    at = next(n for n, x in enumerate(OLD.lines) if x.category == "4.1" and x.year == 2010)
    old = replace(
        OLD, lines=tuple(replace(x, mass_t=x.mass_t * 1.5) if n == at else x for n, x in enumerate(OLD.lines))
    )
    causes, result = told(new, old)
    assert set(causes) == {"activity", "factor", "category", "gwp", "error"}
    assert causes["activity"] == pytest.approx(0.2 * 420 * 0.5 * 1e4)  # 万t clinker, old factor
    assert causes["factor"] == pytest.approx((420 * 1.2 - 14) * 0.02 * 1e4)  # new activity, new factor
    assert result.order == ("error", "activity", "factor", "method", "gwp")


@settings(max_examples=25, deadline=None)
@given(st.floats(0.2, 5), st.floats(0.2, 5), st.floats(0.5, 2), st.sampled_from(["test", "other"]))
def test_causes_always_add_up(fuel, volume, ncv, gwp):
    data = [
        replace(d, value=d.value * {"fuel_use": fuel, "volume": volume}.get(d.quantity, 1.0)) for d in province_data()
    ]
    told(
        ledger(data, [own("ncv", 20000 * ncv, "kJ/kg", fuel="原煤"), own("density", 0.4, "t/m3", stand="松")]).with_gwp(
            gwp
        )
    )


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_row_order_does_not_show(random):
    new = changed("fuel_use", 1.1)
    reference = compare(OLD, ledger(new)).changes
    random.shuffle(new)
    assert compare(OLD, ledger(new)).changes == reference


def test_backwards_is_the_opposite_in_total():
    new = ledger(changed("fuel_use", 1.3))
    there, back = compare(OLD, new).totals("甲省", 2010), compare(new, OLD).totals("甲省", 2010)
    assert there["change"] == pytest.approx(-back["change"]) and there["activity"] == pytest.approx(-back["activity"])


def test_years_of_one_version_only_are_not_compared_but_named():
    one = ledger([d for d in province_data() if d.year == 2010])
    result = compare(OLD, one)
    assert result.only_old == (("甲省", 2005),) and result.only_new == () and result.places == (("甲省", 2010),)


# ---- results from CSV ----


def results(book, path: Path):
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(RESULT_COLUMNS)
    writer.writerows([repr(v) if isinstance(v, float) else v for v in record] for record in book.records())
    path.write_text(text.getvalue(), "utf-8-sig")
    return path


def test_results_tell_gwp_category_and_method_but_do_not_guess_the_rest(tmp_path: Path):
    problems = Collector()
    old = read_results(results(OLD, tmp_path / "old.csv"), problems)
    new_book = ledger(
        [d for d in changed("clinker", 1.1) if d.quantity != "fuel_use" or d.keys["category"] == "1.1"]
    ).with_gwp("other")
    new = read_results(results(new_book, tmp_path / "new.csv"), problems)
    assert not list(problems)
    sums = compare(old, new).totals("甲省", 2010)
    assert {c for c in CAUSES if abs(sums[c]) > GRAM} == {"unknown", "category", "gwp"}
    assert math.fsum(sums[c] for c in CAUSES) == pytest.approx(sums["change"], abs=GRAM)
    assert sums["unknown"] == pytest.approx(0.1 * 420 * 0.5 * 1e4)
    assert compare(entries_of(OLD), new).totals("甲省", 2010) == sums


def test_results_that_cannot_be_read(tmp_path: Path):
    problems = Collector()
    path = tmp_path / "r.csv"
    path.write_text("region,year\n甲省,2010\n", "utf-8")
    assert read_results(path, problems) == []
    lines = results(OLD, path).read_text("utf-8-sig").splitlines()
    path.write_text("\n".join([*lines[:3], lines[1], lines[2].replace("2005", "年")]), "utf-8")
    assert len(read_results(path, problems)) == 2
    assert sorted(p.code for p in problems) == [
        "quality.results_columns",
        "quality.results_number",
        "quality.results_twice",
    ]


# ---- explanations ----


def test_a_cause_is_asked_for_and_an_error_can_be_owned():
    new = ledger(changed("clinker", 0.1))
    result = compare(OLD, new)
    (open_,) = [c for c in result.changed if c.explanation is None]
    said = StatedCause("error", "2010年误把吨填成万吨", "张三", "2012-03-01")
    again = compare(OLD, new, {open_.place: said})
    assert all(c.explanation is not None for c in again.changed)
    assert again.totals("甲省", 2010)["error"] == pytest.approx(result.totals("甲省", 2010)["activity"])
    kept = compare(OLD, new, {open_.place: StatedCause("activity", "普查修订", "张三", "2012-03-01")})
    assert kept.changed[0].causes == result.changed[0].causes and kept.changed[0].explanation is not None


def test_every_cause_has_a_label():
    assert set(LABELS) == set(CAUSES) and all(v["zh"] and v["en"] for v in LABELS.values())
