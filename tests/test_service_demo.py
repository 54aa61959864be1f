"""What the service is shown with (`inventory/service/demo/*.json`) is what the examples of the repository give now."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("django")

from inventory.service.demo import make_drafts


def test_the_drafts_of_the_demo_are_those_of_the_examples(tmp_path: Path) -> None:
    make_drafts.main(tmp_path)
    for kept in (make_drafts.TARGET, make_drafts.DEPARTMENTS):
        now = (tmp_path / kept.name).read_bytes()
        assert now == kept.read_bytes(), f"{kept.name}: python -m inventory.service.demo.make_drafts"
