"""Charts of Word documents stand in them as vector (SVG) with a PNG for programs that know none, and the bytes are the
same each time."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

import inventory
from inventory import api

pytest.importorskip("matplotlib")
EXAMPLE = Path(__file__).parents[1] / "examples" / "guangdong"


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    from inventory.charts import chinese_font
    from inventory.core.problems import InventoryError

    try:
        chinese_font()
    except InventoryError:
        pytest.skip("no Chinese font on this machine")
    ledger = inventory.compile(EXAMPLE)
    made = []
    for n in range(2):
        path = tmp_path_factory.mktemp("docx") / f"{n}.docx"
        api.write_report(ledger, path)
        made.append(path.read_bytes())
    return made


@pytest.mark.slow
def test_every_figure_is_there_as_svg_and_png(documents: list[bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(documents[0])) as z:
        names = z.namelist()
        text = z.read("word/document.xml").decode()
        types = z.read("[Content_Types].xml").decode()
        relations = z.read("word/_rels/document.xml.rels").decode()
        svgs = [n for n in names if n.endswith(".svg")]
        assert svgs and all(z.read(n).lstrip().startswith((b"<?xml", b"<svg")) for n in svgs)
    assert text.count("svgBlip") == len(svgs) == text.count("<a:blip ")
    assert types.count("image/svg+xml") >= 1
    assert all(n.removeprefix("word/") in relations for n in svgs)


def test_the_same_ledger_gives_the_same_bytes(documents: list[bytes]) -> None:
    assert documents[0] == documents[1]


def test_python_docx_opens_it_again(documents: list[bytes]) -> None:
    import docx

    opened = docx.Document(io.BytesIO(documents[0]))
    assert len(opened.inline_shapes) >= 1
