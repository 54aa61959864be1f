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

from ..core.edition import Edition
from ..core.problems import Collector
from .allocated import data_of
from .allocation import Allocation, AllocationLine, Used
from .pending import Pending
from .portions import NotEstimated, Portion
from .rules import TARGETS, AllocationRule, Circumstances, Rules, best_rule
from .share_choice import ShareChoice
from .shares import ShareRow, Shares
from .table import BalanceCell, BalanceTable, Key


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
        self.problems = Collector()
        self.lines: list[AllocationLine] = []
        self.chosen = rules.chosen.setdefault((table.year, table.layout, tuple(sorted(self.choices.items()))), {})
        self.pending = Pending(table, rules, edition, self.problems)
        self.share_choice = ShareChoice(table, rules, shares, edition, self.problems)

    def run(self) -> Allocation:
        for key, cell in self.table.cells.items():
            self._cell(key, cell)
        self.pending.report_missing()
        self.pending.report_assumed()
        notations = self.pending.report_not_estimated()
        data, lines = data_of([self._estimated(line) for line in self.lines], self.table, self.edition)
        elsewhere = self.pending.included_elsewhere(lines)
        return Allocation(data, lines, tuple(self.problems), (*notations, *elsewhere))

    def _estimated(self, line: AllocationLine) -> AllocationLine:
        """A line as it is; not counted where it belongs to an information item that cannot be formed (half of it would be
        worse than none)."""
        category = self.edition.declared.quantities[line.quantity].category if line.quantity else ""
        return replace(line, quantity="", item=()) if category in self.pending.not_estimated else line

    def _rule(self, stage: str, row: str, fuel: str, column: str) -> AllocationRule | None:
        key = (stage, row, fuel, column)
        if key not in self.chosen:
            reported = self.problems.count
            given = Circumstances(self.edition, self.table.year, self.table.layout, self.choices)
            rule = best_rule(key, self.rules, given, self.problems)
            if self.problems.count > reported:
                return rule  # not kept, so that the next table is reported as well
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
            self.problems.add(
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
            self.pending.not_estimated.setdefault(
                declared.category, NotEstimated(portion.terms[0][1], self._label_of(missing[0]))
            )
            self._record(rule, stage, portion, "", (), source)
            return
        if missing:
            cell = portion.terms[0][1]
            self.problems.add(
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
        chosen = self.share_choice.best(name, portion)
        if chosen is None:
            category = self.edition.declared.quantities[rule.quantity].category if rule.quantity else ""
            if self._is_information(category):
                self.pending.not_estimated.setdefault(
                    category, NotEstimated(portion.terms[0][1], self.rules.splits[name].ask)
                )
                self._record(rule, rule.stage, portion, "", (), None)
            else:
                self.pending.ask(name, portion)
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
                self.pending.assume(name, row, portion)
            keys = dict(sets)
            out.append((portion.with_keys(keys, keys.get("fuel", ""), (used,)), following))
        return out


__all__ = ["Allocation", "AllocationLine", "ShareRow", "Used", "allocate"]
