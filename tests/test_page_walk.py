"""A newcomer with the mouse alone: from the printed yearbook table and eleven departments' workbooks to a filed set.

Everything the offices fill in was saved from the page on the way (letters, the form of factors); no key is pressed.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from page_help import Watched, browser, needs_browser, opened, settled
from page_walk import EXAMPLE, MISPRINT, OFFICES, YEARS, Answers, printed_table

from inventory import api
from inventory.app.file import FileRequest, file_ledger
from inventory.filing import read_sealed
from inventory.reading import read_project
from inventory.templates_xlsx.plan import plan
from inventory.templates_xlsx.write import write_template

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    """What the offices know: the example, in the product's own template."""
    edition = api.load_edition("prov2011")
    project, _ = read_project([EXAMPLE], edition)
    write_template(plan(edition, (), "江苏", YEARS, "zh", project), tmp_path / "全部.xlsx", project)
    return Answers(tmp_path / "全部.xlsx")


class Mouse:
    """A person at the page with one hand on the mouse."""

    def __init__(self, page: Any, saved: Path) -> None:
        self.page, self.saved = page, saved
        page.add_init_script(
            "window.addEventListener('keydown', e => { if (e.isTrusted) console.error('key ' + e.key); }, true)"
        )

    def screen(self, name: str) -> None:
        self.page.click(f"nav >> text={name}")
        settled(self.page)

    def choose(self, files: Sequence[Path]) -> None:
        """Files picked in the browser's own window."""
        with self.page.expect_file_chooser() as caught:
            self.page.click("label[for=files]")
        with self.page.expect_response("**/api/upload"):
            caught.value.set_files([str(f) for f in files])

    def save(self, button: str) -> Path:
        """A file made, then saved from the list."""
        before = self.page.locator(".job-row").count()
        self.page.click(button)
        self.page.locator(".job-row a.button").nth(before).wait_for(timeout=120_000)
        with self.page.expect_download() as caught:
            self.page.click(".job-row >> nth=0 >> a.button")
        target = self.saved / caught.value.suggested_filename
        caught.value.save_as(target)
        return target


def test_from_the_printed_table_and_eleven_departments_to_a_filed_set(tmp_path: Path, answers: Answers) -> None:
    needs_browser()
    folder, sent, saved = tmp_path / "江苏清单", tmp_path / "来件", tmp_path / "下载"
    for place in (folder, sent, saved):
        place.mkdir()
    tables = [printed_table(year, sent / f"江苏{year}.xlsx") for year in YEARS]
    with opened(folder, tmp_path) as address, browser() as page:
        watched, mouse = Watched(page, address.split("/?")[0]), Mouse(page, saved)
        page.goto(address)
        assert "文件夹是空的" in page.inner_text(".empty-state")

        # the yearbook's tables; one figure is misprinted: the list leads to its cell
        mouse.choose(tables)
        page.wait_for_selector("table.list tbody tr >> nth=1")
        page.click("table.list a.pill.error >> nth=0")
        page.click(f".problem-list button.error:has-text('{MISPRINT[0]}')")
        page.wait_for_selector("td.cell-error")
        assert MISPRINT[0] in page.inner_text("#cell-note")

        # a marked copy goes back to the bureau, which prints the table again: the file is replaced when that is said
        mouse.screen("交付")
        with zipfile.ZipFile(mouse.save("button[data-kind=marked]")) as copies:
            assert "江苏2010-标注.xlsx" in copies.namelist()
        assert (folder / "江苏2010.xlsx").read_bytes() == tables[1].read_bytes()
        printed_table(2010, tables[1], misprint=False)
        mouse.screen("数据")
        mouse.choose(tables[1:])
        with page.expect_navigation():
            page.click("#upload-refusals button")
        page.wait_for_selector(".figures .pill.good")

        # a letter with sheets for every department
        mouse.screen("缺口")
        closed = page.locator("details.department:not([open]) > summary")
        while closed.count():
            closed.first.click()
        departments = page.locator("details.department").count()
        assert departments >= 7
        letters = [
            mouse.save(f"details.department >> nth={n} >> button[data-kind=gap_workbook]") for n in range(departments)
        ]

        # they fill them in, and eleven workbooks come back
        back = []
        for office in OFFICES:
            letter = next(x for x in letters if office.letter in x.name)
            assert openpyxl.load_workbook(letter, read_only=True).sheetnames[0] == "函"
            back.append(sent / f"{office.name}.xlsx")
            assert answers.fill(letter, back[-1], office)
        assert len(back) == 11
        mouse.screen("数据")
        mouse.choose(back)
        page.wait_for_selector("table.list tbody tr >> nth=12")
        mouse.screen("清单")
        assert "还不能算出清单" in page.inner_text("main")

        # factors that the guideline does not give: the form of them
        mouse.screen("缺口")
        form = mouse.save("button[data-kind=gap_factors]")
        assert answers.factors(form, sent / "因子.xlsx") == page.locator(".factors tbody tr").count() > 5
        mouse.screen("数据")
        mouse.choose([sent / "因子.xlsx"])
        page.wait_for_selector(".figures .pill.good")

        # the inventory; why it is this number, down to the cell of the yearbook's table
        mouse.screen("清单")
        page.click("button.why[data-line='04'][data-gas='CO2'] >> nth=0")
        page.wait_for_selector(".tree details")
        closed = page.locator(".tree details:not([open]) > summary")
        while closed.count() and not page.locator(".tree a[href*='2005.xlsx']:visible").count():
            closed.first.click()
        page.click(".tree a[href*='2005.xlsx']:visible >> nth=0")
        page.wait_for_selector("td.highlight")

        # a default compared with the print, then the set to be filed and the working book
        mouse.screen("核对")
        page.click("button.same >> nth=0")
        page.wait_for_selector("tr.done .good-text")
        mouse.screen("交付")
        filed = mouse.save("button[data-kind=filing]")
        assert "核验码" in page.inner_text(".job-row")
        book = mouse.save("button[data-kind=workbook]")
        assert not watched.faults

    # what was sent in is unchanged, and the command says and writes the same
    for path in (*tables, *back):
        assert (folder / path.name).read_bytes() == path.read_bytes()
    assert read_sealed(filed).fits
    ledger = api.compile([folder])
    file_ledger(ledger, FileRequest((folder,), tmp_path / "命令-上报.xlsx", pdf=False))
    assert filed.read_bytes() == (tmp_path / "命令-上报.xlsx").read_bytes()
    api.write_workbook(ledger, tmp_path / "命令.xlsx")
    assert book.read_bytes() == (tmp_path / "命令.xlsx").read_bytes()
    clinker = next(x for x in ledger.lines if x.category == "2.1" and x.year == 2005)
    assert clinker.mass_t == pytest.approx(4840.7e4 * 0.538, rel=1e-12)
