"""Words of an edition as people write them: labels, ids, aliases and full-width forms to the one name used inside, with
near matches for messages."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Container, Iterable, Mapping
from typing import Any

from ..core.activity import MEASURED, NOTATION
from ..core.declarations import Quantity
from ..core.edition import Edition
from ..core.spelling import fold
from ..core.subjects import MEASURED_QUANTITY
from ..edition.parts import KeyName, rows

NOTATION_LABELS = ("填报符号", "notation key", "notation")


class Lexicon:
    """Look-ups for one edition; built once (`lexicon(edition)`)."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.quantities: Mapping[str, Quantity] = {**edition.declared.quantities, MEASURED: MEASURED_QUANTITY}
        self.key_labels = _key_labels(edition)
        self.headings: dict[tuple[Any, ...], tuple[tuple[str, str] | None, str]] = {}  # kept by headers.py
        self._quantity: dict[str, str] = {}
        for q in self.quantities.values():
            for name in (q.id, *q.label.values()):
                self._quantity.setdefault(fold(name), q.id)
        for name in NOTATION_LABELS:
            self._quantity[fold(name)] = NOTATION
        used = (
            {k for q in self.quantities.values() for k in q.all_keys}
            | set(edition.vocabulary)
            | {"category", "gas", "region"}
        )
        self._key: dict[str, str] = {}
        for key in sorted(used):
            for name in (key, *self.key_labels.get(key, {}).values()):
                self._key.setdefault(fold(name), key)
        self._values: dict[str, dict[str, str]] = {key: _spellings(words) for key, words in edition.vocabulary.items()}
        self._classes = {
            key: {fold(c): c for w in words.values() for c in w.classes} for key, words in edition.vocabulary.items()
        }
        self._region_codes = {
            w.attributes["code"]: w.value
            for w in edition.vocabulary.get("region", {}).values()
            if w.attributes.get("code")
        }
        self._category = _category_spellings(edition)
        of_categories = tuple(dict.fromkeys(g for c in edition.categories.values() for g in c.gases))
        self.gases = of_categories or edition.roles.gases
        self._gas = {fold(g): g for s in edition.gwp_sets.values() for g in s.values}
        self._gas.update({fold(g): g for g in self.gases})
        self._gas.update({"二氧化碳": "CO2", "甲烷": "CH4", "氧化亚氮": "N2O", "六氟化硫": "SF6"})

    # ---- quantities ----

    def quantity(self, text: str) -> str | None:
        return self._quantity.get(fold(text))

    def near_quantities(self, text: str) -> str:
        """Quantities that look like `text`: by label, or by id when an id was written."""
        by_id = difflib.get_close_matches(text, list(self.quantities), n=3, cutoff=0.6)
        if by_id:
            return "、".join(f"{q}（{self.quantities[q].label['zh']}）" for q in by_id)
        computing = self.edition.declared.computing
        held = [
            f"{q.label['zh']}（“{text}”写在“{self.label(key)}”栏）"
            for q in self.quantities.values()
            for key in q.keys
            if q.id in computing and self._is_member(q, key, text)
        ]
        if held:
            return "、".join(held[:2])
        return near(text, (q.label["zh"] for q in self.quantities.values()))

    def _is_member(self, quantity: Quantity, key: str, text: str) -> bool:
        return key in self._values and self.value(quantity, key, text) is not None

    # ---- keys and their values ----

    def key(self, text: str) -> str | None:
        return self._key.get(fold(text))

    def label(self, key: str, lang: str = "zh") -> str:
        return self.key_labels.get(key, {}).get(lang) or key

    def labels(self, key: str) -> dict[str, str]:
        """The name of a key in both languages, for messages."""
        return {lang: self.label(key, lang) for lang in ("zh", "en")}

    def category_names(self, category: str) -> dict[str, str]:
        """Id and name of a category in both languages, for messages."""
        return {lang: f"{category} {self.edition.label_of_category(category, lang)}" for lang in ("zh", "en")}

    def allowed(self, quantity: Quantity, key: str) -> tuple[str, ...]:
        """What a key of this quantity may be; empty when anything goes (a year of deposit, the name of a plant)."""
        if key in quantity.key_values:
            return quantity.key_values[key]
        if key == "category":
            return tuple(self.edition.categories)
        if key == "gas":
            return tuple(dict.fromkeys(self._gas.values()))
        return tuple(self.edition.vocabulary.get(key, ()))

    def value(self, quantity: Quantity, key: str, text: str) -> str | None:
        """The member meant by `text`, or None when it is not one of those this quantity allows."""
        if key == "category":
            category = self.category(text)
        elif key == "gas":
            category = self._gas.get(fold(text))
        elif key in self._values:
            category = self._values[key].get(fold(text))
        else:
            return plain_key(text)
        allowed = self.allowed(quantity, key)
        return category if category is not None and (not allowed or category in allowed) else None

    def member(self, key: str, text: str) -> str | None:
        """The member of a key's list that `text` means in any spelling, or None."""
        return self.region(text) if key == "region" else self._values.get(key, {}).get(fold(text))

    def meant(self, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Keys and values in the words of the edition, whichever language they are written in; what is none stays."""
        return tuple((self.key(k) or k, (self.member(self.key(k) or k, v)) or v) for k, v in pairs)

    def only_key(self, quantity: Quantity, text: str) -> str | None:
        """The one key of the quantity that `text` can be a value of; None when there is none, or more than one."""
        fits = [k for k in quantity.all_keys if self.allowed(quantity, k) and self.value(quantity, k, text) is not None]
        if not fits and len(quantity.all_keys) == 1:
            return quantity.all_keys[0]
        return fits[0] if len(fits) == 1 else None

    def class_members(self, quantity: Quantity, key: str, text: str) -> tuple[str, ...]:
        """Members of the wider class that `text` names (煤炭 -> 无烟煤, 烟煤, …); empty when it names none."""
        name = self._classes.get(key, {}).get(fold(text))
        allowed = self.allowed(quantity, key)
        words = self.edition.vocabulary.get(key, {})
        return tuple(w.value for w in words.values() if name in w.classes and w.value in allowed) if name else ()

    def crosswalk(self, text: str) -> dict[str, str]:
        """Categories whose code in another classification (IPCC 1996, CRF 1999, IPCC 2006) is `text`, or else the
        widest ones below that code, with the names of these classifications."""
        wanted = _code(text)
        if not any(c.isalpha() for c in wanted) or not wanted[0].isdigit():
            return {}
        codes = {
            c.id: {name: {_code(x) for x in column.split(";") if x} for name, column in c.codes.items()}
            for c in self.edition.categories.values()
        }
        matched = {c: [n for n, own in by_name.items() if wanted in own] for c, by_name in codes.items()}
        if not any(matched.values()):
            matched = {
                c: [n for n, own in by_name.items() if any(x.startswith(wanted) for x in own)]
                for c, by_name in codes.items()
            }
        hits = {c: names for c, names in matched.items() if names}
        return {
            c: "/".join(_SCHEMES.get(n, n) for n in names)
            for c, names in hits.items()
            if self.edition.categories[c].parent not in hits
        }

    def _crossed(self, text: str, allowed: Container[str]) -> str:
        other = {c: name for c, name in self.crosswalk(text).items() if c in allowed}
        return "、".join(
            f"{c} {self.edition.label_of_category(c)}（{text} 是 {name} 的编号）" for c, name in list(other.items())[:4]
        )

    def near_categories(self, text: str) -> str:
        other = self._crossed(text, self.edition.categories)
        if other:
            return other
        return near(text, (f"{c.id} {c.label['zh']}" for c in self.edition.categories.values()))

    def near_values(self, quantity: Quantity, key: str, text: str) -> str:
        allowed = self.allowed(quantity, key)
        if key == "category":
            names = [f"{c} {self.edition.label_of_category(c)}" for c in allowed]
            other = self._crossed(text, allowed)
            if other:
                return other
            close = difflib.get_close_matches(
                text, [*allowed, *(self.edition.label_of_category(c) for c in allowed)], n=4, cutoff=0.4
            )
            matched = [n for n in names if n.split(" ", 1)[0] in close or n.split(" ", 1)[1] in close]
            return "、".join(matched[:4] or names[:4]) + ("" if matched or len(names) <= 4 else "…")
        return "、".join(self._synonyms(key, text, allowed)) or near(text, allowed)

    def _synonyms(self, key: str, text: str, allowed: tuple[str, ...]) -> list[str]:
        """Members with a spelling that stands inside `text`, or holds it: 中稻及一季晚稻 is single rice, however near
        its letters are to 双季晚稻."""
        said = fold(text)
        counts: dict[str, int] = {}
        for spelling, member in self._values.get(key, {}).items():
            inside = (
                min(len(spelling), len(said))
                if len(spelling) > 1 and len(said) > 1 and (spelling in said or said in spelling)
                else 0
            )
            if inside and member in allowed:
                counts[member] = max(counts.get(member, 0), inside)
        longest = max(counts.values(), default=0)
        return [m for m, n in counts.items() if n == longest][:5]

    # ---- the rest ----

    def region(self, text: str) -> str | None:
        if "region" not in self._values:
            return text.strip() or None
        return self._values["region"].get(fold(text)) or self._region_codes.get(text.strip())

    def category(self, text: str) -> str | None:
        """A category by id, by name (when only one has it), or by both (`1.1.4.2 公路`)."""
        plain = unicodedata.normalize("NFKC", text).strip()
        head = re.match(r"(?:[0-9]+|[A-Za-z])(?:[.-][0-9]+)*", plain)
        if head and head[0].upper() in self.edition.categories:
            after = plain[head.end() :]
            rest = fold(after)
            candidate = head[0].upper()
            names = {fold(n) for n in self.edition.categories[candidate].label.values()}
            # 4A, 3C7: a code of another classification, not this one with a name
            glued = after[:1].isascii() and after[:1].isalnum()
            named = len(rest) > 1 and not glued and any(rest in n or n in rest for n in names)
            return candidate if not rest or named else None
        return self._category.get(fold(text))

    def gas(self, text: str) -> str | None:
        return self._gas.get(fold(text))


_SCHEMES = {"ipcc1996": "IPCC 1996", "crf1999": "CRF 1999", "ipcc2006": "IPCC 2006"}


def _code(text: str) -> str:
    """A code of another classification without its dots: 1.A.1.a and 1A1a are the same."""
    return re.sub(r"[\s.\-_]+", "", unicodedata.normalize("NFKC", text)).upper()


def plain_key(text: str) -> str:
    """A free key value: full-width made plain, `1995年` and `1995.0` -> `1995`."""
    text = unicodedata.normalize("NFKC", text).strip()
    year = re.fullmatch(r"([0-9]{4})(?:\.0+)?\s*年?", text)
    return year[1] if year else text


def near(word: str, pool: Iterable[str], n: int = 5) -> str:
    """Names that look like `word`; the first few when none does."""
    names = list(dict.fromkeys(pool))
    close = difflib.get_close_matches(word, names, n=n, cutoff=0.45)
    if not close and word:
        close = [name for name in names if word in name or name in word][:n]
    if close:
        return "、".join(close)
    return "、".join(names[:n]) + ("…" if len(names) > n else "")


def _spellings(words: Mapping[Any, Any]) -> dict[str, str]:
    """Folded spelling -> member. A member's own name always wins over an alias of another; an alias shared by two is
    nobody's."""
    own = {fold(w.value): w.value for w in words.values()}
    aliases: dict[str, set[str]] = {}
    for w in words.values():
        for name in (*w.aliases, w.label_en):
            if name:
                aliases.setdefault(fold(name), set()).add(w.value)
    return {**{name: next(iter(members)) for name, members in aliases.items() if len(members) == 1}, **own}


def _category_spellings(edition: Edition) -> dict[str, str]:
    spellings: dict[str, set[str]] = {}
    for c in edition.categories.values():
        for name in c.label.values():
            spellings.setdefault(fold(name), set()).add(c.id)
    return {name: next(iter(ids)) for name, ids in spellings.items() if len(ids) == 1}


def _key_labels(edition: Edition) -> dict[str, dict[str, str]]:
    """Names of the keys, from the edition's table `keys`."""
    named = {r.key: {"zh": r.label_zh, "en": r.label_en} for r in rows(edition, KeyName)}
    labels = {
        "region": {"zh": "地区", "en": "Region"},
        "category": {"zh": "排放源类别", "en": "Category"},
        "gas": {"zh": "气体", "en": "Gas"},
    }
    return {**labels, **named}


def lexicon(edition: Edition) -> Lexicon:
    """The lexicon of an edition, built once."""
    return edition.derived(Lexicon)
