"""An edition is whole: every file is named in its manifest, deleting or adding one is an error that names it, and an
overlay states the difference only."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from inventory.core.problems import DeclarationError, InventoryError
from inventory.edition import available, load, rows, texts
from inventory.edition.manifest import NAME
from inventory.edition.parts import KeyName, LevelRow
from inventory.edition.written import toml_line
from inventory.resources import folder

FILES = [
    f"{edition}/{path.relative_to(folder('factors') / edition).as_posix()}"
    for edition in available()
    for path in sorted((folder("factors") / edition).rglob("*"))
    if path.is_file() and path.name != NAME
]
BELOW = [name for name in FILES if name.startswith("prov2011/")]  # an overlay stands on all of these


@pytest.fixture(scope="module")
def factors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("editions") / "factors"
    shutil.copytree(folder("factors"), copy)
    return copy


@pytest.mark.parametrize("name", FILES)
def test_deleting_any_file_is_an_error_that_names_it(factors: Path, name: str) -> None:
    path, kept = factors / name, (factors / name).read_bytes()
    path.unlink()
    try:
        with pytest.raises(DeclarationError) as caught:
            _fresh(factors / name.split("/")[0])
        assert any(name.partition("/")[2] in p.text(lang) for p in caught.value.problems for lang in ("zh", "en"))
    finally:
        path.write_bytes(kept)


@pytest.mark.parametrize("name", [*BELOW[::9], f"prov2011/{NAME}"])
def test_a_file_missing_below_an_overlay_is_named(factors: Path, name: str) -> None:
    """The edition below is the one beside the overlay: without its manifest it is an error, never that of the
    package."""
    path, kept = factors / name, (factors / name).read_bytes()
    path.unlink()
    try:
        with pytest.raises(DeclarationError) as caught:
            _fresh(factors / "ncsc2026")
        assert any(name.partition("/")[2] in p.text() for p in caught.value.problems)
    finally:
        path.write_bytes(kept)


@pytest.mark.parametrize("edition", available())
def test_an_edition_without_its_manifest_is_no_edition(factors: Path, edition: str) -> None:
    path, kept = factors / edition / NAME, (factors / edition / NAME).read_bytes()
    path.unlink()
    try:
        with pytest.raises(InventoryError, match=edition):
            load(factors / edition)
    finally:
        path.write_bytes(kept)


def _fresh(path: Path):
    from inventory.edition.build import build
    from inventory.edition.source import read

    return build(read(path))


def test_a_file_that_the_manifest_does_not_name_is_an_error(factors: Path) -> None:
    extra = factors / "policy" / "more.csv"
    extra.write_text("a,b\n1,2\n", "utf-8")
    try:
        with pytest.raises(DeclarationError, match=r"more\.csv"):
            _fresh(factors / "policy")
    finally:
        extra.unlink()


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        ("keys.csv", "key,label_zh,label_en", "key,label_zh,label_english", "label_english"),
        ("levels.csv", "electricity_import,", "electricity_export,", "levels.csv:3"),
        ("energy_balance_rows.csv", "供应,nonneg,可供量", "供应,notneg,可供量", "notneg"),
        ("forest_surveys.csv", ",全国,", ",全国,,", "forest_surveys.csv:"),
        ("fallbacks.csv", ",10,", ",ten,", "fallbacks.csv:2"),
        ("edition.toml", 'lucf = "4"', 'lucf = "7"', "lucf"),
        ("edition.toml", 'kind = "province"', 'kind = "county"', "kind"),
        ("edition.toml", 'keys = "keys.csv"', 'kees = "keys.csv"', "kees"),
        ("quality.toml", "[[rule]]", "[[rule", "quality.toml:"),
    ],
)
def test_faults_are_named_with_file_and_line(tmp_path: Path, file: str, old: str, new: str, found: str) -> None:
    shutil.copytree(folder("factors") / "prov2011", tmp_path / "prov2011")
    path = tmp_path / "prov2011" / file
    text = path.read_text("utf-8")
    if old not in text:
        old, new = "全国,第6次", "全国,第6次,多"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(DeclarationError) as caught:
        _fresh(tmp_path / "prov2011")
    assert any(found in p.text() for p in caught.value.problems)


OVERLAY = """
id = "next"
label = { zh = "下一版（示例）", en = "The next edition (example)" }
extends = "prov2011"
factors = ["changed.csv"]
methods = ["changed.toml"]
vocabulary = ["words.csv"]
[removed]
factors = ["energy.power_boiler_n2o.coal"]
[tables]
keys = "names.csv"
"""


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    base = load()
    row = next(iter(base.factors["clinker_ef"]))
    removed = next(f.id for f in base.by_id.values() if f.file == "energy.csv" and f.role == "default")
    path = tmp_path / "next"
    path.mkdir()
    (path / NAME).write_text(OVERLAY.replace("energy.power_boiler_n2o.coal", removed), "utf-8")
    head = ",".join(next(iter(texts(base, "factors"))))
    keys = ";".join(f"{k}={v}" for k, v in row.keys)
    values = {
        "id": row.id,
        "parameter": row.parameter,
        "gas": row.gas,
        "keys": keys,
        "value": "0.6",
        "unit": row.unit,
        "standing": "unverified",
        "source": "示例",
    }
    (path / "changed.csv").write_text(f"{head}\n{','.join(values.get(c, '') for c in head.split(','))}\n", "utf-8")
    (path / "changed.toml").write_text("[quantity.clinker_production]\nmax = 99\n", "utf-8")
    (path / "words.csv").write_text("key,value,label_en,after\nfuel,新煤,New coal,fuel|烟煤\n", "utf-8")
    (path / "names.csv").write_text("key,label_en\nfuel,Fuel kind\n", "utf-8")
    return path


def test_an_overlay_states_the_difference_only(overlay: Path) -> None:
    base, made = load(), load(overlay)
    row = next(iter(made.factors["clinker_ef"]))
    assert (row.value, row.standing, row.source) == (0.6, "unverified", "示例")
    assert len(made.by_id) == len(base.by_id) - 1
    before, after = base.declared.quantities["clinker_production"], made.declared.quantities["clinker_production"]
    assert after.max == 99 and (after.label, after.unit) == (before.label, before.unit)
    fuels = list(made.vocabulary["fuel"])
    assert fuels[fuels.index("烟煤") + 1] == "新煤" and len(fuels) == len(base.vocabulary["fuel"]) + 1
    names = {r.key: r for r in rows(made, KeyName)}
    assert (names["fuel"].label_zh, names["fuel"].label_en) == (
        {r.key: r for r in rows(base, KeyName)}["fuel"].label_zh,
        "Fuel kind",
    )
    assert (
        rows(made, LevelRow) == rows(base, LevelRow)
        and made.roles == base.roles
        and made.report_lines == base.report_lines
    )
    assert [p.name for p in made.folders] == ["next", "prov2011"]


def test_categories_without_a_line_stay_named_in_an_overlay(overlay: Path) -> None:
    """What the edition below declares as printed in a total without a line holds in the edition above as well."""
    head = (overlay / NAME).read_text("utf-8")
    (overlay / NAME).write_text(head + '[unlisted]\n"工业生产过程清单 00" = ["2.12"]\n', "utf-8")
    base, above = load().unlisted, load(overlay).unlisted
    assert base and {k: above[k] for k in base} == dict(base) and above["工业生产过程清单 00"] == ("2.12",)


def test_what_an_overlay_removes_must_exist(overlay: Path) -> None:
    path = overlay / NAME
    head, _, tail = path.read_text("utf-8").partition("[removed]")
    path.write_text(head + "[removed]" + tail.replace('factors = ["', 'factors = ["no.such", "', 1), "utf-8")
    with pytest.raises(DeclarationError, match=r"no\.such"):
        _fresh(overlay)


def test_editions_that_extend_each_other_are_refused(overlay: Path) -> None:
    other = overlay.parent / "prov2011"
    other.mkdir()
    (other / NAME).write_text('id = "prov2011"\nlabel = { zh = "甲", en = "A" }\nextends = "next"\n', "utf-8")
    with pytest.raises(DeclarationError, match="next → prov2011"):
        _fresh(overlay)


def test_lines_of_declarations_are_found() -> None:
    text = 'a = 1\n[quantity.coal]\nunit = ["t"]\nmin = 0\n\n[[method]]\nid = "burn"\ntier = "1"\n'
    assert toml_line(text, ("quantity", "coal")) == 2
    assert toml_line(text, ("quantity", "coal", "min")) == 4
    assert toml_line(text, ("method", "burn")) == 7
    assert toml_line(text, ("a",)) == 1


def test_what_is_derived_from_an_edition_belongs_to_it() -> None:
    from dataclasses import replace

    made: list[str] = []

    def build(edition):
        made.append(edition.id)
        return object()

    edition = replace(load())
    assert edition.derived(build) is edition.derived(build) and made == ["prov2011"]
    assert replace(edition, id="other").derived(build) is not edition.derived(build) and made == ["prov2011", "other"]
