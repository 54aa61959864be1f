"""What holds for the whole of enterprise reporting: messages in both languages, no dependence on the hash seed."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from inventory.core.problems import catalogue

ROOT = Path(__file__).parents[1]
MINE = [
    p.read_text("utf-8")
    for p in (
        *sorted((ROOT / "inventory" / "enterprise").rglob("*.py")),
        ROOT / "inventory" / "app" / "enterprise.py",
        ROOT / "inventory" / "console" / "views" / "enterprise.py",
    )
]


def texts_of(name: str) -> set[str]:
    """Codes of one message file."""
    body = tomllib.loads((ROOT / "inventory" / "messages" / f"{name}.toml").read_text("utf-8"))
    return {f"{group}.{code}" for group, codes in body.items() for code in codes}


def test_every_code_used_has_a_text_and_every_text_a_use() -> None:
    known = {c for c in catalogue() if c.split(".")[0] in ("enterprise", "verify", "screen", "check")}
    used = {c for text in MINE for c in re.findall(r'"((?:enterprise|verify|screen|check)\.[a-z_0-9]+)"', text)}
    used |= {
        f"enterprise.code_{c}"
        for text in MINE
        for c in re.findall(r'return "(length|letters)"|"" if .* else "(digit)"', text)
        for c in c
        if c
    }
    used |= {f"enterprise.steam_{c}" for text in MINE for c in re.findall(r'SteamError\("([a-z_]+)"\)', text)}
    console = tomllib.loads((ROOT / "inventory" / "console" / "texts.toml").read_text("utf-8"))
    phrases = {f"enterprise.{c}" for c in console.get("enterprise", {})}  # lines of the command, not problems
    causes = {c.removeprefix("difference.") for c in catalogue() if c.startswith("difference.")}
    told = {
        c for text in MINE for c in re.findall(r'cause_text\("([a-z_]+)"|, "([a-z_]+)"\),?\n', text) for c in c if c
    }
    slips = {c for text in MINE for c in re.findall(r'_off_by\("([a-z_]+)"', text)}
    told |= {f"{slip}_{size}" for slip in slips for size in ("large", "small")}
    assert causes <= told
    assert used - known - phrases - {"enterprise.toml"} == set()
    assert {c for c in known - used if not c.startswith("check.") or c in texts_of("enterprise")} == set()


def test_every_text_says_what_and_what_to_do_in_both_languages() -> None:
    for code, body in catalogue().items():
        if code.split(".")[0] in ("enterprise", "verify", "screen"):
            blanks = {lang: set(re.findall(r"\{(\w+)\}", " ".join(body[lang].values()))) for lang in ("zh", "en")}
            assert body["zh"]["what"] and body["en"]["what"] and body["zh"]["fix"] and body["en"]["fix"], code
            assert blanks["zh"] == blanks["en"], code


SCRIPT = """
import sys
from inventory.enterprise.compute import compute_file
from inventory.enterprise.report import write_report
from inventory.enterprise.docx_report import write_docx
from inventory.enterprise.template import write_template
from inventory.enterprise.industries import default_edition, find
from inventory.enterprise.verify import verify_file
result = compute_file(sys.argv[1])
write_report(result, sys.argv[2] + ".xlsx")
write_docx(result, sys.argv[2] + ".docx")
write_template(sys.argv[2] + "_t.xlsx", find("13", default_edition()), result.enterprise)
print(repr(result.total(True)), [f.problem.text() for f in verify_file(sys.argv[2] + ".xlsx").findings])
"""


@pytest.mark.slow
def test_hash_seed_makes_no_difference(tmp_path: Path) -> None:
    outcomes = set()
    for seed in ("0", "1"):
        folder = tmp_path / seed
        folder.mkdir()
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                SCRIPT,
                str(ROOT / "tests" / "data" / "enterprise" / "oil_gas_field.toml"),
                str(folder / "r"),
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=240,
        )
        outcomes.add(
            (
                done.stdout,
                *(hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in ("r.xlsx", "r.docx", "r_t.xlsx")),
            )
        )
    assert len(outcomes) == 1


def test_the_general_commands_take_the_edition_as_well(tmp_path: Path) -> None:
    """A long CSV of an enterprise through `inventory compile`: the same engine, the filed workbook included."""
    (tmp_path / "e.csv").write_text(
        "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind\n"
        "示例钢厂,2015,03-01,fuel=烟煤,fuel_consumption,1000,t,台账,,,示例\n"
        "示例钢厂,2015,03-02 净购入使用的电力,grid=华东,购入电量,500,MWh,账单,,,示例\n"
        "示例钢厂,2015,,material=石灰石,flux,100,t,台账,,,示例\n",
        "utf-8",
    )
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "inventory",
            "compile",
            str(tmp_path / "e.csv"),
            "--edition",
            "enterprise2013",
            "-o",
            str(tmp_path / "e.xlsx"),
            "--results",
            str(tmp_path / "r.csv"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    rows = (tmp_path / "r.csv").read_text("utf-8-sig").splitlines()[1:]
    assert [float(r.split(",")[5]) for r in rows] == pytest.approx(
        [1000 * 19.570 * 0.02618 * 0.93 * 44 / 12, 500 * 0.7035, 44.0]
    )
    assert (tmp_path / "e.xlsx").stat().st_size > 5000
