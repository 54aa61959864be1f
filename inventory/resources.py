"""Where the data that come with the package lie: in the wheel beside the code, in a checkout at the top of the
repository."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `factors`, `templates` or `examples`. Raises FileNotFoundError when the installation is incomplete."""
    for place in (_PACKAGE / "data" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the folder {name!r} of the package is missing: install it again")
