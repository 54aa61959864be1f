"""What is missing, as an English reader of the page sees it: no key, unit or department in Chinese."""

from __future__ import annotations

import re

import inventory
from inventory.edition import load
from inventory.templates_xlsx.gaps import missing_figures, readable_gap

HAN = re.compile("[\u3400-\u9fff]")
ROW = "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind\n贵州,2010,,,lime_production,10,万吨,年鉴,,,统计\n"


def test_no_chinese_but_in_names_of_files_and_sheets(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "工业.csv").write_text(ROW, "utf-8")
    project, _ = inventory.read(tmp_path)
    edition = load("prov2011")
    missing = missing_figures(project, edition, lang="en")
    assert len(missing) > 100
    left = {
        (name, value)
        for gap in missing
        for shown in [readable_gap(gap, edition, "en")]
        for name in ("quantity", "item", "region", "unit", "kind", "supplier", "sector")
        if HAN.search(value := str(getattr(shown, name)))
    }
    assert not left
    assert readable_gap(missing[0], edition, "zh") is missing[0]
