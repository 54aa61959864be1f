"""A chart in a Word document as vector: the SVG beside the PNG, which programs that know no SVG go on showing."""

from __future__ import annotations

from typing import Any

_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"  # Office's name for "this picture also exists as SVG"
_NAMESPACE = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"


def add_svg(document: Any, shape: Any, svg: bytes, number: int) -> None:
    """Attach `svg` to an inline picture of a python-docx document; `number` makes the part's name, in the order of the
    figures."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    part = Part(PackURI(f"/word/media/figure{number}.svg"), "image/svg+xml", svg, document.part.package)
    reference = document.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    blip = next(shape._inline.iter(qn("a:blip")))
    also = f'<asvg:svgBlip xmlns:asvg="{_NAMESPACE}" r:embed="{reference}"/>'
    blip.append(parse_xml(f'<a:extLst {nsdecls("a", "r")}><a:ext uri="{_EXTENSION}">{also}</a:ext></a:extLst>'))
