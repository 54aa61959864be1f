"""`python -m inventory.templates_xlsx`: write the blank templates that are committed under `templates/` anew."""

from __future__ import annotations

from .. import resources
from ..edition import load
from .files import write_file
from .plan import plan
from .write import template_bytes

COMMITTED = ("all_sectors", *load().sectors)


def committed_bytes(name: str) -> bytes:
    """A committed template: all sectors or one, no region, 2005 and 2010, Chinese."""
    return template_bytes(plan(load(), () if name == "all_sectors" else (name,)))


def main() -> None:
    folder = resources.folder("templates")
    for name in COMMITTED:
        write_file(folder / f"{name}.xlsx", committed_bytes(name))
        print(folder / f"{name}.xlsx")


if __name__ == "__main__":
    main()
