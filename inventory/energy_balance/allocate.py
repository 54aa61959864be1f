"""Balance cells -> activity data. Every amount keeps its way: cell, deductions, each share with its reason, so that it
can be computed again.

A share that the project does not give takes the edition's declared starting point (the printed row stays on the line it
is on), marked wherever it is used and asked for by name; without one it is an error. Every cell of a row that is not a
sum ends up either in a datum or in a line that says why it is not counted. An information item that cannot be formed
(no grid known) is NE for the table, never an error: it is outside the total.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from ..core.activity import DATA_KINDS, Datum, Notation, Term
from ..core.edition import Edition
from ..core.problems import Collector
from .allocation import Allocation, AllocationLine, Used
from .portions import NotEstimated, Places, Portion
from .rules import TARGETS, AllocationRule, Circumstances, Rules, best_rule, fuel_rank
from .shares import ANY, ShareRow, Shares, ShareSet
from .table import BalanceCell, BalanceTable, Key

LISTED = 12  # places named in one message


def allocate(
    table: BalanceTable, rules: Rules, shares: Shares, edition: Edition, choices: Mapping[str, str] | None = None
) -> Allocation:
    """Allocates one table. `choices` gives the option in force of each named choice; the edition's default where it is
    silent."""
    return _Allocator(table, rules, shares, edition, choices or {}).run()


class _Allocator:
    def __init__(
        self, table: BalanceTable, rules: Rules, shares: Shares, edition: Edition, choices: Mapping[str, str]
    ) -> None:
        self.table, self.rules, self.shares, self.edition = table, rules, shares, edition
        self.choices = {**{c.id: c.default for c in edition.declared.choices.values()}, **choices}
        self.found = Collector()
        self.lines: list[AllocationLine] = []
        self.chosen = rules.chosen.setdefault((table.year, table.layout, tuple(sorted(self.choices.items()))), {})
        self.asked: dict[str, Places] = {}
        self.assumed: dict[tuple[str, str], Places] = {}
        self.not_estimated: dict[str, NotEstimated] = {}

    def run(self) -> Allocation:
        for key, cell in self.table.cells.items():
            self._cell(key, cell)
        self._tell_missing()
        self._tell_assumed()
        notations = self._tell_not_estimated()
        data, lines = self._data()
        return Allocation(data, lines, tuple(self.found), (*notations, *self._included_elsewhere()))

    def _rule(self, stage: str, row: str, fuel: str, column: str) -> AllocationRule | None:
        key = (stage, row, fuel, column)
        if key not in self.chosen:
            told = len(self.found.found)
            given = Circumstances(self.edition, self.table.year, self.table.layout, self.choices)
            rule = best_rule(key, self.rules, given, self.found)
            if len(self.found.found) > told:
                return rule  # not kept, so that the next table is told as well
            self.chosen[key] = rule
        return self.chosen[key]

    def _cell(self, key: Key, cell: BalanceCell) -> None:
        row, column = key
        fuel = self.rules.layout.columns[column].fuel or column
        terms = [(row, cell, 1)]
        source = self._rule("source", row, fuel, column)
        if source is not None and source.minus_row:
            part = self.table.cells.get((source.minus_row, column))
            if part is not None:
                terms.append((source.minus_row, part, -1))
        whole = Portion(row, column, fuel, tuple(terms))
        placed = False
        for stage in TARGETS:
            if not self._reaches(stage, row, column):
                continue
            portions = self._composed(whole)
            placed = placed or not portions  # the missing composition has been asked for
            for portion in portions:
                rule = self._rule(stage, portion.row, portion.fuel, column)
                if rule is not None:
                    placed = True
                    self._apply(rule, stage, portion, source)
        if not placed and cell.value:
            self.found.add(
                "balance.no_rule",
                cell.origin,
                region=self.table.region,
                year=self.table.year,
                row=row,
                column=column,
                amount=f"{cell.value:g}",
                unit=cell.unit,
            )

    def _reaches(self, stage: str, row: str, column: str) -> bool:
        """Whether any rule of a stage could take this row and column (before a composition is asked for in vain)."""
        fuel = self.rules.layout.columns[column].fuel or column
        fuels = [fuel]
        composition = self._rule("composition", row, fuel, column)
        if composition is not None:
            fuels += [
                v
                for name in composition.splits
                for sets, _, _ in self.rules.splits[name].parts.values()
                for k, v in sets
                if k == "fuel"
            ]
        return any(self._rule(stage, row, f, column) is not None for f in fuels)

    def _composed(self, whole: Portion) -> list[Portion]:
        rule = self._rule("composition", whole.row, whole.fuel, whole.column)
        if rule is None or not whole.amount:
            return [whole]
        portions = [whole]
        for name in rule.splits:
            portions = [p for portion in portions for p, _ in self._split(name, portion, rule)]
        return [p.with_keys({}, p.keys.get("fuel", "")) for p in portions]

    def _apply(self, rule: AllocationRule, stage: str, portion: Portion, source: AllocationRule | None) -> None:
        """Sends a portion through a rule's splits and records the lines."""
        start = portion.with_keys(self._resolved(rule.keys))
        if not rule.quantity and not rule.splits:
            self._record(rule, stage, start, "", (), source)
            return
        if not portion.amount:
            self._record(rule, stage, start, "", (), source)
            return
        if portion.amount * rule.sign < 0 and not self._may_be_negative(rule.quantity):
            self._record(rule, stage, start, "", (), source)  # listed, not counted; the sign check has named the cell
            return
        where = dict(rule.where)
        waiting: list[tuple[Portion, tuple[str, ...]]] = [(start, rule.splits)]
        while waiting:
            current, splits = waiting.pop(0)
            if not splits:
                self._finish(rule, stage, current, source)
                continue
            for part, following in self._split(splits[0], current, rule):
                chosen = part.used[-1].part
                if splits[0] in where and chosen not in where[splits[0]]:
                    continue
                rest = () if following == "end" else ((following, *splits[1:]) if following else splits[1:])
                waiting.append((part, rest))

    def _may_be_negative(self, quantity: str) -> bool:
        lowest = self.edition.declared.quantities[quantity].min if quantity else 0.0
        return lowest is None or lowest < 0

    def _finish(self, rule: AllocationRule, stage: str, portion: Portion, source: AllocationRule | None) -> None:
        quantity = portion.keys.get("quantity", rule.quantity)
        if not quantity:
            self._record(rule, stage, portion, "", (), source)
            return
        declared = self.edition.declared.quantities[quantity]
        values = {**portion.keys, "fuel": portion.fuel}
        missing = [k for k in declared.keys if not values.get(k)]
        if missing and self._is_information(declared.category):
            self.not_estimated.setdefault(
                declared.category, NotEstimated(portion.terms[0][1], self._label_of(missing[0]))
            )
            self._record(rule, stage, portion, "", (), source)
            return
        if missing:
            cell = portion.terms[0][1]
            self.found.add(
                "balance.no_category",
                cell.origin,
                row=portion.row,
                fuel=portion.fuel,
                rule=rule.id,
                missing="、".join(missing),
            )
            return
        item = tuple(sorted((k, values[k]) for k in declared.all_keys if values.get(k)))
        self._record(rule, stage, portion, quantity, item, source)

    def _is_information(self, category: str) -> bool:
        return bool(category) and self.edition.categories[category].memo

    def _label_of(self, key: str) -> Mapping[str, str]:
        known = (
            s.ask
            for s in self.rules.splits.values()
            if any(k == key for sets, _, _ in s.parts.values() for k, _ in sets)
        )
        return next(known, {"zh": key, "en": key})

    def _record(
        self,
        rule: AllocationRule,
        stage: str,
        portion: Portion,
        quantity: str,
        item: tuple[tuple[str, str], ...],
        source: AllocationRule | None,
    ) -> None:
        share = math.prod(u.value for u in portion.used)
        for i, (row, cell, sign) in enumerate(portion.terms):
            reason = rule.reason if i == 0 or source is None else source.reason
            amount = sign * rule.sign * cell.value * share if quantity else sign * cell.value * share
            self.lines.append(
                AllocationLine(
                    self.table.region,
                    self.table.year,
                    stage,
                    row,
                    portion.column,
                    portion.fuel,
                    cell.value,
                    amount,
                    cell.unit,
                    rule.id,
                    quantity,
                    item,
                    portion.used,
                    reason,
                    rule.standing,
                    rule.source,
                    cell.origin,
                )
            )

    def _resolved(self, keys: tuple[tuple[str, str], ...]) -> dict[str, str]:
        """Key values of a rule; `@region.grid` is the region's attribute, left out when it has none, so that it is
        asked for."""
        out = {}
        for key, value in keys:
            if value.startswith("@region."):
                value = self.edition.attribute(
                    "region", self.table.region, value.removeprefix("@region."), self.table.year
                )
            if value:
                out[key] = value
        return out

    def _split(self, name: str, portion: Portion, rule: AllocationRule) -> list[tuple[Portion, str]]:
        chosen = self._shares_for(name, portion)
        if chosen is None:
            category = self.edition.declared.quantities[rule.quantity].category if rule.quantity else ""
            if self._is_information(category):
                self.not_estimated.setdefault(category, NotEstimated(portion.terms[0][1], self.rules.splits[name].ask))
                self._record(rule, rule.stage, portion, "", (), None)
            else:
                self._ask(name, portion)
            return []
        self.shares.used.add((chosen.split, chosen.scope))
        out = []
        for row in chosen.rows:
            if row.value == 0:
                continue
            sets, following, _ = self.rules.splits[name].parts[row.part]
            used = Used(
                name,
                row.part,
                row.value,
                row.source,
                row.data_kind,
                row.note,
                row.origin,
                not chosen.own,
                row.refine,
                str(chosen.scope),
            )
            if row.refine:
                self.assumed.setdefault((name, row.part), {}).setdefault(
                    (portion.row, portion.fuel), (abs(portion.amount), portion.terms[0][1])
                )
            keys = dict(sets)
            out.append((portion.with_keys(keys, keys.get("fuel", ""), (used,)), following))
        return out

    def _shares_for(self, name: str, portion: Portion) -> ShareSet | None:
        ranked = [
            (rank, s) for s in self.shares.sets if s.split == name and (rank := self._rank(s, portion)) is not None
        ]
        for own in (True, False):
            fitting = [(rank, s) for rank, s in ranked if s.own == own]
            if not fitting:
                continue
            top = max(rank for rank, _ in fitting)
            best = [s for rank, s in fitting if rank == top]
            if len(best) > 1:
                self.found.add(
                    "balance.share_ambiguous",
                    best[1].rows[0].origin,
                    split=name,
                    region=self.table.region,
                    year=self.table.year,
                    row=portion.row,
                    fuel=portion.fuel,
                    first=str(best[0].scope),
                    second=str(best[1].scope),
                )
            return best[0] if own else self._of_region(best[0])
        return None

    def _of_region(self, chosen: ShareSet) -> ShareSet | None:
        """A default whose part is an attribute of the region (its grid), or None where the region has none."""
        rows = []
        for row in chosen.rows:
            part = row.part
            if part.startswith("@region."):
                part = self.edition.attribute(
                    "region", self.table.region, part.removeprefix("@region."), self.table.year
                )
                if part not in self.rules.splits[chosen.split].parts:
                    return None
            rows.append(row if part == row.part else replace(row, part=part))
        return replace(chosen, rows=tuple(rows))

    def _rank(self, shares: ShareSet, portion: Portion) -> tuple[int, ...] | None:
        s = shares.scope
        if (
            s.region not in (ANY, self.table.region)
            or s.year not in (ANY, str(self.table.year))
            or s.row not in (ANY, portion.row)
        ):
            return None
        if any(portion.keys.get(k) != v for k, v in s.within):
            return None
        by_fuel = fuel_rank(s.fuel, portion.fuel, portion.column, self.rules, self.edition)
        return (len(s.within), by_fuel, s.row != ANY, s.year != ANY, s.region != ANY) if by_fuel else None

    def _ask(self, name: str, portion: Portion) -> None:
        """Notes that a share is missing; all places of one split are told together at the end."""
        cell = portion.terms[0][1]
        places = self.asked.setdefault(name, {})
        places.setdefault((portion.row, portion.fuel), (abs(portion.amount), cell))

    def _tell_missing(self) -> None:
        for name, places in self.asked.items():
            self.found.add(
                "balance.share_missing", next(iter(places.values()))[1].origin, **self._facts_of(name, places)
            )

    def _tell_assumed(self) -> None:
        for (name, part), places in self.assumed.items():
            self.found.add(
                "balance.share_default",
                next(iter(places.values()))[1].origin,
                part=part,
                **self._facts_of(name, places),
            )

    def _included_elsewhere(self) -> tuple[Notation, ...]:
        """IE for the lines whose fuel a default books on another line: nothing is missing, it stands elsewhere."""
        counted = {dict(line.item).get("category", "") for line in self.lines if line.counted}
        found: dict[str, Notation] = {}
        for (name, part), places in self.assumed.items():
            for other, (sets, _, _) in self.rules.splits[name].parts.items():
                category = dict(sets).get("category", "")
                if category and other != part and category not in counted:
                    reason = f"没有“{name}”的资料，按缺省计入“{part}”"
                    found.setdefault(
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
        return tuple(found.values())

    def _facts_of(self, name: str, places: Places) -> dict[str, object]:
        split = self.rules.splits[name]
        listed = [f"{row}·{fuel} {amount:.6g} {cell.unit}" for (row, fuel), (amount, cell) in places.items()]
        shown = "、".join(listed[:LISTED]) + (f"等 {len(listed)} 处" if len(listed) > LISTED else "")
        return {
            "region": self.table.region,
            "year": self.table.year,
            "split": name,
            "places": shown,
            "ask": split.ask["zh"],
            "ask_en": split.ask["en"],
            "parts": "、".join(split.parts),
            "supplier": split.supplier,
        }

    def _tell_not_estimated(self) -> tuple[Notation, ...]:
        """Information items that cannot be formed: NE, a warning, and no line of the item is counted (half of it would
        be worse than none)."""
        notations = []
        for category, why in self.not_estimated.items():
            label = self.edition.categories[category].label
            self.found.add(
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
            self.lines = [
                replace(line, quantity="", item=())
                if line.quantity and self.edition.declared.quantities[line.quantity].category == category
                else line
                for line in self.lines
            ]
        return tuple(notations)

    def _data(self) -> tuple[tuple[Datum, ...], tuple[AllocationLine, ...]]:
        """Lines of one quantity and key combination become one datum with one term a line; the place of the datum is
        written into the lines."""
        groups: dict[tuple[str, tuple[tuple[str, str], ...], str], list[int]] = {}
        for i, line in enumerate(self.lines):
            if line.counted:
                groups.setdefault((line.quantity, line.item, line.unit), []).append(i)
        order = {q: i for i, q in enumerate(self.edition.declared.quantities)}
        data: list[Datum] = []
        for quantity, item, unit in sorted(groups, key=lambda g: (order[g[0]], g[1], g[2])):
            members = groups[quantity, item, unit]
            terms = tuple(self._term(self.lines[i]) for i in members)
            value = math.fsum(t.amount for t in terms)
            first = self.lines[members[0]]
            sources = sorted({u.source for i in members for u in self.lines[i].shares if u.source})
            source = "；".join([f"能源平衡表（{self.table.file}）", *sources])
            kind = self._kind([u for i in members for u in self.lines[i].shares])
            note = "；".join(dict.fromkeys(self.lines[i].rule for i in members))
            for i in members:
                self.lines[i] = replace(self.lines[i], datum=len(data))
            data.append(
                Datum(
                    self.table.region,
                    self.table.year,
                    quantity,
                    item,
                    value,
                    unit,
                    source,
                    None,
                    f"平衡表分配：{note}",
                    kind,
                    first.origin,
                    terms,
                )
            )
        return tuple(data), tuple(self.lines)

    def _term(self, line: AllocationLine) -> Term:
        sign = -1 if line.amount * line.cell_value < 0 else 1
        shares = tuple((f"{u.split}·{u.part}{'（缺省）' if u.default else ''}", u.value) for u in line.shares)
        return Term(
            f"{line.row}·{line.column}",
            line.cell_value,
            line.origin,
            shares,
            sign,
            line.reason["zh"],
            any(u.refine for u in line.shares),
        )

    def _kind(self, used: list[Used]) -> str:
        """The weakest standing of the table and every share in it: an illustrative share makes the datum
        illustrative."""
        kinds = [self.table.data_kind, *(u.data_kind for u in used)]
        return max(kinds, key=lambda k: DATA_KINDS.index(k) if k in DATA_KINDS else len(DATA_KINDS))


__all__ = ["Allocation", "AllocationLine", "ShareRow", "Used", "allocate"]
