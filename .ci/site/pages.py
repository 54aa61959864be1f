"""Pages of the site that are made, not written: the home page from README.md, the data dictionaries from the editions,
the list of acts from `inventory.app`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

import inventory
from inventory.edition.dictionary import TABLES

ROOT = Path(__file__).resolve().parents[2]
EDITIONS = ("prov2011", "enterprise2013")
TITLES = {
    "zh": {
        "quantities": "填报的数量",
        "parameters": "参数",
        "factors": "因子",
        "categories": "类别",
        "equations": "公式",
        "words": "键的名录",
    },
    "en": {
        "quantities": "Quantities entered",
        "parameters": "Parameters",
        "factors": "Factors",
        "categories": "Categories",
        "equations": "Equations",
        "words": "Words of the keys",
    },
}


def on_files(files: Files, config: Any) -> Files:
    lang = config["extra"]["lang"]
    made = {f"dictionary/{edition}.md": dictionary_page(edition, lang) for edition in EDITIONS}
    made["api/acts.md"] = acts_page(lang)
    made["index.md"] = home_page(lang)
    for name, text in made.items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Without the line that leads to the page of the other language, which is on the other site."""
    return re.sub(r"^English: \[.*\n", "", markdown, flags=re.MULTILINE)


def home_page(lang: str) -> str:
    """The first page of the site: README.md, in English `docs/en/index.md`, with links that hold on the site."""
    if lang == "en":
        text = (ROOT / "docs" / "en" / "index.md").read_text("utf-8")
        return re.sub(r"\]\((\w+\.md)\)", r"](en/\1)", text)
    text = (ROOT / "README.md").read_text("utf-8")
    return re.sub(r"\]\(docs/", "](", text)


def dictionary_page(edition: str, lang: str) -> str:
    chosen = inventory.load_edition(edition)
    parts = [f"# {chosen.label[lang]}\n"]
    for name, rows_of in TABLES.items():
        parts.append(f"## {TITLES[lang][name]}\n\n{markdown_table(rows_of(chosen, lang))}\n")
    return "\n".join(parts)


def markdown_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Columns that are empty in every row are left out."""
    columns = [c for c in (rows[0] if rows else ()) if any(r[c] not in (None, "") for r in rows)]
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(_cell(r[c]) for c in columns) + " |" for r in rows]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return re.sub(r"([|*_<>\[\]])", r"\\\1", text.replace("\n", " "))


def acts_page(lang: str) -> str:
    head = {
        "zh": "# 各项操作\n\n命令、页面和服务所做的每件事是 `inventory.app` 的一个函数：请求和结果是冻结的数据类。\n",
        "en": "# Acts\n\nWhat commands, page and service do is one function of `inventory.app` each: frozen request, frozen "
        "result.\n",
    }[lang]
    modules = sorted(p.stem for p in (ROOT / "inventory" / "app").glob("*.py") if not p.stem.startswith("_"))
    return head + "".join(f"\n::: inventory.app.{m}\n    options: {{heading_level: 2}}\n" for m in modules)
