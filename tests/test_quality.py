"""The register of checks: each has a case that trips it and one that does not; rules of editions; answers that stay."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from mini import ANSWERED, EDITION, ledger, own_factor

from inventory.analysis import rules
from inventory.analysis.findings import write_answers
from inventory.analysis.limits import Limits
from inventory.analysis.quality import REGISTER, check_quality
from inventory.core.activity import MEASURED, Notation, Project, Term, UserFactor, datum
from inventory.core.columns import ActivityColumns
from inventory.core.engine import compile_ledger
from inventory.core.problems import DeclarationError, InventoryError, Origin, catalogue, problem
from inventory.core.questions import settle
from inventory.core.statements import FindingAnswer
from inventory.edition import load
from inventory.reading import read_project
from inventory.uncertainty.propagation import approach_1

SOURCE = {"source": "江苏统计年鉴2006"}


def quiet_data():
    """Two years in which no check finds anything."""
    data = []
    for year, k in ((2005, 1.0), (2010, 1.1)):
        data += [
            datum(
                "甲省",
                year,
                "fuel_use",
                101.5 * k,
                "万吨",
                {"category": "1.1", "fuel": "原煤"},
                uncertainty=5,
                **SOURCE,
            ),
            datum("甲省", year, "clinker", 340.5 * k, "万吨", uncertainty=2, **SOURCE),
            datum("甲省", year, "slag_clinker", 10.25 * k, "万吨", uncertainty=2, **SOURCE),
            datum("甲省", year, "volume", 1000.5 * k, "万m3", {"stand": "杉"}, uncertainty=10, **SOURCE),
            datum("甲省", year, "volume", 1050.5 * k, "万m3", {"stand": "松"}, uncertainty=10, **SOURCE),
            datum("甲省", year, "growth", 0.05, "1", uncertainty=20, **SOURCE),
        ]
    return data


NOTATIONS = [Notation("甲省", y, c, g, "NO", "") for y in (2005, 2010) for c, g in (("1.2", "CO2"),)]


def quiet(data=None, factors=(), notations=NOTATIONS, answers=(), **changes):
    return replace(
        ledger(quiet_data() if data is None else data, factors, notations=tuple(notations), answers=answers), **changes
    )


def one_year(category, fuel, **more):
    """Quiet data with a fuel in 2010 only, as somebody has said."""
    data = [*quiet_data(), datum("甲省", 2010, "fuel_use", 5.5, "万吨", {"category": category, "fuel": fuel}, **SOURCE)]
    return quiet(data, notations=[n for n in NOTATIONS if n.year == 2005], answers=ANSWERED, **more)


def changed(where, **what):
    """Quiet data with one datum changed: `where` is (year, quantity)."""
    return [replace(d, **what) if (d.year, d.quantity) == where else d for d in quiet_data()]


def without(year, quantity):
    return [d for d in quiet_data() if (d.year, d.quantity) != (year, quantity)]


def with_line(book, pick, **what):
    return replace(book, lines=tuple(replace(x, **what) if n == pick else x for n, x in enumerate(book.lines)))


def measured(value):
    return datum("甲省", 2010, MEASURED, value, "t", {"category": "2.1", "gas": "CO2"}, **SOURCE)


def with_table(book, **what):
    return replace(book, tables=(replace(book.tables[0], **what), *book.tables[1:]))


def own(value):
    return UserFactor("ncv", (("fuel", "原煤"),), value, "kJ/kg", "化验", "实测", uncertainty=1.0)


BALANCE_BREAK = problem(
    "balance.identity_break",
    Origin("表.xlsx", "", "B2"),
    region="甲省",
    year=2005,
    column="原煤",
    check="终端",
    check_en="final",
    left=1,
    right=2,
    difference=-1,
    tolerance=0.5,
)


def asked(check):
    return problem(
        "plausible.gwp", set="本省", gas="CH4", value="2.8", known="28", cause="", question=f"{check}|本省|CH4"
    )


TRIPS = {
    "completeness": lambda: quiet(notations=[]),
    "notation_computed": lambda: quiet(
        notations=[*NOTATIONS, Notation("甲省", 2010, "2.1", "CO2", "NE", "一部分企业没有数")]
    ),
    "series_gap": lambda: quiet(
        [*quiet_data(), datum("甲省", 2010, "fuel_use", 5.5, "万吨", {"category": "1.2", "fuel": "柴油"}, **SOURCE)],
        notations=[],
        answers=ANSWERED,
    ),
    "jump": lambda: quiet(changed((2010, "clinker"), value=1000.5)),
    "implied_factor": lambda: quiet(changed((2010, "slag_clinker"), value=150.25)),
    "factor_range": lambda: quiet(factors=[own(31000.0)]),
    "activity_jump": lambda: quiet(changed((2010, "fuel_use"), value=1015.0, unit="万吨")),
    "repeated_value": lambda: quiet(changed((2010, "clinker"), value=340.5)),
    "copied_value": lambda: quiet(
        [replace(d, value=1000.5) if d.quantity == "volume" and d.year == 2005 else d for d in quiet_data()]
    ),
    "source_missing": lambda: quiet(changed((2010, "clinker"), source=" ")),
    "source_differs": lambda: quiet(changed((2010, "clinker"), source="水泥协会")),
    "unused_data": lambda: quiet([*quiet_data(), measured(5.0)]),
    "illustrative": lambda: quiet(changed((2010, "clinker"), data_kind="示例")),
    "standing": lambda: with_line(quiet(), 0, flags=("unverified",)),
    "negative": lambda: with_line(quiet(), 0, mass_t=-5.0),
    "arithmetic": lambda: with_table(quiet(), values=quiet().tables[0].values * 1.001),
    "sums": lambda: with_line(quiet(), 0, category="M.1"),
    "balance": lambda: quiet(warnings=(BALANCE_BREAK,)),
    "rules": lambda: one_year("1.2", "原煤"),
    "plausible": lambda: quiet(warnings=(asked("plausible"),)),
    "own_factor": lambda: quiet(warnings=(asked("own_factor"),)),
    "whole_part": lambda: quiet(warnings=(asked("whole_part"),)),
    "table_sheet": lambda: quiet(warnings=(asked("table_sheet"),)),
    "uncertainty_unknown": lambda: quiet(changed((2010, "clinker"), uncertainty=None)),
    "uncertainty_assumed": lambda: compile_ledger(
        Project((datum("江苏", 2010, "lime_production", 5.0, "万t", **SOURCE),)), GUIDELINE
    ),
}


def outcome(book, check):
    quality = check_quality(book, uncertainty=approach_1(book))
    return next(o for o in quality.outcomes if o.check == check), list(quality.findings)


@pytest.mark.parametrize("check", [c.id for c in REGISTER])
def test_nothing_is_found_where_nothing_is_wrong(check):
    found, findings = outcome(quiet(), check)
    assert found.status == "passed", [f.text() for f in findings]


@pytest.mark.parametrize("check", [c.id for c in REGISTER])
def test_every_check_can_trip(check):
    found, findings = outcome(TRIPS[check](), check)
    assert found.status == "found" and found.findings > 0
    for f in findings:
        for lang in ("zh", "en"):
            assert f.text(lang) and "{" not in f.text(lang)
        assert f.severity in ("error", "warning", "hint")


def test_the_register_has_unique_ids_and_a_case_for_each():
    ids = [c.id for c in REGISTER]
    assert len(ids) == len(set(ids)) and set(TRIPS) == set(ids)


def test_what_was_found_names_place_and_figures():
    _, findings = outcome(TRIPS["jump"](), "jump")
    (f,) = [f for f in findings if f.check == "jump"]
    assert f.place == "甲省|2010|2.1|CO2"
    assert "2005 年" in f.text() and "20 %" in f.text()


def test_small_categories_and_declared_limits():
    book = TRIPS["jump"]()
    assert not [f for f in check_quality(book, limits=Limits(yearly_change=0.5)).findings if f.check == "jump"]
    assert not [f for f in check_quality(book, limits=Limits(share=1.0)).findings if f.check == "jump"]


def test_a_change_of_sign_is_a_jump():
    book = quiet()
    at = next(n for n, x in enumerate(book.lines) if x.category == "2.1" and x.year == 2010)
    found = [f for f in check_quality(with_line(book, at, mass_t=-book.lines[at].mass_t)).findings if f.check == "jump"]
    assert len(found) == 1 and "—" in found[0].text()


def test_shares_may_repeat_and_derived_figures_may_be_equal():
    terms = (Term("x", 1000.5, Origin("表.csv")),)
    same = quiet(
        [
            replace(d, terms=terms, value=1000.5) if d.quantity == "volume" and d.year == 2005 else d
            for d in quiet_data()
        ]
    )
    assert outcome(same, "copied_value")[0].status == "passed"
    assert outcome(quiet(), "repeated_value")[0].status == "passed"  # the growth rate of 0.05 is the same in both years


def test_deductions_named_by_the_edition_may_be_negative():
    book = one_year("1.2", "柴油")
    at = next(n for n, x in enumerate(book.lines) if x.category == "1.2" and x.gas == "CO2")
    assert not [f for f in check_quality(with_line(book, at, mass_t=-5.0)).findings if f.check == "negative"]


def test_a_line_that_differs_from_its_row_is_found():
    book = one_year("1.1", "柴油")
    found = [
        f
        for f in check_quality(with_line(book, 0, mass_t=book.lines[0].mass_t * 1.01)).findings
        if f.check == "arithmetic"
    ]
    assert len(found) == 1 and found[0].severity == "error"


def test_without_approach_1_its_check_is_skipped_not_passed():
    quality = check_quality(quiet())
    assert next(o for o in quality.outcomes if o.check == "uncertainty_unknown").status == "skipped"


# ---- answers ----


def test_a_question_of_reading_is_listed_and_keeps_its_answer():
    """`qc --csv` lists what `check` asked; once answered it stays in the list with its answer."""
    said = FindingAnswer("plausible", "本省|CH4", "国家主管部门要求", "张三", "2012-03-01")
    open_finding = next(
        f for f in check_quality(quiet(warnings=(asked("plausible"),))).findings if f.check == "plausible"
    )
    assert (open_finding.place, open_finding.answer) == ("本省|CH4", None)
    settled = settle([asked("plausible")], Project(answers=(said,)))
    answered = next(f for f in check_quality(quiet(warnings=tuple(settled)), [said]).findings if f.check == "plausible")
    assert answered.answer == said and answered.severity == "hint"
    assert "国家主管部门要求" in write_answers([answered])


def read(folder: Path, text):
    """Answers of a project folder, and the errors of reading it."""
    (folder / "answers.csv").write_text(text, "utf-8-sig")
    (folder / "data.csv").write_text(
        "region,year,category,item,quantity,value,unit,source\n甲省,2010,,,clinker,300,万吨,x", "utf-8-sig"
    )
    project, problems = read_project([folder], EDITION)
    return project.answers, [p for p in problems if p.severity == "error"]


def test_an_answer_stays_with_its_finding_and_a_stale_one_is_told(tmp_path: Path):
    rows = [
        "检查,位置,答复,姓名,日期",
        "jump,甲省|2010|2.1|CO2,新建两条生产线，产能见附件,张三,2012-03-01",
        "jump,乙省|2010|2.1|CO2,旧,李四,2011年1月1日",
    ]
    answers, problems = read(tmp_path, "\n".join(rows))
    assert not problems and len(answers) == 2
    book = TRIPS["jump"]()
    quality = check_quality(replace(book, project=replace(book.project, answers=answers)))
    (jump,) = [f for f in quality.findings if f.check == "jump"]
    assert jump.answer is not None and jump.answer.name == "张三" and jump not in quality.open
    assert [(a.name, a.date) for a in quality.stale] == [("李四", "2011-01-01")]
    assert "quality.answer_stale" in {p.code for p in quality.problems()}


def test_a_star_answers_a_check_everywhere():
    quality = check_quality(
        quiet(changed((2010, "clinker"), data_kind="示例")),
        [FindingAnswer("illustrative", "*", "示例项目", "张三", "2012-03-01")],
    )
    assert all(f.answer for f in quality.findings if f.check == "illustrative") and not quality.stale


def test_answers_with_something_missing(tmp_path: Path):
    rows = [
        "check,place,answer,name,date",
        "jump,甲,好,,2012-01-01",
        "jump,乙,好,张三,2012-01-01",
        "jump,乙,不好,张三,2012-01-01",
        "jump,丙,,,",
    ]
    answers, problems = read(tmp_path, "\n".join(rows))
    assert len(answers) == 1
    assert [(p.code, p.origin.cell) for p in problems] == [("row.needed", "row 2"), ("quality.answer_twice", "row 4")]


def test_an_answer_to_no_check_is_refused():
    with pytest.raises(InventoryError) as caught:
        check_quality(quiet(), [FindingAnswer("nothing", "*", "好", "张三", "2012-01-01")])
    assert [p.code for p in caught.value.problems] == ["quality.answer_unknown_check"]


def test_the_list_to_answer_reads_back(tmp_path: Path):
    quality = check_quality(
        TRIPS["jump"](), [FindingAnswer("jump", "甲省|2010|2.1|CO2", "属实，附件", "张三", "2012-03-01")]
    )
    assert len(quality.findings) > len([f for f in quality.findings if f.answer])
    (back,), problems = read(tmp_path, write_answers(quality.findings))
    assert (back.answer, back.name) == ("属实，附件", "张三") and not problems


# ---- rules ----


def rule_findings(book):
    return {f.check: f for f in rules.check(book, Limits())}


def test_rules_of_the_small_edition():
    silent = rule_findings(quiet())
    assert set(silent) == set()
    loud = rule_findings(
        quiet(
            [d for d in quiet_data() if d.quantity not in ("fuel_use", "slag_clinker", "volume", "growth")]
            + [
                datum("甲省", 2010, "fuel_use", 50.5, "万吨", {"category": "1.2", "fuel": "焦炭"}),
                datum("甲省", 2010, "slag_clinker", 200.0, "万吨"),
                datum("甲省", 2010, "volume", 10.0, "万m3", {"stand": "杉"}),
                datum("甲省", 2010, "volume", 20.0, "万m3", {"stand": "松"}),
                datum("甲省", 2010, "growth", 0.05, "1"),
            ],
            notations=[],
        )
    )
    assert {"coal_and_clinker", "clinker_needs_fuel", "stands_agree", "slag_share"} == set(loud)
    assert loud["stands_agree"].severity == "warning" and "50.0 %" in loud["stands_agree"].text()
    assert loud["slag_share"].severity == "hint"
    within = rule_findings(quiet(changed((2010, "fuel_use"), value=200.0)))
    assert set(within) == {"fuel_within_cement"} and within["fuel_within_cement"].place == "甲省|2010"


def test_rules_must_name_what_exists(tmp_path: Path):
    import shutil

    for text, said in (
        ("[[rule]]\nid='x'\n", "first"),
        ("may_be_negative=['9']", "9"),
        (rule_text("{ quantity = 'nothing' }"), "nothing"),
        (rule_text("{ quantity = 'volume', where = { fuel = '原煤' } }"), "no key"),
        (rule_text("{ quantity = 'volume', where = { stand = '柳' } }"), "no word"),
        (rule_text("{ category = '1' }", kind="perhaps"), "perhaps"),
    ):
        folder = tmp_path / str(abs(hash(text)))
        shutil.copytree(EDITION.path, folder)
        (folder / "quality.toml").write_text(text, "utf-8")
        with pytest.raises(DeclarationError, match=said):
            rules.rules_of(load(folder))


def rule_text(selection, kind="same"):
    return f"[[rule]]\nid='x'\nkind='{kind}'\nlabel={{zh='a',en='a'}}\nmessage={{zh='a',en='a'}}\nfirst=[{selection}]\nsecond=[{{ category = '2' }}]\n"


GUIDELINE = load("prov2011")


def guideline_book(data, lines=()):
    """A ledger of the guideline edition that holds just these data and lines: rules look at nothing else."""
    book = quiet()
    values = np.array([d.value for d in data])
    made = tuple(
        replace(book.lines[0], region="江苏", year=2010, category=c, gas=g, mass_t=m, account=a, item=(), flags=())
        for c, g, m, a in lines
    )
    return replace(
        book,
        edition=GUIDELINE,
        data=ActivityColumns.of(data),
        data_values=values,
        data_units=tuple(d.unit for d in data),
        lines=made,
        tables=(),
        choices={c.id: (c.default, "") for c in GUIDELINE.declared.choices.values()},
    )


def d(quantity, value, unit="万吨", **keys):
    return datum("江苏", 2010, quantity, value, unit, keys)


def fuel(category, name, value):
    return d("fuel_consumption", value, category=category, equipment="其他设备", fuel=name)


PEOPLE = [d("resident_population", 7869.0, "万人"), d("urban_population", 4767.0, "万人")]
CASES = {  # rule: (data that trip, lines that trip, data that do not, lines that do not)
    "reference_sectoral": (
        [],
        [("1.1", "CO2", 110.0, "check"), ("1.1.1.1", "CO2", 100.0, "total")],
        [],
        [("1.1", "CO2", 104.0, "check"), ("1.1.1.1", "CO2", 98.0, "total"), ("1.5", "CO2", 2.0, "total")],
    ),
    "double_steel_gas": (
        [fuel("1.1.3.1", "高炉煤气", 5.0), fuel("1.1.3.1", "焦炭", 5.0)],
        [],
        [fuel("1.1.3.1", "高炉煤气", 0.0), fuel("1.1.3.1", "焦炭", 5.0)],
        [],
    ),
    "double_steel_lime": (
        [d("lime_production", 5.0), d("flux_use", 5.0, flux="石灰石")],
        [],
        [d("lime_production", 5.0), d("flux_use", 5.0, flux="白云石")],
        [],
    ),
    "double_carbide_coke": (
        [d("carbide_production", 5.0), fuel("1.1.3.3", "焦炭", 5.0)],
        [],
        [d("carbide_production", 5.0), fuel("1.1.3.1", "焦炭", 5.0)],
        [],
    ),
    "double_waste_power": (
        [d("waste_burnt_for_power", 5.0, incinerated_waste="城市生活垃圾"), d("biomass_fuel", 5.0, biomass="生活垃圾")],
        [],
        [d("waste_burnt_for_power", 0.0, incinerated_waste="城市生活垃圾"), d("biomass_fuel", 5.0, biomass="生活垃圾")],
        [],
    ),
    "double_straw": (
        [d("biomass_fuel", 5.0, biomass="秸秆"), d("straw_return_rate", 40.0, "%", crop="水稻")],
        [],
        [d("biomass_fuel", 5.0, biomass="薪柴"), d("straw_return_rate", 40.0, "%", crop="水稻")],
        [],
    ),
    "double_manure": (
        [d("biomass_fuel", 5.0, biomass="动物粪便")],
        [],
        [d("biomass_fuel", 5.0, biomass="动物粪便"), d("manure_fuel_share", 30.0, "%")],
        [],
    ),
    "double_converted_wood": (
        [d("conversion_area_5yr", 5.0, "公顷"), d("biomass_fuel", 5.0, biomass="薪柴")],
        [],
        [d("biomass_fuel", 5.0, biomass="薪柴")],
        [],
    ),
    "population_sum": (
        [*PEOPLE, d("rural_population", 5000.0, "万人")],
        [],
        [*PEOPLE, d("rural_population", 3102.0, "万人")],
        [],
    ),
    "population_rural": (
        [d("resident_population", 7869.0, "万人"), d("rural_population", 8000.0, "万人")],
        [],
        [d("resident_population", 7869.0, "万人"), d("rural_population", 3102.0, "万人")],
        [],
    ),
    "rice_yield_per_area": (
        [d("crop_yield", 1800.0, crop="水稻"), d("rice_area", 3350.0, "万公顷", season="单季稻")],
        [],
        [d("crop_yield", 1800.0, crop="水稻"), d("rice_area", 223.0, "万公顷", season="单季稻")],
        [],
    ),
    "waste_per_head": ([d("msw_generated", 10000.0), PEOPLE[0]], [], [d("msw_generated", 1000.0), PEOPLE[0]], []),
    "clinker_without_kiln_fuel": (
        [d("clinker_production", 100.0)],
        [],
        [d("clinker_production", 100.0)],
        [("1.1.3.4", "CO2", 5.0, "total")],
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_rules_of_the_guideline(rule):
    bad_data, bad_lines, good_data, good_lines = CASES[rule]
    assert rule in rule_findings(guideline_book(bad_data, bad_lines))
    assert rule not in rule_findings(guideline_book(good_data, good_lines))


def test_every_rule_of_the_guideline_has_a_case():
    assert {r.id for r in rules.rules_of(GUIDELINE)} == set(CASES)


def test_every_message_is_used():
    """A message text that no check can produce is a leftover."""
    codes = {c.partition(".")[2] for c in catalogue() if c.startswith("quality.")}
    known = {c.id for c in REGISTER} | {f"standing_{f}" for f in ("unverified", "conflict", "fallback")}
    known |= {f"rule_{k}_{s}" for k in ("present", "compare") for s in ("warning", "hint")}
    known |= {
        "answer_unknown_check",
        "answer_twice",
        "answer_stale",
        "results_columns",
        "results_number",
        "results_twice",
    }
    assert codes <= known


def test_own_factor_inside_the_range_passes():
    assert outcome(quiet(factors=[own(20500.0)]), "factor_range")[0].status == "passed"
    assert own_factor("p", 1.0, 5.0).kind == "实测"
