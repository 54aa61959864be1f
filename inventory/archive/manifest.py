"""What an archive holds: files with their SHA-256, settings, and the short code.

The code is made from what determines a filing (inputs, factors, template, settings, results line by line), not from
workbook and report: these print it, and nothing can depend on its own hash. It is the first 12 hexadecimal digits of
the SHA-256 of the manifest's `basis` part, as canonical JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FORMAT = "inventory-archive 1"
NAME = "manifest.json"
INPUTS, FACTORS, TEMPLATE, PREVIOUS = "inputs/", "factors/", "template/", "previous/"
RESULTS, WORKBOOK, REPORT, README = "results.csv", "workbook.xlsx", "report.docx", "README.txt"
CODE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class FilingSettings:
    """How the filing was computed and written. `gwp` None is the edition's own set; `draws` None means no Monte Carlo.

    `inputs`, `edition`, `template` and `previous` (the older version of the recalculation sheet) are places inside the
    archive.
    """

    gwp: str | None = None
    lang: str = "zh"
    allow_fallback: bool = True
    strict: bool = False
    charts: bool = True
    report: bool = True
    inputs: tuple[str, ...] = ()
    edition: str = ""
    template: str = ""
    previous: str = ""
    draws: int | None = None
    seed: int | None = None


@dataclass(frozen=True)
class Manifest:
    """`files` is path -> (sha256, size), sorted; `versions` names the versions that wrote it and is no part of the
    code."""

    settings: FilingSettings
    files: Mapping[str, tuple[str, int]]
    versions: Mapping[str, str]

    @property
    def basis(self) -> dict[str, Any]:
        """The part the code is made of."""
        chosen = {
            p: entry[0]
            for p, entry in self.files.items()
            if p.startswith((INPUTS, FACTORS, TEMPLATE, PREVIOUS)) or p == RESULTS
        }
        return {"format": FORMAT, "settings": _plain(self.settings), "files": chosen}

    @property
    def code(self) -> str:
        return digest(canonical(self.basis))[:CODE_LENGTH]

    def text(self) -> str:
        """The manifest as it stands in the archive."""
        files = [{"path": p, "sha256": entry[0], "size": entry[1]} for p, entry in sorted(self.files.items())]
        whole = {
            "format": FORMAT,
            "code": self.code,
            "settings": _plain(self.settings),
            "made_with": dict(sorted(self.versions.items())),
            "files": files,
        }
        return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _plain(settings: FilingSettings) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(settings).items()}


def canonical(value: Any) -> bytes:
    """One text for one value: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def parse(text: str) -> tuple[Manifest, str]:
    """A manifest and the code it states. Raises ValueError for anything that is not one."""
    try:
        whole = json.loads(text)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise ValueError(f"format {whole.get('format') if isinstance(whole, dict) else whole!r}")
    try:
        stated: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in whole["settings"].items()}
        settings = FilingSettings(**stated)
        files = {str(f["path"]): (str(f["sha256"]), int(f["size"])) for f in whole["files"]}
        if len(files) < len(whole["files"]):
            raise ValueError("a path stands twice")
        return Manifest(settings, files, {str(k): str(v) for k, v in whole["made_with"].items()}), str(whole["code"])
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"{type(error).__name__} {error}") from error
