"""Makes `drafts.json` from the example workbooks of the repository: `python -m inventory.service.demo.make_drafts`."""

from __future__ import annotations

import json
from pathlib import Path

from inventory import resources

from ..store.verdicts import draft_of

KINDS = (("发电厂", "01"), ("钢铁厂", "03"), ("化工厂", "04"), ("水泥厂", "08"), ("油气田", "13"), ("食品厂", "20"))
TARGET = Path(__file__).resolve().parent / "drafts.json"


def main() -> None:
    folder = resources.folder("examples") / "enterprise"
    kinds = sorted(kind for kind, _ in KINDS)
    made = {kind: draft_of((folder / f"{kind}.xlsx").read_bytes(), f"{kind}.xlsx") for kind in kinds}
    TARGET.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
