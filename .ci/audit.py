"""Known weaknesses of the installed libraries, by pip-audit: fails where one is known, says so where none could be looked
up. pip-audit itself ends with 0 and "no known vulnerabilities" when its list could not be reached; that is no result.

`python .ci/audit.py`: exit 1 for weaknesses that are not in `.ci/audit_known.txt` (one id a line, then why), else 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def known(text: str) -> dict[str, str]:
    """Accepted ids with their reasons; a line without a reason accepts nothing."""
    lines = (line.partition(" ") for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {name: why.strip() for name, _, why in lines if why.strip()}


def judge(report: dict[str, list[dict]], accepted: dict[str, str]) -> tuple[int, list[str]]:
    """Exit status and what to say of pip-audit's JSON."""
    looked = [d for d in report["dependencies"] if "skip_reason" not in d]
    skipped = len(report["dependencies"]) - len(looked)
    found = [(d["name"], d["version"], v) for d in looked for v in d["vulns"]]
    bad = [x for x in found if not {x[2]["id"], *x[2].get("aliases", ())} & set(accepted)]
    if not looked:
        return 0, [f"the list of known weaknesses could not be had: none of {skipped} libraries was looked at"]
    said = [f"{len(looked)} libraries looked at, {skipped} not in the list, {len(found)} weaknesses known"]
    said += [f"{n} {v}: {w['id']}, mended in {', '.join(w['fix_versions']) or 'no version'}" for n, v, w in bad]
    return int(bool(bad)), said


def main() -> int:
    words = [sys.executable, "-m", "pip_audit", "--skip-editable", "--progress-spinner", "off", "-f", "json"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=180)
        report = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        print(f"pip-audit gave no answer: {type(error).__name__}")
        return 0
    file = HERE / "audit_known.txt"
    status, said = judge(report, known(file.read_text("utf-8") if file.exists() else ""))
    print("\n".join(said))
    return status


if __name__ == "__main__":
    sys.exit(main())
