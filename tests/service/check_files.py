"""Files of a round beside the reports: several at once, what cannot be read is refused in words and nothing of it kept,
one that is not wanted is withdrawn, each can be had back as it was given."""

from __future__ import annotations

import re

from check_products import ROOT, pk_of_round

CAPS = (ROOT / "examples" / "levels" / "caps.csv").read_bytes()
ASSESSED = (ROOT / "examples" / "levels" / "assessed_energy.csv").read_bytes()


def give(desk, *files: tuple[str, bytes]):  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    body = {"round": str(pk_of_round()), "file": [SimpleUploadedFile(*f) for f in files]}
    return desk("province").client.post("/products/files", body)


def listed(desk) -> dict[str, str]:  # type: ignore[no-untyped-def]
    page = desk("province").text("/products?lang=zh")
    return {name: address for address, name in re.findall(r'<a href="(/products/files/\d+)">([^<]+) ↓</a>', page)}


def test_several_at_once_and_each_as_it_was_given(desk) -> None:  # type: ignore[no-untyped-def]
    assert give(desk, ("一.csv", CAPS.replace(b"34000", b"34001")), ("caps.csv", CAPS)).status_code in (302, 422)
    assert give(desk, ("caps.csv", CAPS), ("assessed_energy.csv", ASSESSED)).status_code == 302
    files = listed(desk)
    assert {"caps.csv", "assessed_energy.csv"} <= set(files)
    got = desk("province").client.get(files["caps.csv"])
    assert b"".join(got.streaming_content) == CAPS and "attachment" in got["Content-Disposition"]


def test_what_cannot_be_read_is_refused_whole(desk) -> None:  # type: ignore[no-untyped-def]
    """With a file that is good beside it: neither is kept, and the reason names the file."""
    before = listed(desk)
    for name, content, word in (
        ("没有表头.csv", b"a,b\n1,2\n", "认不出表头"),
        ("半份.xlsx", b"PK\x03\x04cut", "半份.xlsx"),
        ("程序.exe", b"MZ", "5 MB"),
        ("空.csv", b"", "5 MB"),
    ):
        answer = give(desk, ("allocation.csv", CAPS), (name, content))
        assert answer.status_code == 422 and name in answer.content.decode() and word in answer.content.decode()
    assert listed(desk) == before


def test_a_withdrawn_file_is_taken_no_more(desk) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Event, RoundFile
    from inventory.service.store.scope import everything

    name = "caps.csv"
    assert give(desk, (name, CAPS)).status_code == 302
    body = {"round": str(pk_of_round()), "withdraw": name}
    for who, status in (("city-3201", 404), ("province", 302), ("province", 404)):
        assert desk(who).client.post("/products/files", body).status_code == status, who
    assert name not in listed(desk)
    with everything():
        assert any(bytes(f.content) == CAPS for f in RoundFile.objects.filter(name=name))  # kept all the same
        assert Event.objects.filter(action="withdraw_file").exists()
    assert "撤下附表" in desk("audit").text("/log?lang=zh")
