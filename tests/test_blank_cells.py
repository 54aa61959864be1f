"""The blank cells of the service's grids are those of the written template, read."""

from __future__ import annotations

from pathlib import Path

import pytest

from inventory.enterprise.industries import default_edition, find, industries
from inventory.enterprise.template import blank_cells, write_template
from inventory.service.store import verdicts


@pytest.mark.parametrize("code", sorted(industries(default_edition())))
def test_blank_cells_are_those_of_the_written_template(code: str, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path, find(code, default_edition()))
    read = verdicts.draft_of(path.read_bytes(), "t.xlsx")
    assert verdicts.blank_draft(code) == read
    assert read[0]["name"] == blank_cells(find(code, default_edition()))[0][0]
