"""The reading side: files of people -> cells with addresses -> activity data and problems, all at once.

`read_project(paths, edition)` is the entry for the command line and the API. It is loaded when first used: the models
below it use this package's `numbers`, and loading everything here would close a circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .project import read_project

__all__ = ["read_project"]


def __getattr__(name: str) -> Any:
    if name != "read_project":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .project import read_project

    return read_project
