"""What an allocation lacks or assumes, gathered place by place and reported once a split: missing shares, declared defaults
in use, information items that cannot be formed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..core.activity import Notation
from ..core.edition import Edition
from ..core.problems import Collector
from .allocation import AllocationLine
from .portions import NotEstimated, Places, Portion
from .rules import Rules
from .shares import ShareRow
from .table import BalanceTable

LISTED = 12  # places named in one message


@dataclass(frozen=True)
class Pending:
    """Of one table; `missing` by split, `assumed` by split and part, `not_estimated` by category."""

    table: BalanceTable
    rules: Rules
    edition: Edition
    problems: Collector
    missing: dict[str, Places] = field(default_factory=dict)
    assumed: dict[tuple[str, str], Places] = field(default_factory=dict)
    not_estimated: dict[str, NotEstimated] = field(default_factory=dict)

    def ask(self, name: str, portion: Portion) -> None:
        """Notes that a share is missing; all places of one split are reported together at the end."""
        cell = portion.terms[0][1]
        places = self.missing.setdefault(name, {})
        places.setdefault((portion.row, portion.fuel), (abs(portion.amount), cell))

    def assume(self, name: str, row: ShareRow, portion: Portion) -> None:
        """Notes that a declared default divides a portion."""
        places = self.assumed.setdefault((name, row.part), {})
        places.setdefault((portion.row, portion.fuel), (abs(portion.amount), portion.terms[0][1]))

    def report_missing(self) -> None:
        for name, places in self.missing.items():
            self.problems.add(
                "balance.share_missing", next(iter(places.values()))[1].origin, **self._facts_of(name, places)
            )

    def report_assumed(self) -> None:
        for (name, part), places in self.assumed.items():
            self.problems.add(
                "balance.share_default",
                next(iter(places.values()))[1].origin,
                part=part,
                **self._facts_of(name, places),
            )

    def included_elsewhere(self, lines: Sequence[AllocationLine]) -> tuple[Notation, ...]:
        """IE for the lines whose fuel a default books on another line: nothing is missing, it stands elsewhere."""
        counted = {dict(line.item).get("category", "") for line in lines if line.counted}
        notations: dict[str, Notation] = {}
        for (name, part), places in self.assumed.items():
            for other, (sets, _, _) in self.rules.splits[name].parts.items():
                category = dict(sets).get("category", "")
                if category and other != part and category not in counted:
                    reason = f"没有“{name}”的资料，按缺省计入“{part}”"
                    notations.setdefault(
                        category,
                        Notation(
                            self.table.region,
                            self.table.year,
                            category,
                            "",
                            "IE",
                            reason,
                            next(iter(places.values()))[1].origin,
                        ),
                    )
        return tuple(notations.values())

    def _facts_of(self, name: str, places: Places) -> dict[str, object]:
        split = self.rules.splits[name]
        listed = [f"{row}·{fuel} {amount:.6g} {cell.unit}" for (row, fuel), (amount, cell) in places.items()]
        shown, more = "、".join(listed[:LISTED]), len(listed) > LISTED
        rest = {"zh": f"等 {len(listed)} 处", "en": f" … ({len(listed)} cells)"}
        return {
            "region": self.table.region,
            "year": self.table.year,
            "split": name,
            "places": {lang: shown + rest[lang] for lang in rest} if more else shown,
            "ask": split.ask["zh"],
            "ask_en": split.ask["en"],
            "parts": "、".join(split.parts),
            "supplier": split.supplier,
        }

    def report_not_estimated(self) -> tuple[Notation, ...]:
        """Information items that cannot be formed: NE, with a warning."""
        notations = []
        for category, why in self.not_estimated.items():
            label = self.edition.categories[category].label
            self.problems.add(
                "balance.information_ne",
                why.cell.origin,
                region=self.table.region,
                year=self.table.year,
                label=label,
                missing=why.missing,
            )
            notations.append(
                Notation(
                    self.table.region,
                    self.table.year,
                    category,
                    "",
                    "NE",
                    f"缺少资料：{why.missing['zh']}",
                    why.cell.origin,
                )
            )
        return tuple(notations)
