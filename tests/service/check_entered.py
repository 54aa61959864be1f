"""Where each figure came from: the file uploaded or the hand that typed it, who, when, in which version; at the leaves
of every explanation, in the activity database and in what is exported."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator

from check_loop import report_of
from check_products import made

MOMENT = r"\d{4}-\d\d-\d\d \d\d:\d\d"


def leaves(node: dict) -> Iterator[dict]:  # type: ignore[type-arg]
    if node["kind"] == "data":
        yield node
    for child in node.get("children", ()):
        yield from leaves(child)


def test_from_the_compiled_inventory_to_the_file_sheet_cell_person_and_moment(desk, accepted) -> None:  # type: ignore[no-untyped-def]
    from html import unescape

    for lang, words in (("zh", "上传文件“农业.xlsx”"), ("en", "uploaded “农业.xlsx”")):
        page = desk("province").text(f"/compiled?lang={lang}")
        link = unescape(re.findall(r'data-url="([^"]+)"', page)[0])
        tree = json.loads(desk("province").text(f"{link}&lang={lang}"))["tree"]
        held = [n for n in leaves(tree) if n.get("place")]
        assert held
        for node in held:
            file, sheet, cell = node["place"]
            assert file.startswith("D01-") and sheet and re.fullmatch(r"[A-Z]+\d+", cell)
            assert words in node["entered"] and "农业农村厅填报人" in node["entered"], node
            assert re.search(MOMENT, node["entered"])
    desk("province").get("/?lang=zh")


def test_every_datum_is_shown_with_what_stands_behind_it(desk, accepted) -> None:  # type: ignore[no-untyped-def]
    """Value, unit, source, cell, file, who, when, version, standing: on the page and in the export alike."""
    page = desk("province").text("/data?path=32/D01/&lang=zh")
    rows = list(csv.DictReader(io.StringIO(made(desk, "data_csv").decode("utf-8-sig"))))
    data = [r for r in rows if r["kind"] == "datum" and r["organisation"] == "D01"]
    assert len(data) > 20
    for r in data:
        assert r["unit"] and r["sheet"] and r["cell"] and r["standing"] == "in_force" and r["version"] == "1"
        assert (r["entered"], r["file"]) == ("upload", "农业.xlsx") and "填报人" in r["entered_by"]
        assert re.fullmatch(MOMENT, r["entered_at"]) and r["author"] and len(r["sha256"]) == 64
    shown = [r for r in data if f"{r['sheet']}!{r['cell']} ↗" in page]
    assert len(shown) >= min(len(data), 60)
    for words in ("第1版 · 生效", "上传文件“农业.xlsx”", f"/report/{accepted}#"):
        assert words in page, words
    assert any(r["source"] and r["source"] in page for r in data)


def test_a_unit_is_reached_by_name_code_or_a_part(desk, accepted) -> None:  # type: ignore[no-untyped-def]
    for asked in ("农业农村厅（示例） · D01", "D01", "农村厅"):
        page = desk("province").text(f"/data?unit={asked}")
        assert 'value="农业农村厅（示例） · D01" placeholder' in page, asked
    assert "没有这一类数据" in desk("province").text("/data?unit=没有这样的单位")


def test_a_typed_cell_and_a_later_file_are_told_apart_by_version(desk) -> None:  # type: ignore[no-untyped-def]
    """A file, a cell typed over it, handed over, taken back, another file: the version keeps the first story."""
    from django.db import transaction

    from inventory.service.store import acts, kinds
    from inventory.service.store.models import Person, Report
    from inventory.service.store.provenance import provenance_of, provenance_of_draft
    from inventory.service.store.scope import Scope, everything

    with everything():
        people = {w: Person.objects.get(login=f"demo-{w}-2") for w in ("filler", "approver")}
        scope = Scope(people["filler"])
        number = report_of(2).pk
        report = Report.objects.select_related("obligation__organisation__parent", "round").get(pk=number)
        content = kinds.workbook_of(report, report.draft)
        report = acts.upload(scope, number, content, "第一份.xlsx")
        seen = next(s for s in report.draft if s["name"] == "台账")["rows"][3][5]
        text = str(float(seen))
        acts.save_cells(scope, number, [acts.Edit("台账", "F4", text, _text(seen))])
        for item in Report.objects.get(pk=number).verdict["findings"]:
            if item["grade"] == "to_verify":
                acts.explain(scope, number, [item["key"]], "本年检修两次，附检修记录")
        stamp = Report.objects.get(pk=number).stamp
        moved = acts.move(scope, number, acts.Move(acts.Action.hand_over, stamp=stamp))
        acts.move(
            Scope(people["approver"]),
            number,
            acts.Move(acts.Action.refuse_signature, moved.current.sha256, "请核对三月购入量与发票是否一致"),
        )
        acts.upload(scope, number, content, "第二份.xlsx")
        version = moved.current
        of_version, now = provenance_of([version])[version.pk], provenance_of_draft(moved)
        assert (of_version.of("台账", "F4").how, of_version.of("台账", "F4").version) == ("save", version.number)
        assert (of_version.of("台账", "F5").how, of_version.of("台账", "F5").file) == ("upload", "第一份.xlsx")
        assert now.of("台账", "F4").file == "第二份.xlsx" and now.of("台账", "F4").person == people["filler"].name
        transaction.set_rollback(True)


def _text(value: object) -> str:
    from inventory.service.store.verdicts import text_of

    return text_of(value)
