"""One service with a small sample province on the database named by the environment; run by
`tests/test_service_databases.py`, once a database."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from process_help import ran

PASSWORD = "示例-口令-2015-Demo"
HASHER = {"PASSWORD_HASHERS": ["hashing.QuickArgon2id"]}  # the measure of the service's own: `check_people.py`


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from inventory.service.operate import init
    from inventory.service.shared.service_settings import configure_service, read_settings

    port = os.environ.get("INVENTORY_TEST_PG", "")
    folder = tmp_path_factory.mktemp("service")
    urls = (
        [f"postgresql://{role}@127.0.0.1:{port}/inv" for role in ("inv_app", "inv_owner")]
        if port
        else ["service.db", ""]
    )
    init(folder, urls[0], urls[1], "inv_app" if port else "")
    done = ran([sys.executable, "-m", "inventory", "service", "migrate", "--config", str(folder)])
    assert done.returncode == 0, done.stderr
    from dataclasses import replace

    configure_service(replace(read_settings(folder), extra={"INVENTORY_DEMO": True, **HASHER}))
    from inventory.service.demo.seed import seed

    seed(PASSWORD, 20)
    return folder


class Desk:
    """A browser of one person, without the browser."""

    def __init__(self, login: str) -> None:
        from django.test import Client

        self.client = Client(HTTP_HOST="127.0.0.1", HTTP_X_CSRFTOKEN="x")
        if login:
            answer = self.client.post("/login", {"login": login, "password": PASSWORD})
            assert answer.status_code == 302, answer.content.decode()

    def get(self, path: str) -> int:
        return self.client.get(path).status_code

    def text(self, path: str) -> str:
        return self.client.get(path).content.decode()

    def post(self, path: str, body: object) -> tuple[int, dict]:
        import json

        answer = self.client.post(path, json.dumps(body), content_type="application/json")
        return answer.status_code, json.loads(answer.content) if answer.content[:1] == b"{" else {}


@pytest.fixture(scope="session")
def desk(service: Path):  # type: ignore[no-untyped-def]
    kept: dict[str, Desk] = {}

    def of(login: str) -> Desk:
        if login not in kept:
            kept[login] = Desk(f"demo-{login}" if login else "")
        return kept[login]

    return of


@pytest.fixture(scope="session")
def accepted(desk) -> int:  # type: ignore[no-untyped-def]
    """The agricultural department's data are accepted: the number of its report."""
    from check_products import accept_department

    return accept_department(desk)


@pytest.fixture()
def whole(service: Path):  # type: ignore[no-untyped-def]
    """The scope of the program, for looking into the database."""
    from inventory.service.store.scope import everything

    with everything():
        yield
