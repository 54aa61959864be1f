"""The English pages: wholly English, one for every Chinese page, and all of them on the English site."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from some import some

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs" / "en").glob("*.md"))
NAMES = re.compile("水泥厂|能源平衡表2005")  # of files of the examples: they have no English name
HAN = re.compile("[一-鿿]")
CHINESE = sorted((ROOT / "docs").glob("*.md"))
OTHER_LANGUAGE = re.compile(r"^English: \[docs/en/(\w+)\.md\]\(en/\1\.md\)$", re.M)
WHOLLY_BILINGUAL = {"forms"}  # written from the declarations in both languages


def test_every_chinese_page_has_its_page_in_english() -> None:
    """The second line of a Chinese page leads to it; every English page but the first is led to."""
    led = {p.stem: OTHER_LANGUAGE.findall(p.read_text("utf-8")) for p in CHINESE if p.stem not in WHOLLY_BILINGUAL}
    assert all(len(pages) == 1 for pages in led.values()), {k: v for k, v in led.items() if len(v) != 1}
    pages = {p.stem for p in PAGES}
    assert {v[0] for v in led.values()} <= pages
    assert pages - {v[0] for v in led.values()} <= {"index", "filing"}


def test_a_chinese_page_has_no_english_half() -> None:
    for page in some(CHINESE, 10):
        if page.stem not in WHOLLY_BILINGUAL:
            text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
            long = [x for x in text.splitlines() if not HAN.search(x) and len(re.findall(r"[a-z]{2,}", x)) > 25]
            assert not long, (page.name, long[:2])


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_page_is_english(page: Path) -> None:
    assert not [x for x in page.read_text("utf-8").splitlines() if HAN.search(NAMES.sub("", x))]


def test_the_english_site_has_english_pages_only() -> None:
    """What it lists is an English page, or one made from docstrings and declarations."""
    listed = re.findall(r": (\S+\.md)$", (ROOT / ".ci" / "site" / "en.yml").read_text("utf-8"), re.M)
    made = ("index.md", "api/", "dictionary/")
    assert listed and all(x.startswith(("en/", *made)) for x in listed)
    assert {f"en/{p.name}" for p in PAGES if p.stem != "index"} <= set(listed)
