"""What an edition's files say, before anything is built from it: tables as rows of text, declarations as TOML bodies,
each with its file and line.

An edition that extends another is laid over it here, once, for every part alike.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .. import resources
from ..core.problems import Collector, DeclarationError, InventoryError, Origin, problem
from .manifest import NAME, EditionManifest
from .parts import TABLES

GROUPS = ("quantity", "parameter", "choice", "constraint", "method")  # of the methods files
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
AFTER = "after"  # column of an overlay table: the key of the row that a new one stands behind


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a table as written: cells by column, trimmed."""

    cells: Mapping[str, str]
    file: str
    line: int

    @property
    def origin(self) -> Origin:
        return Origin(f"{self.file}:{self.line}")


@dataclass(frozen=True, slots=True)
class Body:
    """One declaration (or rule) as written."""

    content: Mapping[str, Any]
    file: str
    place: tuple[str, ...] = ()
    text: str = field(default="", repr=False)

    @property
    def origin(self) -> Origin:
        return Origin(f"{self.file}:{toml_line(self.text, self.place)}" if self.text else self.file)


@dataclass(frozen=True)
class EditionFiles:
    """All parts of an edition. `folders`: its own, then those it extends; `files` are the paths read, by the name
    messages call them."""

    manifest: EditionManifest
    folders: tuple[Path, ...]
    files: Mapping[str, Path] = field(default_factory=dict)
    tables: Mapping[str, tuple[RawRow, ...]] = field(default_factory=dict)
    declared: Mapping[str, Mapping[str, Body]] = field(default_factory=dict)
    rules: Mapping[str, Body] = field(default_factory=dict)
    quality: Mapping[str, Any] = field(default_factory=dict)


def locate(name: str | Path, beside: Path | None = None) -> Path:
    """The folder of an edition, by id or path; `beside` is looked in first. Raises `InventoryError` naming the editions
    there are."""
    places = [*([beside / name] if beside else []), Path(name), resources.folder("factors") / str(name)]
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
    found = Collector()
    manifest = _manifest(folder)
    base = read(locate(manifest.extends, folder.parent), (*within, folder)) if manifest.extends else None
    own = _own(folder, manifest, found)
    raise_faults(found)
    if base is None:
        _known_removals(manifest, own, found)
        raise_faults(found)
        return own
    merged = _laid_over(base, own, found)
    raise_faults(found)
    return merged


def raise_faults(found: Collector) -> None:
    if found.errors:
        raise DeclarationError(found.found)


def _manifest(folder: Path) -> EditionManifest:
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


def _own(folder: Path, manifest: EditionManifest, found: Collector) -> EditionFiles:
    files: dict[str, Path] = {}
    for name in manifest.files():
        path = member(folder, name)
        if path is None:
            found.add("edition.missing_file", Origin(f"{folder.name}/{NAME}"), file=name)
        else:
            files[name] = path
    for name in undeclared(folder, manifest):
        found.add("edition.undeclared_file", Origin(f"{folder.name}/{name}"), file=name)
    tables: dict[str, list[RawRow]] = {}
    for part, name in manifest.table_files():
        if part not in TABLES:
            found.add("edition.unknown_table", Origin(f"{folder.name}/{NAME}"), table=part, known="、".join(TABLES))
        elif name in files:
            tables.setdefault(part, []).extend(
                _table(files[name], f"{folder.name}/{name}" if not name.startswith("../") else name[3:], part, found)
            )
    declared: dict[str, dict[str, Body]] = {group: {} for group in GROUPS}
    for name in manifest.methods:
        if name in files:
            _methods(_text(files[name], name), f"{folder.name}/{name}", declared, found)
    quality = _text(files[manifest.quality], manifest.quality) if manifest.quality in files else ""
    content = parsed_toml(quality, f"{folder.name}/{manifest.quality}")
    rules = {
        str(body.get("id", "?")): Body(
            body, f"{folder.name}/{manifest.quality}", ("rule", str(body.get("id"))), quality
        )
        for body in content.get("rule", [])
    }
    if len(rules) < len(content.get("rule", [])):
        found.add("edition.fault", Origin(f"{folder.name}/{manifest.quality}"), reason="a rule id is used twice")
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


def _table(path: Path, name: str, part: str, found: Collector) -> Iterator[RawRow]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            head = [cell.strip() for cell in next(reader, [])]
            line = reader.line_num + 1
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    if len(cells) != len(head):
                        found.add("edition.row_width", Origin(f"{name}:{line}"), n=len(cells), expected=len(head))
                    yield RawRow({k: c.strip() for k, c in zip(head, cells, strict=False)}, name, line)
                line = reader.line_num + 1
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        found.add("edition.unreadable", Origin(name), reason=error)


def _methods(text: str, name: str, declared: dict[str, dict[str, Body]], found: Collector) -> None:
    content = parsed_toml(text, name)
    for extra in sorted(set(content) - set(GROUPS)):
        found.add(
            "edition.unknown_word", Origin(f"{name}:{toml_line(text, (extra,))}"), word=extra, known=", ".join(GROUPS)
        )
    for group in GROUPS:
        bodies = content.get(group, {})
        pairs = bodies.items() if isinstance(bodies, Mapping) else ((str(b.get("id", "")), b) for b in bodies)
        for key, body in pairs:
            result = Body(body, name, (group, key), text)
            if key in declared[group]:
                found.add("edition.twice", result.origin, key=f"{group} {key}", other=declared[group][key].origin)
            declared[group][key] = result


def toml_line(text: str, place: tuple[str | int, ...]) -> int:
    """The line of a TOML text where `place` (table, id or key, …) stands, as near as its headings show; 1 when it is
    not found."""
    lines = text.splitlines()
    at, named = 0, [str(part) for part in place if not isinstance(part, int)]
    if len(named) >= 2:
        heading = re.compile(rf'^\[+{re.escape(named[0])}\.(?:"{re.escape(named[1])}"|{re.escape(named[1])})[\].]')
        of_id = re.compile(rf'^id\s*=\s*["\']{re.escape(named[1])}["\']')
        at = next((n for n, line in enumerate(lines) if heading.match(line) or of_id.match(line)), 0)
    for part in named[-1:] if at == 0 else named[2:]:
        key = re.compile(rf'^\s*\[*(?:[\w".-]+\.)?"?{re.escape(part)}"?\s*[=.\]]')
        at = next((n for n, line in enumerate(lines) if n >= at and key.match(line)), at)
    return at + 1


# ---- overlay ----


def row_key(row: RawRow, part: str) -> tuple[str, ...]:
    return tuple(row.cells.get(column, "") for column in TABLES[part].key)


def _known_removals(manifest: EditionManifest, own: EditionFiles, found: Collector) -> None:
    for part in (*manifest.removed, *manifest.replaces):
        found.add("edition.nothing_extended", Origin(own.folders[0].name + "/" + NAME), part=part)


def _laid_over(base: EditionFiles, own: EditionFiles, found: Collector) -> EditionFiles:
    manifest, name = own.manifest, f"{own.folders[0].name}/{NAME}"
    for part in (*manifest.removed, *manifest.replaces):
        if part not in (*TABLES, *GROUPS, "rule"):
            found.add("edition.unknown_table", Origin(name), table=part, known="、".join((*TABLES, *GROUPS, "rule")))
    tables = {}
    for part in (*base.tables, *(p for p in own.tables if p not in base.tables)):
        below = () if part in manifest.replaces else base.tables.get(part, ())
        tables[part] = _table_over(
            part, below, own.tables.get(part, ()), _removed(manifest, part), (Origin(name), found)
        )
    declared = {
        group: _bodies_over(
            base.declared[group] if group not in manifest.replaces else {},
            own.declared[group],
            _removed(manifest, group),
            (group, Origin(name), found),
        )
        for group in GROUPS
    }
    rules = _bodies_over(
        base.rules if "rule" not in manifest.replaces else {},
        own.rules,
        _removed(manifest, "rule"),
        ("rule", Origin(name), found),
    )
    roles = {**base.manifest.roles.model_dump(exclude_unset=True), **manifest.roles.model_dump(exclude_unset=True)}
    whole = {
        **base.manifest.model_dump(exclude_unset=True),
        **manifest.model_dump(exclude_unset=True),
        "roles": roles,
        "tables": {**base.manifest.tables, **manifest.tables},
        "unlisted": {**base.manifest.unlisted, **manifest.unlisted},
    }
    whole.pop("default", None)
    return replace(
        own,
        manifest=EditionManifest.model_validate({**whole, "default": manifest.default}),
        folders=(*own.folders, *base.folders),
        files={**base.files, **own.files},
        tables=tables,
        declared=declared,
        rules=rules,
        quality={**base.quality, **own.quality},
    )


def _removed(manifest: EditionManifest, part: str) -> tuple[str, ...]:
    return manifest.removed.get(part, ())


def _table_over(
    part: str,
    base: Iterable[RawRow],
    own: Iterable[RawRow],
    removed: tuple[str, ...],
    reported: tuple[Origin, Collector],
) -> tuple[RawRow, ...]:
    """Rows of `own` replace those of the same key where these stand; new ones stand behind the row their `after` names,
    or at the end."""
    kept = {row_key(row, part): row for row in base}
    for text in removed:
        key = tuple(text.split("|")) if len(TABLES[part].key) > 1 else (text,)
        if kept.pop(key, None) is None:
            reported[1].add("edition.removed_unknown", reported[0], part=part, key=text)
    seen: dict[tuple[str, ...], RawRow] = {}
    for row in own:
        key = row_key(row, part)
        if key in seen:
            reported[1].add("edition.twice", row.origin, key="|".join(key), other=seen[key].origin)
        seen[key] = row
        after = row.cells.get(AFTER, "")
        cells = {k: v for k, v in row.cells.items() if k != AFTER}
        if key in kept and not TABLES[part].whole:
            cells = {**kept[key].cells, **cells}
        placed = replace(row, cells=cells)
        if key in kept or not after:
            kept[key] = placed
            continue
        behind = tuple(after.split("|")) if len(TABLES[part].key) > 1 else (after,)
        if behind not in kept:
            reported[1].add("edition.after_unknown", row.origin, key=after)
        kept = {
            k: v
            for old, was in kept.items()
            for k, v in ([(old, was), (key, placed)] if old == behind else [(old, was)])
        }
    return tuple(kept.values())


def _bodies_over(
    base: Mapping[str, Body], own: Mapping[str, Body], removed: tuple[str, ...], reported: tuple[str, Origin, Collector]
) -> dict[str, Body]:
    kept = dict(base)
    for key in removed:
        if kept.pop(key, None) is None:
            reported[2].add("edition.removed_unknown", reported[1], part=reported[0], key=key)
    for key, body in own.items():
        kept[key] = replace(body, content=merged(kept[key].content, body.content)) if key in kept else body
    return kept


def merged(base: Any, own: Any) -> Any:
    """TOML laid over TOML: tables key by key, lists of tables by their `id` or `name`, everything else replaced."""
    if isinstance(base, Mapping) and isinstance(own, Mapping):
        return {**base, **{k: merged(base[k], v) if k in base else v for k, v in own.items()}}
    if _named(base) and _named(own):
        kept = {_name(b): b for b in base}
        for body in own:
            kept[_name(body)] = merged(kept[_name(body)], body) if _name(body) in kept else body
        return list(kept.values())
    return own


def _named(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(b, Mapping) and ("id" in b or "name" in b) for b in value)
    )


def _name(body: Mapping[str, Any]) -> str:
    return str(body.get("id", body.get("name")))
