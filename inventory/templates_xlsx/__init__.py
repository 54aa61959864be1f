"""Fill-in workbooks generated from an edition's quantities: planned here, written with XlsxWriter, read back by
`inventory.reading`."""

from .plan import TemplatePlan, plan
from .write import write_template

__all__ = ["TemplatePlan", "plan", "write_template"]
