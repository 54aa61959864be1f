"""Fill-in workbooks generated from an edition's quantities: planned (`plan`), written with XlsxWriter (`write`), read
back by `inventory.reading`. Loaded when asked for: the pens of an enterprise's form (`book`) need nothing of the
provincial forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .write import write_template

__all__ = ["write_template"]


def __getattr__(name: str) -> Any:
    if name != "write_template":
        raise AttributeError(name)
    from .write import write_template

    return write_template
