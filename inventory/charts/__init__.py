"""All charts in one place: pictures by matplotlib for documents (`draw`, `quadrant`), native charts by XlsxWriter for
workbooks (`native`) and for the printed set (`printed`); the data and the palette are in `model`."""

from .draw import chinese_font, has_chinese, png, svg
from .model import Area, Chart, ChartSeries, NativeChart, NativeSeries, at_most
from .printed import PrintChart, PrintSeries
from .quadrant import Point, QuadrantChart

__all__ = [
    "Area",
    "Chart",
    "ChartSeries",
    "NativeChart",
    "NativeSeries",
    "Point",
    "PrintChart",
    "PrintSeries",
    "QuadrantChart",
    "at_most",
    "chinese_font",
    "has_chinese",
    "png",
    "svg",
]
