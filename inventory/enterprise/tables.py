"""Every sheet an enterprise fills in, as `forms.toml` describes it, and the words that may stand in its cells.

The template, the reader, the draft, the copy in the filed report and the JSON schema are made from this.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from ..core.edition import Edition
from ..edition.parts import KeyName, rows
from ..forms.form import SCHEMA, Form, Text, field_of
from ..sheets.english import english_unit
from ..spreadsheets.numbers import plain
from ..texts import SEMICOLON
from . import model
from .industries import Industry, quantities_of


def _forms() -> dict[str, Any]:
    return tomllib.loads((resources.files("inventory.enterprise") / "forms.toml").read_text("utf-8"))


def offered(shown: Form, industry: Industry) -> bool:
    """Has the industry a use for this sheet (a ledger of fuels, heat, generating units)?"""
    tests = {
        "fuel": industry.fuel_source is not None,
        "power": industry.source("electricity") is not None,
        "heat": industry.source("heat") is not None,
    }
    return not shown.only or any(tests.get(word, word == industry.code) for word in shown.only)


def _form(body: Mapping[str, Any]) -> Form:
    only = body.get("only", ())
    return Form(
        body["id"],
        body["sheet"]["zh"],
        body["sheet"]["en"],
        model.ROWS[body["id"]],
        tuple(field_of(f) for f in body["fields"]),
        body["note"]["zh"],
        body["note"]["en"],
        body.get("rows", 60),
        (only,) if isinstance(only, str) else tuple(only),
    )


_FORMS = _forms()
PROFILE_SHEET, PROFILE_SHEET_EN = _FORMS["profile"]["sheet"]["zh"], _FORMS["profile"]["sheet"]["en"]
PROFILE = tuple(field_of(f) for f in _FORMS["profile"]["fields"])
PROFILE_FORM = Form(
    "profile", PROFILE_SHEET, PROFILE_SHEET_EN, model.Profile, PROFILE, PROFILE_SHEET, PROFILE_SHEET_EN, rows=0
)
TABLES = tuple(_form(t) for t in _FORMS["table"])
BY_NAME = {t.name: t for t in TABLES}
FIXED_WORDS: Mapping[str, tuple[str, ...]] = {k: tuple(v) for k, v in _FORMS["lists"].items()}
ENGLISH: Mapping[str, str] = _FORMS["words"]["en"]


@functools.lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """A label as it is compared: full and half width, blanks and case make no difference."""
    return plain(text).replace(" ", "").replace("\n", "").rstrip("*").lower()


BY_SHEET = {fold(name): t for t in TABLES for name in (t.sheet, t.sheet_en)}
FIXED = {
    (key, fold(word)): zh for key, words in FIXED_WORDS.items() for zh in words for word in (zh, ENGLISH.get(zh, zh))
}


# ---- items of data: 碳酸盐=CaCO3 ----


def key_labels(edition: Edition, lang: str = "zh") -> Text:
    """What a person calls the keys of data: fuel -> 燃料."""
    return edition.derived(_key_names)[lang]


def _key_names(edition: Edition) -> dict[str, dict[str, str]]:
    return {
        "zh": {r.key: r.label_zh for r in rows(edition, KeyName)},
        "en": {r.key: r.label_en for r in rows(edition, KeyName)},
    }


def _key_ids(edition: Edition) -> dict[str, str]:
    return {fold(label): key for lang in ("en", "zh") for key, label in key_labels(edition, lang).items()}


def item_text(
    item: Mapping[str, str] | Sequence[tuple[str, str]],
    edition: Edition,
    lang: str = "zh",
    without: tuple[str, ...] = ("category",),
) -> str:
    """Keys as a person reads them: `燃料=烟煤；电网=华东`, the category left out."""
    pairs = item.items() if isinstance(item, Mapping) else item
    labels = key_labels(edition, lang)
    said = (f"{labels.get(k, k)}={word_text(k, v, edition, lang)}" for k, v in pairs if k not in without and v)
    return SEMICOLON[lang].join(said)


def item_texts(item: Sequence[tuple[str, str]], edition: Edition) -> Text:
    """An item in both languages, as a fact of a message; a dash for none."""
    return {lang: item_text(item, edition, lang) or "—" for lang in ("zh", "en")}


def word_texts(key: str, value: str, edition: Edition) -> Text:
    """A word in both languages, as a fact of a message."""
    return {lang: word_text(key, value, edition, lang) for lang in ("zh", "en")}


def parse_item(text: str, edition: Edition) -> dict[str, str] | None:
    """`碳酸盐=CaCO3；序号=1` (or the ids, or the English words) as keys and values; None when a part is no pair."""
    out: dict[str, str] = {}
    ids = edition.derived(_key_ids)
    for pair in text.replace("；", ";").replace("＝", "=").split(";"):
        if not pair.strip():
            continue
        key, equals, value = pair.partition("=")
        if not equals or not value.strip():
            return None
        out[ids.get(fold(key), key.strip())] = value.strip()
    return canonical(out, edition)


def canonical(item: dict[str, str], edition: Edition) -> dict[str, str]:
    """Aliases and other widths of writing replaced by the word itself (煤油 -> 一般煤油, half-width brackets -> the
    vocabulary's)."""
    return {k: word_of(k, v, edition) for k, v in item.items()}


def word_of(key: str, text: str, edition: Edition) -> str:
    """The vocabulary's own spelling of a key's value; a text that is no word of it stays as it is."""
    return edition.derived(_words).get((key, fold(text)), text)


REST, REST_EN = "其余", "the rest"  # the part of a fuel that no named line burnt


def _words(edition: Edition) -> dict[tuple[str, str], str]:
    words: dict[tuple[str, str], str] = {("line", fold(REST_EN)): REST}
    vocabulary = edition.vocabulary
    for key, entry in vocabulary.items():
        for w in entry.values():
            for other in w.aliases:
                words.setdefault((key, fold(other)), w.value)
    for key, entry in vocabulary.items():
        for w in entry.values():
            if w.label_en:
                words.setdefault((key, fold(w.label_en)), w.value)
        words.update({(key, fold(value)): value for value in entry})
    return words


def word_text(key: str, value: str, edition: Edition, lang: str) -> str:
    """A key's value in a language; without an English label the word itself."""
    if lang != "zh" and key.endswith("_unit"):
        return english_unit(value)
    word = edition.word(key, value) if lang != "zh" else None
    return word.label_en if word is not None and word.label_en else ENGLISH.get(value, value) if lang != "zh" else value


def source_text(category: str, edition: Edition, lang: str = "zh") -> str:
    """`01-03 脱硫过程`."""
    declared = edition.categories.get(category)
    return f"{category} {declared.label[lang]}" if declared else category


def quantity_of(text: str, source: str, industry: Industry) -> Any:
    """The quantity that a label, its English or its id means under a source line of the industry; None for none."""
    wanted = fold(text)
    return next(
        (
            q
            for place, q in quantities_of(industry)
            if wanted in (q.id, fold(q.label["zh"]), fold(q.label["en"]))
            and (place == source or "category" not in q.keys)
        ),
        None,
    )


def parameter_of(text: str, industry: Industry) -> str:
    """Id of a parameter by id or label in either language; empty when there is none."""
    declared = industry.edition.declared.parameters
    wanted = fold(text)
    return (
        text
        if text in declared
        else next((p.id for p in declared.values() if wanted in (fold(p.label["zh"]), fold(p.label["en"]))), "")
    )


# ---- lists ----


@functools.lru_cache(maxsize=128)
def lists_of(industry: Industry, lang: str = "zh") -> dict[str, tuple[str, ...]]:
    """What the drop-downs offer for one industry: its own fuels first, and only its own sources, data, items and
    units."""
    e = industry.edition
    family = [f for f in e.vocabulary["fuel"] if fuel_in_family(f, industry.family, e)] if industry.family else []
    own = (
        [f for f in family if _useful(f, industry)]
        + [f for f, w in e.vocabulary["fuel"].items() if f.startswith("自填") or w.attributes.get("waste")]
    ) or list(e.vocabulary["fuel"])
    mine = list(quantities_of(industry))
    parameters = [e.declared.parameters[p] for p in parameters_of(industry)]
    lists: dict[str, Sequence[str]] = {
        "industry": (f"{industry.code} {industry.name if lang == 'zh' else industry.name_en}",),
        "fuel": [word_text("fuel", f, e, lang) for f in own],
        "grid": [word_text("grid", g, e, lang) for g in e.vocabulary["grid"]],
        "grid_year": list(e.vocabulary["grid_year"]),
        "source": [source_text(s.id, e, lang) for s in industry.sources if s.scope == "direct"],
        "quantity": [q.label[lang] for _, q in mine],
        "parameter": [p.label[lang] for p in parameters],
        "item": items_of(industry, lang),
        "process_unit": [_unit_text(u, lang) for _, q in mine for u in q.unit],
        "parameter_unit": [_unit_text(u, lang) for p in parameters for u in p.unit],
        "equipment_gas": _gases(industry),
    }
    lists |= {name: [w if lang == "zh" else ENGLISH.get(w, w) for w in words] for name, words in FIXED_WORDS.items()}
    return {name: tuple(dict.fromkeys(words)) for name, words in lists.items()}


def _unit_text(unit: str, lang: str) -> str:
    return unit if lang == "zh" else english_unit(unit)


def _useful(fuel: str, industry: Industry) -> bool:
    """Fuels of aviation only for those who fly: a boiler burns no aviation gasoline."""
    return industry.code == "10" or not fuel.startswith("航空")


def _gases(industry: Industry) -> list[str]:
    return list(dict.fromkeys(g for s in industry.sources for g in s.gases if g not in ("CO2", "CH4", "N2O")))


@functools.lru_cache(maxsize=64)
def parameters_of(industry: Industry) -> tuple[str, ...]:
    """Ids of the parameters that the industry's methods look up, in declared order."""
    mine = {q.id for _, q in quantities_of(industry)}
    parameters: list[str] = []
    for m in industry.edition.declared.methods.values():
        if any(a.quantity in mine for a in m.activity) or (
            industry.fuel_source and m.id in ("fuel_combustion", "electricity", "heat")
        ):
            parameters.extend(f.parameter for f in m.factor)
    return tuple(dict.fromkeys(parameters))


@functools.lru_cache(maxsize=128)
def items_of(industry: Industry, lang: str = "zh") -> tuple[str, ...]:
    """Every item that may stand beside the industry's data and parameters, written out: 碳酸盐=CaCO3 … One list, so
    that nobody types the form."""
    e = industry.edition
    items: list[str] = []
    for place, q in quantities_of(industry):
        keys = [k for k in q.keys if k != "category"]
        if len(keys) == 2 and keys[0] == "no":
            items.extend(item_text({"no": "1", keys[1]: v}, e, lang) for v in e.vocabulary.get(keys[1], ()))
        elif len(keys) == 1:
            values = (
                q.key_values.get(keys[0])
                or materials_of(place, keys[0], industry)
                or tuple(e.vocabulary.get(keys[0], ()))
            )
            items.extend(
                item_text({keys[0]: v}, e, lang) for v in values if keys[0] != "no" or v in ("1", "2", "3", "4")
            )
    return tuple(dict.fromkeys(items))


def materials_of(source: str, key: str, industry: Industry) -> tuple[str, ...]:
    """Words of a key for which the methods of a source line have a factor: the materials of chemistry for chemistry,
    not those of steel."""
    from .industries import methods_of

    e, words = industry.edition, []
    for m in methods_of(source, e):
        for f in m.factor:
            if f.keys.get(key) == key:
                family = f.keys.get("family", "")
                wanted = (
                    family[1:]
                    if family.startswith("=")
                    else e.attribute("category", source, family.rpartition(".")[2])
                    if family
                    else ""
                )
                rows = e.factors.get(f.parameter, ())
                words += [
                    dict(r.keys)[key]
                    for r in rows
                    if key in dict(r.keys) and dict(r.keys).get("family", "") in (wanted, "")
                ]
    order = {w: i for i, w in enumerate(e.vocabulary.get(key, {}))}
    return tuple(sorted(dict.fromkeys(w for w in words if w in order), key=order.__getitem__))


def fuel_in_family(fuel: str, family: str, edition: Edition) -> bool:
    """Does the family (or the wider one it names) print any parameter of this fuel?"""
    word = edition.word("family", family)
    printed = edition.derived(_printed_fuels)
    return any(fuel in printed.get(f, ()) for f in (family, *(word.classes if word else ())))


def _printed_fuels(edition: Edition) -> dict[str, frozenset[str]]:
    fuels_of: dict[str, set[str]] = {}
    for p in ("fuel_ncv", "fuel_cc", "fuel_of"):
        for r in edition.factors[p]:
            keys = dict(r.keys)
            if "fuel" in keys and "family" in keys:
                fuels_of.setdefault(keys["family"], set()).add(keys["fuel"])
    return {family: frozenset(fuels) for family, fuels in fuels_of.items()}


def source_code(text: str) -> str:
    """`01-03 脱硫过程` -> 01-03; another text stays."""
    code = re.match(r"\d{2}-\d{2}", text)
    return code[0] if code else text


def values_of(row: Any) -> dict[str, Any]:
    """The fields of a row as entered, without where they stand."""
    return {f.name: getattr(row, f.name) for f in dataclasses.fields(row) if f.name not in ("origin", "at")}


def schema_of_forms(industry: Industry, lang: str = "zh") -> dict[str, Any]:
    """The forms of an industry as JSON Schema (2020-12): sheets in order, fields with titles, lists and units. What a
    page or another program fills in."""
    words = lists_of(industry, lang)
    return {
        "$schema": SCHEMA,
        "title": industry.name if lang == "zh" else industry.name_en,
        "type": "object",
        "properties": {
            "profile": PROFILE_FORM.item_schema(lang, words),
            **{t.name: t.rows_schema(lang, words) for t in TABLES if offered(t, industry)},
        },
        "required": ["profile"],
    }
