"""What administrators do on their pages: every act says what it did, every refusal why, nothing typed is lost."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from check_products import pk_of_round
from conftest import PASSWORD


def said(answer) -> str:  # type: ignore[no-untyped-def]
    """The page after a post: what was done is said by the page it leads on to, once."""
    if answer.status_code == 302:
        answer = answer.client.get(answer["Location"])
        again = answer.client.get(answer.request["PATH_INFO"])
        assert 'class="done"' in answer.content.decode() and 'class="done"' not in again.content.decode()
    assert answer.status_code == 200
    return str(answer.content.decode())


def workbook(*rows: tuple[object, ...]) -> object:
    from django.core.files.uploadedfile import SimpleUploadedFile

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("表.xlsx", out.getvalue())


def test_the_blank_table_read_back_and_a_correction(desk) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Event, Organisation
    from inventory.service.store.scope import everything

    client = desk("system").client
    blank = openpyxl.load_workbook(io.BytesIO(client.get("/organisations?template=1").content))
    heads = [c.value for c in blank.worksheets[0][5]]
    assert heads[:4] == ["代码", "名称", "级别", "上级代码"] and all(c.comment for c in blank.worksheets[0][5])
    wrong = said(
        client.post(
            "/organisations",
            {"workbook": workbook(heads, ("M1", "甲", "企业", "3201", "不存在的行业"), ("M1b", "乙", "市", "E0001"))},
        )
    )
    assert "[Sheet]!A2" in wrong and "[Sheet]!A3" in wrong
    rows = (
        ("M2", "新厂", "企业", "3201", "水泥", "9132", "20,000", ""),
        ("M3", "林业局", "部门", "32", "土地利用变化和林业"),
    )
    assert "已导入 2 个单位" in said(client.post("/organisations", {"workbook": workbook(heads, *rows)}))
    with everything():
        made = Organisation.objects.get(code="M2")
        assert (made.industry, made.emission_2010_t) == ("08", 20000.0)
        assert Organisation.objects.get(code="M3").industry == "lucf"
    assert "新厂" in said(client.get(f"/organisations?edit={made.pk}"))
    form = {
        "act": "correct",
        "organisation": made.pk,
        "name": "新厂二",
        "industry": "03",
        "status": "停产",
        "emission_2010_t": "多",
    }
    assert "应为数字" in said(client.post("/organisations", form))
    assert "已更正 新厂二" in said(client.post("/organisations", {**form, "emission_2010_t": "1,5"}))
    with everything():
        made.refresh_from_db()
        assert (made.name, made.industry, made.status) == ("新厂二", "03", "停产")
        assert Event.objects.filter(action="correct_organisation", path=made.path).exists()
        others = Organisation.objects.get(code="E0002")
    kept = said(
        client.post("/organisations", {"code": "M9", "name": "留住", "level": "enterprise", "parent": "nowhere"})
    )
    assert "找不到上级单位" in kept and 'value="留住"' in kept
    assert others.name in said(client.get(f"/organisations?q={others.code}"))


def test_a_closed_round_can_only_be_looked_at(desk) -> None:  # type: ignore[no-untyped-def]
    from check_loop import act, report_of
    from django.core.files.uploadedfile import SimpleUploadedFile

    from inventory.service.store.models import Round
    from inventory.service.store.scope import everything

    number = report_of(2).pk
    assert "提交审批" in desk("filler-2").text(f"/report/{number}")
    with everything():
        Round.objects.update(closed=True)
    try:
        page = desk("filler-2").text(f"/report/{number}")
        assert "本批次已关闭，只能查看" in page and "提交审批</button>" not in page and "上传工作簿" not in page
        edit = {"edits": [{"sheet": "台账", "cell": "Z40", "text": "1", "seen": ""}]}
        given = SimpleUploadedFile("x.pdf", b"%PDF-1.4 closed")
        attached = desk("filler-2").client.post(f"/report/{number}/attach", {"file": given})
        for status, said in (
            desk("filler-2").post(f"/report/{number}/cells", edit),
            act(desk, "filler-2", 2, "hand_over"),
            (attached.status_code, attached.json()),
        ):
            assert status == 409 and "本批次已关闭" in said["problems"][0], said
        board = desk("province").text("/board")
        assert "催报</button>" not in board and ">已关闭<" in board
        answer = desk("province").client.post("/board/remind", {"round": Round.objects.get().pk, "path": "32/"})
        assert answer["Location"].endswith("reminded=0")
    finally:
        with everything():
            Round.objects.update(closed=False)
    assert report_of(2).state == "draft" and "催报</button>" in desk("province").text("/board")


def test_a_round_closed_and_taken_up_units_added_and_exempted(desk) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Obligation
    from inventory.service.store.scope import everything

    client, number = desk("system").client, pk_of_round()
    opening = {"act": "open", "name": "次年", "year": "2016", "opens": "2016-01-01", "due_enterprise": "2099-03-31"}
    late = {**opening, "due_city": "2099-01-01", "due_province": "2099-05-31"}
    kept = said(client.post("/rounds", late))
    assert "日期应依次为" in kept and 'value="次年"' in kept
    for field, value, words in (
        ("year", "1999", "年度应在"),
        ("grace_days", "999", "宽限天数"),
        ("opens", "morgen", "请填写完整"),
    ):
        assert words in said(client.post("/rounds", {**late, "due_city": "2099-04-01", field: value}))
    with everything():
        duty = Obligation.objects.select_related("organisation").get(round=number, organisation__code="E0013")
    for act, fields, words in (
        ("exempt", {"code": "E9999", "reason": "停产"}, "没有代码为 E9999 的应报单位"),
        ("exempt", {"code": "E0013", "reason": ""}, "请写明理由"),
        ("exempt", {"code": "E0013 名称", "reason": "全年停产"}, "已免报"),
        ("again", {"duty": duty.pk}, "恢复应报"),
        ("extend", {"code": "E0013", "reason": "搬迁", "until": "2099-04-01"}, "延期至 2099-04-01"),
        ("again", {"duty": duty.pk}, "恢复应报"),
        ("include", {"code": "E0013"}, "已在该批次"),
        ("include", {"code": "32"}, "没有代码为 32 的企业或部门"),
        ("close", {}, "已关闭"),
    ):
        assert words in said(client.post("/rounds", {"act": act, "round": number, **fields})), (act, fields)
    edit = {"edits": [{"sheet": "企业基本情况", "cell": "B10", "text": "x", "seen": ""}]}
    from check_loop import report_of

    status, answer = desk("filler-1").post(f"/report/{report_of(1).pk}/cells", edit)
    assert status == 409, answer
    assert "已重新启用" in said(client.post("/rounds", {"act": "close", "round": number}))


def test_invitations_by_workbook_revoked_and_a_login_reset(desk) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    from inventory.service.store.models import Invitation, Membership
    from inventory.service.store.scope import everything

    client = desk("security").client
    heads = ("用户名", "姓名", "角色", "单位代码")
    wrong = said(
        client.post(
            "/people",
            {
                "workbook": workbook(
                    heads,
                    ("a b", "甲", "填报人", "E0001"),
                    ("c", "乙", "皇帝", "E0001"),
                    ("d", "丙", "市级审核员", "E0001"),
                    ("e", "丁", "填报人", "nirgends"),
                )
            },
        )
    )
    for words in ("含空格", "没有这种角色：皇帝", "“市级审核员”应设在市级单位", "没有代码为 nirgends 的单位"):
        assert words in wrong
    made = client.post(
        "/people",
        {"workbook": workbook(heads, ("neu1", "新一", "填报人", "E0002"), ("neu2", "新二", "审批人", "E0002"))},
    )
    links = re.findall(r"https?://\S+/invitation/[\w-]+", made.content.decode("utf-8-sig"))
    assert len(links) == 2 and "attachment" in made["Content-Disposition"]
    with everything():
        pending = Invitation.objects.get(login="neu2")
    assert "已撤销 neu2" in said(client.post("/people", {"act": "revoke", "invitation": pending.pk}))
    path = "/invitation/" + links[1].rsplit("/", 1)[1]
    assert Client(HTTP_HOST="127.0.0.1").get(path).status_code == 404
    guest = Client(HTTP_HOST="127.0.0.1")
    path = "/invitation/" + links[0].rsplit("/", 1)[1]
    assert guest.post(path, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    with everything():
        membership = Membership.objects.get(person__login="neu1")
        own = Membership.objects.get(person__login="demo-security")
    assert "不能对自己" in said(client.post("/people", {"act": "reset", "membership": own.pk}))
    page = said(client.post("/people", {"act": "reset", "membership": membership.pk}))
    path = re.search(r"/invitation/[\w-]+", page)[0]  # type: ignore[index]
    other = "另一个-口令-2016-Demo"
    assert Client(HTTP_HOST="127.0.0.1").post(path, {"password": other, "again": other}).status_code == 302
    assert guest.get("/").status_code == 302  # the old session is over
    entry = Client(HTTP_HOST="127.0.0.1")
    assert entry.post("/login", {"login": "neu1", "password": PASSWORD}).status_code == 200  # the old password, too
    assert entry.post("/login", {"login": "neu1", "password": other}).status_code == 302
    assert "已终止 新一" in said(client.post("/people", {"act": "end", "membership": membership.pk}))
    assert entry.get("/").status_code == 200 and "/report/" not in entry.get("/").content.decode()


@pytest.mark.parametrize("who", ["system", "security"])
def test_administrators_of_one_kind_do_not_do_the_others_acts(desk, who: str) -> None:  # type: ignore[no-untyped-def]
    paths = {"system": ("/people",), "security": ("/rounds", "/organisations")}[who]
    for path in paths:
        assert desk(who).client.post(path, {"act": "open"}).status_code == 404
