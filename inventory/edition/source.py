"""What an edition's files say, before anything is built from it: tables as rows of text, declarations as TOML bodies,
each with its file and line.

An edition that extends another is laid over it here, once, for every part alike.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .. import resources
from ..core.problems import Collector, DeclarationError, InventoryError, Origin, problem
from .manifest import NAME, EditionManifest
from .overlay import known_removals, laid_over
from .parts import TABLES
from .written import GROUPS, Body, EditionFiles, RawRow, toml_line

ROWS = "rows"  # of a methods file: rows of tables
EXPECTED_ZH = {  # pydantic's kinds of error
    "missing": "必填",
    "string_too_short": "不能为空",
    "float_parsing": "数值",
    "int_parsing": "整数",
    "bool_parsing": "yes 或 no",
    "literal_error": "{options}之一",
    "extra_forbidden": "没有这个词",
    "string_type": "文本",
    "dict_type": "表 { … }",
    "mapping_type": "表 { … }",
    "tuple_type": "列表 [ … ]",
    "float_type": "数值",
}


def locate(name: str | Path, within: Path | None = None) -> Path:
    """The folder of an edition, by id or path; `within` is looked in first, and a folder of that name there is the one
    that is meant: without its manifest it is an error, never the package's own. Raises `InventoryError` naming the
    editions there are."""
    if within is not None and (within / name).is_dir() and not (within / name / NAME).is_file():
        raise DeclarationError([problem("edition.missing_file", Origin((within / name).name), file=NAME)])
    places = [*([within / name] if within else []), Path(name), resources.folder("factors") / str(name)]
    for place in places:
        if (place / NAME).is_file():
            return place.resolve()
    raise InventoryError([problem("edition.unknown", edition=name, known=", ".join(available()))])


def available(kind: str = "") -> list[str]:
    """Ids of the editions that come with the package, of one kind or of all."""
    heads = {p.parent.name: tomllib.loads(p.read_text("utf-8")) for p in resources.folder("factors").glob(f"*/{NAME}")}
    return sorted(name for name, head in heads.items() if kind in ("", head.get("kind", "province")))


def read(folder: Path, within: tuple[Path, ...] = ()) -> EditionFiles:
    """Everything the edition in `folder` says, laid over what it extends. Raises `DeclarationError` with every fault
    found."""
    if folder in within:
        raise DeclarationError(
            [problem("edition.circle", Origin(str(folder / NAME)), chain=" → ".join(p.name for p in (*within, folder)))]
        )
    faults = Collector()
    manifest = manifest_of(folder)
    base = read(locate(manifest.extends, folder.parent), (*within, folder)) if manifest.extends else None
    own = _own(folder, manifest, faults)
    raise_faults(faults)
    if base is None:
        known_removals(manifest, own, faults)
        raise_faults(faults)
        return own
    merged = laid_over(base, own, faults)
    raise_faults(faults)
    return merged


def raise_faults(faults: Collector) -> None:
    if faults.errors:
        raise DeclarationError(faults.reported)


def manifest_of(folder: Path) -> EditionManifest:
    """The manifest of the edition in a folder, without what it extends. Raises `DeclarationError` with its faults."""
    path, name = folder / NAME, f"{folder.name}/{NAME}"
    text = _text(path, name)
    content = parsed_toml(text, name)
    try:
        return EditionManifest.model_validate(content)
    except ValidationError as error:
        raise DeclarationError(
            value_problem(e, Origin(f"{name}:{toml_line(text, tuple(e['loc']))}")) for e in error.errors()
        ) from None


def value_problem(error: Any, origin: Origin) -> Any:
    """A pydantic error as a problem of the edition: which field, what stands there, what is expected."""
    where = ".".join(str(part) for part in error["loc"]) or "-"
    shown = "" if error["type"] == "missing" else str(error["input"])
    options = error.get("ctx", {}).get("expected", "")
    zh = EXPECTED_ZH.get(error["type"], error["msg"]).format(options=str(options).replace(" or ", "、"))
    return problem(
        "edition.value",
        origin,
        field=where,
        found=shown[:120] or {"zh": "空", "en": "nothing"},
        expected={"zh": zh, "en": error["msg"]},
    )


def parsed_toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise DeclarationError(
            [problem("edition.toml", Origin(f"{name}:{line[1]}" if line else name), reason=error)]
        ) from None


def _text(path: Path, name: str) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DeclarationError([problem("edition.unreadable", Origin(name), reason=error)]) from None


def member(folder: Path, name: str) -> Path | None:
    """A file that the manifest names. One that editions share (`../gwp.csv`) is the package's own unless a copy lies
    beside the edition."""
    places = [folder / name]
    if name.startswith("../"):
        places.append(resources.folder("factors") / name[3:])
    return next((place for place in places if place.is_file()), None)


def _own(folder: Path, manifest: EditionManifest, faults: Collector) -> EditionFiles:
    files: dict[str, Path] = {}
    for name in manifest.files():
        path = member(folder, name)
        if path is None:
            faults.add("edition.missing_file", Origin(f"{folder.name}/{NAME}"), file=name)
        else:
            files[name] = path
    for name in undeclared(folder, manifest):
        faults.add("edition.undeclared_file", Origin(f"{folder.name}/{name}"), file=name)
    tables: dict[str, list[RawRow]] = {}
    for part, name in manifest.table_files():
        if part not in TABLES:
            faults.add("edition.unknown_table", Origin(f"{folder.name}/{NAME}"), table=part, known="、".join(TABLES))
        elif name in files:
            tables.setdefault(part, []).extend(
                _table(files[name], f"{folder.name}/{name}" if not name.startswith("../") else name[3:], part, faults)
            )
    declared: dict[str, dict[str, Body]] = {group: {} for group in GROUPS}
    for name in manifest.methods:
        if name in files:
            content, text = _methods(_text(files[name], name), f"{folder.name}/{name}", declared, faults)
            for part, rows in _rows(content, text, f"{folder.name}/{name}", faults):
                tables.setdefault(part, []).extend(rows)
    quality = _text(files[manifest.quality], manifest.quality) if manifest.quality in files else ""
    content = parsed_toml(quality, f"{folder.name}/{manifest.quality}")
    rules = {
        str(body.get("id", "?")): Body(
            body, f"{folder.name}/{manifest.quality}", ("rule", str(body.get("id"))), quality
        )
        for body in content.get("rule", [])
    }
    if len(rules) < len(content.get("rule", [])):
        faults.add("edition.fault", Origin(f"{folder.name}/{manifest.quality}"), reason="a rule id is used twice")
    shown = {f"{folder.name}/{n}" if not n.startswith("../") else n[3:]: p for n, p in files.items()}
    return EditionFiles(
        manifest,
        (folder,),
        {f"{folder.name}/{NAME}": folder / NAME, **shown},
        {k: tuple(v) for k, v in tables.items()},
        declared,
        rules,
        {k: v for k, v in content.items() if k != "rule"},
    )


def undeclared(folder: Path, manifest: EditionManifest) -> list[str]:
    """CSV and TOML files below the folder that the manifest does not name; hidden and lock files aside."""
    named = {NAME, *manifest.files()}
    below = (
        p.relative_to(folder)
        for p in sorted(folder.rglob("*"))
        if p.suffix.lower() in (".csv", ".toml") and p.is_file()
    )
    return [
        p.as_posix()
        for p in below
        if p.as_posix() not in named and not any(part.startswith((".", "~$")) for part in p.parts)
    ]


def _table(path: Path, name: str, part: str, faults: Collector) -> Iterator[RawRow]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            head = [cell.strip() for cell in next(reader, [])]
            line, same = reader.line_num + 1, dict[str, str]()  # the same text in many cells is kept once
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    if len(cells) != len(head):
                        faults.add("edition.row_width", Origin(f"{name}:{line}"), n=len(cells), expected=len(head))
                    texts = (same.setdefault(c, c) for c in map(str.strip, cells))
                    yield RawRow(dict(zip(head, texts, strict=False)), name, line)
                line = reader.line_num + 1
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        faults.add("edition.unreadable", Origin(name), reason=error)


def _methods(
    text: str, name: str, declared: dict[str, dict[str, Body]], faults: Collector
) -> tuple[Mapping[str, Any], str]:
    content = parsed_toml(text, name)
    known = (*GROUPS, ROWS)
    for extra in sorted(set(content) - set(known)):
        faults.add(
            "edition.unknown_word", Origin(f"{name}:{toml_line(text, (extra,))}"), word=extra, known=", ".join(known)
        )
    for group in GROUPS:
        bodies = content.get(group, {})
        pairs = bodies.items() if isinstance(bodies, Mapping) else ((str(b.get("id", "")), b) for b in bodies)
        for key, body in pairs:
            result = Body(body, name, (group, key), text)
            if key in declared[group]:
                faults.add("edition.twice", result.origin, key=f"{group} {key}", other=declared[group][key].origin)
            declared[group][key] = result
    return content, text


def _rows(content: Mapping[str, Any], text: str, name: str, faults: Collector) -> Iterator[tuple[str, list[RawRow]]]:
    """Rows of tables that a declaration brings with it: a new source with its category, factors and report lines is one
    file. `[[rows.categories]]` and a key a column; a list stands for cells joined by `;`."""
    lines = text.splitlines()
    for part, bodies in content.get(ROWS, {}).items():
        if part not in TABLES:
            place = Origin(f"{name}:{toml_line(text, (ROWS, part))}")
            faults.add("edition.unknown_table", place, table=part, known="、".join(TABLES))
            continue
        heading = re.compile(rf"^\[\[{ROWS}\.{re.escape(part)}\]\]")
        places = [n for n, line in enumerate(lines, 1) if heading.match(line)] or [1] * len(bodies)
        yield (
            part,
            [RawRow({k: _cell(v) for k, v in b.items()}, name, n, True) for b, n in zip(bodies, places, strict=False)],
        )


def _cell(value: Any) -> str:
    return ";".join(map(str, value)) if isinstance(value, list) else str(value).strip()
