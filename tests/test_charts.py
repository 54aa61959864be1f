"""Charts: same bytes, told apart without colour, a clear message where a library or a Chinese font is missing."""

import builtins
import struct
import warnings

import pytest

from inventory import charts
from inventory.charts import Chart, ChartSeries, NativeChart, draw, model, native
from inventory.core.problems import InventoryError

pytest.importorskip("matplotlib", reason="the extra 'report' is not installed")

ENGLISH = Chart(
    "stacked",
    "Emissions",
    ("2005", "2010"),
    (ChartSeries("Energy", (10.0, 12.0)), ChartSeries("LUCF", (-2.0, -3.0))),
    "10^4 t",
)


def _need_font():
    try:
        charts.chinese_font()
    except InventoryError:
        pytest.skip("no Chinese font is installed: pictures with Chinese texts are not checked here")


@pytest.mark.parametrize("kind", model.KINDS)
def test_same_chart_same_bytes_in_every_kind(kind):
    chart = Chart(
        kind,
        "t",
        ("2005", "2007", "2010"),
        (ChartSeries("a", (1.0, None if kind == "line" else 2.0, 3.0)), ChartSeries("b", (2.0, 1.0, -1.0))),
    )
    first = charts.png(chart)
    assert first == charts.png(chart) and first.startswith(b"\x89PNG")
    assert charts.svg(chart) == charts.svg(chart)


def test_resolution_is_for_print():
    width, height = struct.unpack(">II", charts.png(ENGLISH, 15.5, 8.2)[16:24])
    assert abs(width - 15.5 / 2.54 * draw.DPI) <= 1 and abs(height - 8.2 / 2.54 * draw.DPI) <= 1
    assert b"matplotlib" not in charts.png(ENGLISH)[:400].lower()


def _grey(colour):
    r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * r + 0.587 * g + 0.114 * b


def test_neighbours_differ_by_more_than_colour():
    """In grey print two series beside each other differ in tone, or in hatch, marker and dashes."""
    n = len(model.COLOURS)
    for i in range(n - 1):
        assert (
            abs(_grey(model.COLOURS[i]) - _grey(model.COLOURS[i + 1])) > 12 or model.HATCHES[i] != model.HATCHES[i + 1]
        )
    for kinds in (
        model.COLOURS,
        model.HATCHES,
        model.MARKERS,
        model.DASHES,
        native._XLSX_MARKERS,
        native._XLSX_DASHES,
        native._XLSX_PATTERNS,
    ):
        assert len(set(kinds)) == n, "every series has its own"


def test_chinese_texts_are_drawn():
    _need_font()
    chart = Chart("columns", "各领域占比", ("能源活动",), (ChartSeries("2005年", (1.0,)),))
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a missing glyph is a warning of matplotlib
        assert charts.png(chart)


def test_without_a_chinese_font_it_says_which_to_install(monkeypatch):
    from matplotlib import font_manager

    draw.chinese_font.cache_clear()
    monkeypatch.setattr(
        font_manager.fontManager, "ttflist", [e for e in font_manager.fontManager.ttflist if e.name == "DejaVu Sans"]
    )
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda *a, **k: [])
    try:
        with pytest.raises(InventoryError) as error:
            charts.png(Chart("columns", "中", ("a",), (ChartSeries("s", (1.0,)),)))
        assert error.value.problems[0].code == "charts.no_font" and "Noto Sans CJK SC" in str(error.value)
        assert charts.png(ENGLISH)  # needs none
    finally:
        draw.chinese_font.cache_clear()


def test_without_matplotlib_it_says_how_to_get_it(monkeypatch):
    real = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(InventoryError) as error:
        charts.png(ENGLISH)
    assert error.value.problems[0].code == "charts.no_library" and "pip install matplotlib" in str(error.value)


def test_charts_are_checked_when_made():
    with pytest.raises(ValueError, match="pie"):
        Chart("pie", "t", (), ())
    with pytest.raises(ValueError, match="as many values"):
        Chart("line", "t", ("2005", "2010"), (ChartSeries("a", (1.0,)),))


def test_native_charts_stand_in_the_workbook(tmp_path):
    import zipfile

    from filing_example import ledger

    from inventory.workbook import write_filing
    from inventory.workbook.filing import plan

    path = tmp_path / "w.xlsx"
    write_filing(ledger(), path)
    wanted = [c for s in plan(ledger()).sheets.values() for c in s.charts]
    assert {"stacked", "line"} <= {c.kind for c in wanted if isinstance(c, NativeChart)}
    with zipfile.ZipFile(path) as book:
        found = [book.read(n).decode() for n in book.namelist() if n.startswith("xl/charts/chart")]
    assert (
        len(found) == len(wanted)
        and any("scatterChart" in x for x in found)
        and any('grouping val="stacked"' in x for x in found)
    )
    assert all("!$" in x for x in found)  # they show cells, not copies


def test_native_charts_refer_to_cells_that_hold_numbers():
    from filing_example import ledger

    from inventory.workbook.filing import plan

    book = plan(ledger())
    for sheet in book.sheets.values():
        for chart in sheet.charts:
            if isinstance(chart, NativeChart):
                for series in chart.series:
                    name, r0, c0, r1, c1 = series.values
                    cells = [book.sheets[name].cells[r, c] for r in range(r0, r1 + 1) for c in range(c0, c1 + 1)]
                    assert all(isinstance(c.value, (int, float)) or c.value == "" for c in cells), (
                        chart.title,
                        series.name,
                    )
                    assert any(isinstance(c.value, (int, float)) for c in cells)


def test_a_long_name_beside_a_chart_is_broken_and_leaves_room() -> None:
    assert draw.in_lines(
        "其余：石灰生产过程、电石生产过程、己二酸生产过程、硝酸生产过程、铝生产过程、镁生产过程、电力设备"
    ) == ["其余：石灰生产过程、电石生", "产过程、己二酸生产过程、硝", "酸生产过程、铝生产过程、…"]
    assert draw.in_lines("Other: lime production, calcium carbide")[0] == "Other: lime production,"
    assert draw.in_lines("废水") == ["废水"]
    names = ["Other: a very long name of a source, " * 4 + str(n) for n in range(3)]
    long = Chart("stacked", "", ("2005", "2010"), tuple(ChartSeries(name, (1.0, 2.0)) for name in names))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # no room left for the columns is a warning of matplotlib
        assert charts.svg(long)
