"""Fill-in workbooks generated from an edition's quantities: planned here, written with XlsxWriter, read back by `inventory.reading`."""

from .plan import SECTORS, Plan, plan
from .write import write_template

__all__ = ["SECTORS", "Plan", "plan", "write_template"]
