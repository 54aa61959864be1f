"""The look-up of known weaknesses: a weakness fails, an accepted one passes with its reason, and nothing looked at is
said to be no result."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(
    not (ROOT / ".ci" / "audit.py").exists(), reason="the checks of a checkout, not of a source package"
)


def audit():  # type: ignore[no-untyped-def]
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WEAK = {"name": "x", "version": "1", "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2"]}]}
SOUND = {"name": "y", "version": "1", "vulns": []}
AWAY = {"name": "z", "skip_reason": "not found"}


def test_a_known_weakness_fails_and_names_the_version_that_mends_it() -> None:
    status, said = audit().judge({"dependencies": [WEAK, SOUND, AWAY]}, {})
    assert status == 1 and "2 libraries looked at, 1 not in the list" in said[0] and said[1].endswith("mended in 2")


def test_an_accepted_one_needs_its_reason() -> None:
    module = audit()
    assert (
        module.judge({"dependencies": [WEAK]}, module.known("# ids\nCVE-1 only its XML reader, which is not used\n"))[0]
        == 0
    )
    assert module.judge({"dependencies": [WEAK]}, module.known("CVE-1\n"))[0] == 1


def test_nothing_looked_at_is_no_result() -> None:
    status, said = audit().judge({"dependencies": [AWAY, AWAY]}, {})
    assert status == 0 and "could not be had" in said[0]
