"""Takes the pictures of the page for the guide (`docs/pictures/page_*.png`): `python tests/make_page_pictures.py`.

1366 by 768, as an office screen shows it; colours reduced, so that they stay readable and small. Needs Chromium and
Chinese fonts.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from page_help import ROOT, Watched, browser, jiangsu, opened
from PIL import Image

from inventory import api

PICTURES = ROOT / "docs" / "pictures"
COLOURS = 96
SIZE = (1366, 768)
PERSON = "李四（示例）"


class Camera:
    """A window on one project."""

    def __init__(self, page: Any, origin: str, target: Path) -> None:
        self.page, self.target, self.watched = page, target, Watched(page, origin)

    def take(self, name: str, path: str, ready: Callable[[Any], None] = lambda page: None, height: int = 0) -> None:
        """The screen at `path`, once `ready` has done what the picture is to show; `height` for more than a window."""
        self.page.set_viewport_size({"width": SIZE[0], "height": height or SIZE[1]})
        self.watched.go(path)
        ready(self.page)
        self.page.wait_for_timeout(400)
        image = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            self.target / f"page_{name}.png", optimize=True
        )


def whole(camera: Camera, older: Path) -> None:
    """The screens of a complete project."""
    camera.take("data", "")
    camera.take("inventory", "inventory", _why)
    camera.take("charts", "charts", height=1180)
    camera.take("checks", "checks")
    camera.take("uncertainty", "uncertainty")
    camera.take("quality", "quality")
    camera.take("compare", "compare", lambda page: _compare(page, older))
    camera.take("deliver", "deliver", _deliver)
    camera.take("enterprise", "enterprise", _enterprise)


def _why(page: Any) -> None:
    page.click("button.why[data-line='04'][data-gas='CO2'] >> nth=0")
    page.wait_for_selector(".tree details")
    for _ in range(3):
        closed = page.locator(".tree details:not([open]) > summary")
        if closed.count():
            closed.first.click()
    page.locator(".tree").evaluate("tree => tree.closest('.reasons').scrollTop = 0")


def _compare(page: Any, older: Path) -> None:
    page.set_input_files("#older", str(older))
    with page.expect_navigation():
        page.click("form[action='/compare'] button")


def _deliver(page: Any) -> None:
    for n, kind in enumerate(("filing", "workbook")):
        page.click(f"button[data-kind={kind}]")
        page.locator(".job-row a.button").nth(n).wait_for(timeout=180_000)


def _enterprise(page: Any) -> None:
    with page.expect_navigation():
        page.set_input_files("#filled", str(ROOT / "examples" / "enterprise" / "水泥厂.xlsx"))
    page.wait_for_selector(".total")
    page.click(".sheet-tab >> text=台账")
    page.wait_for_selector("td.cell-head")


def broken(camera: Camera) -> None:
    """The screens that show what is wrong or lacking: the misprints of the table not corrected, factors not given."""
    camera.take("problems", "problems", _problem)
    camera.take("gaps", "gaps")


def _problem(page: Any) -> None:
    page.click(".problem-list button.error:has-text('X31')")
    page.wait_for_selector("td.cell-error")


def main() -> int:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        complete, lacking = jiangsu(home / "甲"), jiangsu(home / "乙")
        for name in ("corrections.csv", "factors_agriculture_lucf.csv"):
            (lacking / name).unlink()
        changed = Path(shutil.copytree(complete, home / "旧")) / "industrial_processes.csv"
        changed.write_text(changed.read_text("utf-8").replace("4840.7", "4600"), "utf-8")
        api.write_workbook(api.compile([changed.parent]), home / "上一版清单.xlsx")
        for folder, screens in ((complete, lambda camera: whole(camera, home / "上一版清单.xlsx")), (lacking, broken)):
            with opened(folder, home) as address, browser(SIZE) as page:
                page.goto(address)
                page.fill("#person", PERSON)
                page.press("#person", "Tab")
                page.wait_for_timeout(300)
                camera = Camera(page, address.split("/?")[0], target)
                screens(camera)
                print(*camera.watched.faults, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
