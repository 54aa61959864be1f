"""The service's own checks (`tests/service/check_*.py`) on PostgreSQL, in a process of their own."""

from __future__ import annotations

import pytest
from postgres_help import cluster

pytest.importorskip("django")
from test_service_databases import run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(960)]


@pytest.mark.postgres
def test_on_postgresql() -> None:
    with cluster() as port:
        run({"INVENTORY_TEST_PG": str(port)})
