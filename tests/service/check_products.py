"""What a round becomes equals what the command makes of the same reports: sums, reconciliation, roll-up, exports; small
sums withheld on the public page; comparisons over years and versions; the factor library."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from check_departments import filled
from check_loop import report_of
from conftest import PASSWORD

ROOT = Path(__file__).resolve().parent.parent.parent


def pk_of_round() -> int:
    from inventory.service.store.models import Round

    return Round.objects.order_by("pk").first().pk


def made(desk, product: str, who: str = "province", which: str = "accepted") -> bytes:  # type: ignore[no-untyped-def]
    """Order a product, let a worker make it, fetch the file."""
    from inventory.service.store import queues
    from inventory.service.store.models import Job
    from inventory.service.store.scope import everything

    body = {"round": str(pk_of_round()), "product": product, "which": which}
    assert desk(who).client.post("/products/make", body).status_code == 302
    queues.drain()
    with everything():
        job = Job.objects.filter(kind="product").order_by("-pk")[0]
    assert job.state == "done", (product, job.result)
    answer = desk(who).client.get(f"/products/{job.pk}/file")
    return b"".join(answer.streaming_content)


@pytest.fixture(scope="module")
def collected(desk, tmp_path_factory):  # type: ignore[no-untyped-def]
    """The command's collection of the same reports: drafts as workbooks, reported by `inventory enterprise report`."""
    from inventory.app.collection import CollectRequest, collect_reports
    from inventory.app.enterprise import ReportRequest, report
    from inventory.service.store.models import Report
    from inventory.service.store.scope import everything
    from inventory.service.store.sums import counting
    from inventory.service.store.verdicts import workbook_of

    folder = tmp_path_factory.mktemp("reports")
    out, reported = (
        {},
        dict[str, Path](),
    )  # the report of a version by its hash: most are accepted as they were submitted
    for accepted in (True, False):
        with everything():
            rows, which = counting(Report.objects.filter(obligation__organisation__level="enterprise"), accepted)
            found = [
                (r.obligation.organisation.code, r.obligation.organisation.industry, getattr(r, which))
                for r in rows.select_related("obligation__organisation", which)
            ]
        place = folder / which
        place.mkdir()
        for code, industry, version in found:
            source, target = folder / f"{code}.xlsx", place / f"{code}.xlsx"
            if version.sha256 not in reported:
                source.write_bytes(workbook_of(version.draft, industry))
                report(ReportRequest(source, target, docx=False))
                reported[version.sha256] = target
            else:
                target.write_bytes(reported[version.sha256].read_bytes())
        database = folder / f"{which}.db"
        assert collect_reports(CollectRequest(place, database, workers=1)).failed == ()
        out[which] = (database, len(found))
    return out


def sums_of_the_command(database: Path, by: str) -> dict[str, tuple[int, float]]:
    from inventory.app.collection import QueryReportsRequest, query_reports

    rows = query_reports(QueryReportsRequest(database, (by,))).rows
    if by == "fuel":
        return {f"{r[0]}|{r[1]}": (int(r[2]), float(r[3])) for r in rows}
    return {str(r[0]): (int(r[1]), float(r[2])) for r in rows}


@pytest.mark.parametrize("which", ["accepted", "submitted"])
@pytest.mark.parametrize("by", ["city", "industry", "source", "gas", "fuel"])
def test_sums_equal_the_commands(desk, collected, by: str, which: str) -> None:  # type: ignore[no-untyped-def]
    database, count = collected["in_force" if which == "accepted" else "current"]
    assert count > 0
    text = desk("province").text(f"/aggregates.csv?by={by}&which={which}").lstrip("\ufeff")
    mine = {}
    for key, firms, value, unit in list(csv.reader(io.StringIO(text)))[1:]:
        mine[f"{key}|{unit}" if by == "fuel" else key.split(" ")[0]] = (int(firms), float(value))
    theirs = sums_of_the_command(database, by)
    assert set(mine) == set(theirs)
    for key, (firms, value) in theirs.items():
        assert mine[key][0] == firms
        assert mine[key][1] == pytest.approx(value, rel=1e-9), key


def act(desk, number: int, who: str, action: str, **more: str) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Report
    from inventory.service.store.scope import everything

    with everything():
        found = Report.objects.select_related("current").get(pk=number)
        sha = found.current.sha256 if found.current else ""
    asked = {"action": action, "version": sha, "stamp": found.stamp, **more}
    status, answer = desk(who).post(f"/report/{number}/act", asked)
    assert status == 200, (action, answer)


def accept_department(desk):  # type: ignore[no-untyped-def]
    """Bring the agricultural department's data to acceptance, if no test has yet; gives the report's number."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from inventory.service.store.models import Report
    from inventory.service.store.scope import everything

    with everything():
        found = Report.objects.get(path="32/D01/")
    if found.state != "accepted":
        upload = {"workbook": SimpleUploadedFile("农业.xlsx", filled())}
        assert desk("department").client.post(f"/report/{found.pk}/upload", upload).status_code == 200
        with everything():
            found.refresh_from_db()
        for item in found.verdict["findings"]:
            if item["grade"] == "to_verify":
                body = {"key": item["key"], "text": "与统计年鉴第十二章一致，附页码"}
                assert desk("department").post(f"/report/{found.pk}/explain", body)[0] == 200
        act(desk, found.pk, "department", "hand_over")
        act(desk, found.pk, "department-approver", "sign_province", signature=PASSWORD)
        act(desk, found.pk, "province", "take_province")
        act(desk, found.pk, "province", "accept", signature=PASSWORD)
    return found.pk


def test_reconciliation_and_summary_equal_the_commands(desk, accepted, collected, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    from check_api import Program

    from inventory.app.collection import ReconcileRequest, SummaryRequest, reconcile_reports, write_reports_summary

    results = tmp_path / "results.csv"
    results.write_bytes(made(desk, "results"))
    wanted = tmp_path / "wanted.xlsx"
    held = reconcile_reports(ReconcileRequest(collected["in_force"][0], results, "江苏", 2015, wanted)).reconciled
    assert cells(made(desk, "reconciliation")) == cells(wanted.read_bytes())
    status, by_key = Program(desk, "province").get("/reconciliation")
    assert (
        status == 200
        and by_key["compiled"]
        and by_key["comparisons"]
        and (by_key["year"], by_key["region"]) == (2015, "江苏")
    )
    of_command = [(list(c.lines), c.gas, c.firms, c.reports_t, c.inventory_t, c.coverage) for c in held.comparisons]
    names = ("lines", "gas", "firms", "reports_t", "inventory_t", "coverage")
    for row, line in zip(by_key["comparisons"], of_command, strict=True):
        assert [row[n] for n in names[:3]] == list(line[:3])
        assert [row[n] for n in names[3:]] == [v if v is None else pytest.approx(v, rel=1e-12) for v in line[3:]]
    assert [(u["source"], u["gas"], u["firms"]) for u in by_key["unmatched"]] == [u[:3] for u in held.unmatched]
    summary = tmp_path / "summary.xlsx"
    write_reports_summary(SummaryRequest(collected["in_force"][0], summary))
    assert numbers(cells(made(desk, "summary"))) == pytest.approx(numbers(cells(summary.read_bytes())), rel=1e-12)


def cells(content: bytes) -> list[object]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return [c for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c is not None]


def numbers(values: list[object]) -> list[float]:
    return [float(v) for v in values if isinstance(v, (int, float))]


def test_everything_goes_out_in_three_formats(desk, accepted) -> None:  # type: ignore[no-untyped-def]
    import pandas as pd

    text = made(desk, "data_csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    frame = pd.read_parquet(io.BytesIO(made(desk, "data_parquet")))
    assert len(rows) == len(frame) > 100 and list(frame.columns) == list(rows[0])
    assert [float(r["value"]) for r in rows] == frame["value"].tolist()
    book = cells(made(desk, "data_xlsx"))
    assert len(numbers(book)) >= len(rows)
    datum = next(r for r in rows if r["kind"] == "datum")
    assert datum["sheet"] and datum["cell"] and datum["author"] and datum["standing"] == "in_force"
    assert {r["standing"] for r in rows} >= {"in_force", "submitted"}


def test_city_inventories_roll_up_as_by_the_command(desk, accepted, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """A city's bureau reports the city's own sheets; the roll-up compares the sum of the cities with the province as
    `inventory rollup` does over the same workbooks."""
    from inventory.app.levels import RollUpRequest, compare_levels
    from inventory.service.store import acts, departments, kinds
    from inventory.service.store.models import Obligation, Organisation, Person, Report, Round
    from inventory.service.store.scope import Scope, everything

    with everything():
        city = Organisation.objects.get(path="32/3201/")
        bureau = Organisation.objects.create(
            code="N01",
            path="32/3201/N01/",
            name="南京市农业局（示例）",
            level="department",
            parent=city,
            industry="agriculture",
        )
        chosen = Round.objects.get()
        duty = Obligation.objects.create(round=chosen, organisation=bureau, path=bureau.path)
        report = Report.objects.create(obligation=duty, round=chosen, path=bureau.path)
        draft = kinds.blank_of(report)
        assert any("南京" in str(v) for s in draft for row in s["rows"] for v in row)
        body = city_figures()
        report.draft, report.verdict = body, kinds.verdict_of(report, body)
        assert not [i for i in report.verdict["findings"] if i["grade"] == "blocking"], report.verdict["findings"][:3]
        assert {d["quantity"] for d in report.verdict["data"]}
        version = acts._version(report, Person.objects.get(login="demo-department"))
        report.current = report.in_force = version
        report.state = "accepted"
        report.save()
        from inventory.service.store.chain import record

        for step in ("hand_over", "accept"):
            record(step, report.path, f"report/{report.pk}", Scope(version.author).person, version=version.sha256)
    mine = made(desk, "rollup").decode("utf-8-sig")
    folder = tmp_path / "inputs"
    folder.mkdir()
    with everything():
        for r in Report.objects.filter(obligation__organisation__level="department", in_force__isnull=False):
            (folder / f"{r.obligation.organisation.code}.xlsx").write_bytes(departments.workbook_of(r.in_force.draft))
    compare_levels(RollUpRequest((folder,), "江苏", output=tmp_path / "wanted.csv"))
    wanted = (tmp_path / "wanted.csv").read_text("utf-8-sig")
    assert figures(mine) == figures(wanted) and "南京" in mine
    assert "南京" in desk("city-3201").text("/compiled")


def city_figures():  # type: ignore[no-untyped-def]
    """The province's example sheets as the city's, a tenth of every whole number."""
    import tempfile
    from dataclasses import replace

    from inventory import api
    from inventory.regions import built_in, extended
    from inventory.service.store.verdicts import draft_of
    from inventory.templates_xlsx.plan import plan
    from inventory.templates_xlsx.write import write_template

    edition = extended(api.load_edition("prov2011"), built_in())
    project, _ = api.read([ROOT / "examples" / "jiangsu" / "agriculture.csv"], edition)
    data = tuple(replace(d, region="南京", value=d.value / 10) for d in project.data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.xlsx"
        write_template(
            plan(edition, ["agriculture"], "南京", [2005, 2010], project=replace(project, data=data)),
            path,
            replace(project, data=data),
        )
        return draft_of(path.read_bytes(), "t.xlsx")


def figures(text: str) -> list[list[str]]:
    """Rows without what names a file."""
    return [[c for c in row if ".xlsx" not in c] for row in csv.reader(io.StringIO(text))]


def test_targets_and_bulletin_from_the_rounds_files(desk, accepted, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    from inventory.app.levels import TargetsRequest, assess_targets

    folder = tmp_path / "files"
    folder.mkdir()
    names = ["assessed_energy.csv", "caps.csv", "指标.csv"]
    for name in names[:2]:
        (folder / name).write_bytes((ROOT / "examples" / "levels" / name).read_bytes())
    head, *rows = (ROOT / "examples" / "levels" / "江苏.csv").read_text("utf-8-sig").splitlines()
    statistics = [r for r in rows if ",gdp," in r or ",population," in r]
    (folder / names[2]).write_text("\n".join([head, *statistics]) + "\n", "utf-8-sig")
    for name in names:
        body = {"round": str(pk_of_round()), "file": SimpleUploadedFile(name, (folder / name).read_bytes())}
        assert desk("province").client.post("/products/files", body).status_code == 302
    wrong = {"round": str(pk_of_round()), "file": SimpleUploadedFile("x.exe", b"MZ")}
    assert desk("province").client.post("/products/files", wrong).status_code == 422
    page = desk("province").text("/products")
    assert all(name in page for name in names)
    wanted = tmp_path / "targets.xlsx"
    assess_targets(TargetsRequest((folder,), table=wanted, region="江苏"))
    assert cells(made(desk, "targets")) == cells(wanted.read_bytes())
    from inventory.service.store.models import Round

    Round.objects.filter(pk=pk_of_round()).update(year=2013)  # a year with assessed energy
    try:
        assert made(desk, "bulletin") == bulletin_of_the_command(tmp_path, folder)
    finally:
        Round.objects.filter(pk=pk_of_round()).update(year=2015)


def bulletin_of_the_command(place: Path, files: Path) -> bytes:
    """`inventory bulletin` over the departments' workbooks and the round's files, laid out as the service does."""
    from inventory.app.report import BulletinRequest, write_year_bulletin
    from inventory.app.source import Source
    from inventory.service.store import departments
    from inventory.service.store.models import Report
    from inventory.service.store.scope import everything

    inputs = place / "inputs"
    inputs.mkdir()
    with everything():
        rows = Report.objects.filter(obligation__organisation__level="department", in_force__isnull=False)
        for r in rows.select_related("obligation__organisation", "in_force"):
            organisation = r.obligation.organisation
            (inputs / f"{organisation.code}-{organisation.name}.xlsx").write_bytes(
                departments.workbook_of(r.in_force.draft)
            )
    for file in files.iterdir():
        (inputs / file.name).write_bytes(file.read_bytes())
    out = place / "bulletin.docx"
    write_year_bulletin(BulletinRequest(Source((inputs,), None), 2013, out, "江苏"))
    return out.read_bytes()


def test_figures_are_compared_over_years_and_versions(desk, accepted) -> None:  # type: ignore[no-untyped-def]
    page = desk("province").text("/data?path=32/D01/")
    assert "2005" in page and "2010" in page and "%" in page
    assert desk("province").get("/data?kind=line&path=32/") == 200
    from inventory.service.store.series import compared

    first = row(2010, 1, "older", 100.0)
    years, found = compared([row(2005, 1, "in_force", 80.0), first, row(2010, 2, "in_force", 120.0)])
    assert years == (2005, 2010) and found[0].values == (80.0, 120.0)
    assert found[0].before == (None, 100.0) and found[0].changes == (None, 0.5)
    # a newer version that is not accepted yet does not stand before the one in force
    assert compared([row(2010, 1, "in_force", 100.0), row(2010, 2, "submitted", 9.0)])[1][0].values == (100.0,)


def row(year: int, version: int, standing: str, value: float):  # type: ignore[no-untyped-def]
    from inventory.service.store.series import SeriesRow

    place = ("", "表", "C4")
    return SeriesRow(
        2015,
        "D1",
        "厅",
        "datum",
        "q",
        "",
        "",
        year,
        value,
        "t",
        *place,
        version,
        standing,
        "甲",
        "",
        "",
        1,
        "",
        "",
        "",
        "",
    )


def test_factors_are_checked_by_name_and_date(desk) -> None:  # type: ignore[no-untyped-def]
    from inventory.app.factors import FactorsRequest, list_factors

    factor = list_factors(FactorsRequest("prov2011")).rows[0].id
    body = {"edition": "prov2011", "factor": factor, "agrees": "yes", "note": "指南第 12 页表 1.5"}
    assert desk("province").client.post("/factors/check", body).status_code == 302
    page = desk("province").text(f"/factors?q={factor}")
    assert "指南第 12 页表 1.5" in page and "省级审核员" in page
    assert desk("province").get("/factors?edition=enterprise2013") == 200
    assert desk("province").get("/factors?edition=none") == 404
    assert desk("province").client.post("/factors/check", {**body, "factor": "none"}).status_code == 404


def test_reports_of_firms_below_a_county_pass_the_county(desk) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Membership, Obligation, Organisation, Person, Report, Round
    from inventory.service.store.scope import everything

    with everything():
        city = Organisation.objects.get(path="32/3202/")
        county = Organisation.objects.create(
            code="320205", path="32/3202/320205/", name="锡山区", level="county", parent=city
        )
        firm = Organisation.objects.create(
            code="K1",
            path="32/3202/320205/K1/",
            name="锡山厂（示例）",
            level="enterprise",
            parent=county,
            industry="08",
        )
        hashed = Person.objects.get(login="demo-filler-1").password
        for login, role, at in (("kf", "filler", firm), ("ka", "approver", firm), ("kc", "county_reviewer", county)):
            person = Person(login=f"demo-{login}", name=login, password=hashed)
            person.save()
            Membership.objects.create(person=person, organisation=at, path=at.path, role=role)
        chosen = Round.objects.get()
        duty = Obligation.objects.create(round=chosen, organisation=firm, path=firm.path)
        number = Report.objects.create(obligation=duty, round=chosen, path=firm.path).pk
    from django.core.files.uploadedfile import SimpleUploadedFile

    from inventory.service.demo.seed import example
    from inventory.service.store.verdicts import workbook_of

    upload = {"workbook": SimpleUploadedFile("x.xlsx", workbook_of(example("水泥厂", firm), "08"))}
    assert desk("kf").client.post(f"/report/{number}/upload", upload).status_code == 200
    with everything():
        verdict = Report.objects.get(pk=number).verdict
    for item in verdict["findings"]:
        if item["grade"] == "to_verify":
            body = {"key": item["key"], "text": "本年检修两次，附检修记录"}
            assert desk("kf").post(f"/report/{number}/explain", body)[0] == 200
    act(desk, number, "kf", "hand_over")
    assert "签发报县级" in desk("ka").text(f"/report/{number}")
    act(desk, number, "ka", "sign_county", signature=PASSWORD)
    assert desk("kc").get(f"/report/{report_of(2).pk}") == 404
    assert str(number) in desk("kc").text("/")
    act(desk, number, "kc", "take_county")
    act(desk, number, "kc", "pass_city")
    act(desk, number, "city-3202", "take_city")
    act(desk, number, "city-3202", "pass_on")
