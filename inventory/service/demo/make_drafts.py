"""Makes `drafts.json` from the example workbooks of the repository: `python -m inventory.service.demo.make_drafts`."""

from __future__ import annotations

import json
from pathlib import Path

from inventory import resources

from ..store.verdicts import draft_of

TARGET = Path(__file__).resolve().parent / "drafts.json"


def main() -> None:
    folder = resources.folder("examples") / "enterprise"
    made = {p.stem: draft_of(p.read_bytes(), p.name) for p in sorted(folder.glob("*.xlsx"))}
    TARGET.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
