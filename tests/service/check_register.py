"""The uploaded register and invitations are forms: the sheet is known by its headings, faults stand at their cells."""

from __future__ import annotations

import io

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from inventory.forms.register import register_forms

HEADS = ("代码", "名称", "级别", "上级代码", "行业")
UNIT = ("M71", "七一厂", "企业", "3201", "08 水泥")


def book(*sheets: tuple[str, list[tuple]], hidden: str = "") -> SimpleUploadedFile:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    return SimpleUploadedFile("名单.xlsx", out.getvalue())


def said(answer) -> str:  # type: ignore[no-untyped-def]
    """The page that is seen after an answer: what was done is said on the page that it leads to."""
    if answer.status_code == 302:
        answer = answer.client.get(answer.url)
    return answer.content.decode("utf-8")


def test_the_sheet_is_known_by_its_headings(desk) -> None:  # type: ignore[no-untyped-def]
    """Behind a cover, below a title, in any order of the columns; the blank one of two, and a hidden one, do not count."""
    from inventory.service.store.models import Organisation
    from inventory.service.store.scope import everything

    client = desk("system").client
    cover = ("说明", [("本表由办公室填写",), ("代码见附件",)])
    below = ("填报", [("重点企业名单",), (), (*reversed(HEADS),), (*reversed(UNIT),)])
    upload = book(
        cover, below, ("样表", [HEADS]), ("去年", [HEADS, ("M70", "旧厂", "企业", "3201", "08")]), hidden="去年"
    )
    assert "已导入 1 个单位" in said(client.post("/organisations", {"workbook": upload}))
    with everything():
        assert Organisation.objects.get(code="M71").industry == "08"
        assert not Organisation.objects.filter(code="M70").exists()


def test_none_or_several_are_said_in_words(desk) -> None:  # type: ignore[no-untyped-def]
    client = desk("system").client
    none = said(client.post("/organisations", {"workbook": book(("甲", [("编码", "企业")]), ("乙", []))}))
    assert "没有一张表的表头含有所需的列" in none and "甲、乙" in none and "代码（code）" in none
    rows = [HEADS, ("M72", "厂", "企业", "3201", "08")]
    several = said(client.post("/organisations", {"workbook": book(("一", rows), ("二", rows))}))
    assert "不止一张表的表头合适" in several and "一、二" in several
    named = said(client.post("/organisations", {"workbook": book(("草稿", rows), ("单位", rows))}))
    assert "已导入 1 个单位" in named
    english = said(
        client.post("/organisations", {"workbook": book(("x", [("a", "b")]))}, headers={"accept-language": "en"})
    )
    assert "no sheet has a heading" in english or "没有一张表" in english


def test_every_fault_at_its_cell_and_nothing_taken(desk) -> None:  # type: ignore[no-untyped-def]
    """Wrong level, a code with a slash, a figure in words, an unknown industry, a column nobody knows: all at once."""
    from inventory.service.store.models import Organisation
    from inventory.service.store.scope import everything

    client = desk("system").client
    heads = (*HEADS, "2010年排放量", "联系人")
    rows = [
        heads,
        ("M81", "甲", "集团", "3201", "08", 1.0, "张"),
        ("M8/2", "乙", "企业", "3201", "08", "约一万", ""),
        ("M83", "", "企业", "3201", "造船", 2.0, ""),
        (320199.0, "丙", "企业", "3201", "08", "１,５００", ""),
    ]
    text = said(client.post("/organisations", {"workbook": book(("单位", rows))}))
    for place in ("C2", "A3", "F3", "B4"):
        assert f"名单.xlsx[单位]!{place}" in text, (place, text)
    assert "联系人" in text and "国家、省、市、县、部门、企业" in text
    with everything():
        assert not Organisation.objects.filter(name__in=("甲", "乙", "丙")).exists()
    good = [HEADS[:5] + ("2010年排放量",), (320199.0, "丙", "企业", "3201", "08", "１,５００")]
    assert "已导入 1 个单位" in said(client.post("/organisations", {"workbook": book(("单位", good))}))
    with everything():
        taken = Organisation.objects.get(code="320199")
        assert taken.emission_2010_t == 1500.0


def test_invitations_by_the_same_mechanism(desk) -> None:  # type: ignore[no-untyped-def]
    client = desk("security").client
    answer = client.get("/people?template=1")
    assert answer.status_code == 200, said(answer)[:400]
    blank = openpyxl.load_workbook(io.BytesIO(answer.content))
    heads = [c.value for c in blank.worksheets[0][5]]
    assert heads == [f.label for f in register_forms()["invitations"].fields]
    assert any(v.type == "list" for v in blank.worksheets[0].data_validations.dataValidation)
    wrong = [
        heads,
        ("p71", "赵", "不是角色", "3201"),
        ("p72", "", "县级审核员", "3201"),
        ("p73", "孙", "县级审核员", "3201", "明天"),
    ]
    text = said(client.post("/people", {"workbook": book(("说明", [("x",)]), ("人员", wrong))}))
    for place in ("A2", "B3", "E4"):
        assert f"名单.xlsx[人员]!{place}" in text, (place, text)


def test_sectors_are_those_of_the_provinces_edition(service) -> None:  # type: ignore[no-untyped-def]
    from inventory.edition import load
    from inventory.service.store.imports import sectors

    assert set(sectors()) == set(load().roles.sectors)
