"""The reading side: sheets of people -> activity data and problems, all at once.

`read_project(paths, edition)` is the entry for the command line and the API. It is loaded when asked for: the reader of
enterprises' reports takes the rules of a row from here and nothing of the province.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .project import read_project

__all__ = ["read_project"]


def __getattr__(name: str) -> Any:
    if name != "read_project":
        raise AttributeError(name)
    from .project import read_project

    return read_project
