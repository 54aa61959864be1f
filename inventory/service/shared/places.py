"""Names of places as the edition knows them, for the service and the local page, which has no database of its own."""

from __future__ import annotations

from inventory.regions import built_in

SUFFIXES = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "地区", "省", "市", "盟")


def known_name(name: str) -> str:
    """The name of a region in the package's tree: itself, an alias, or without what kind of place it is; any other name
    as it stands."""
    tree = built_in()
    if name in tree:
        return name
    by_alias = next((r.name for r in tree.regions.values() if name in r.aliases), "")
    shorter = (name.removesuffix(s) for s in SUFFIXES if name.endswith(s))
    return by_alias or next((s for s in shorter if s in tree), name)


def place_label(name: str, lang: str) -> str:
    """A registered place in a language: its English name where the package's tree knows it, else as it was registered."""
    known = known_name(name) if lang == "en" else ""
    return built_in().label(known, lang) if known in built_in() else name
