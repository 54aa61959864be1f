"""The hidden trace of a report whose cells are explained by trees: every node once, and for each cell which node (or
which ledger lines) it shows."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.declarations import Text
from ..core.explanation import Explainer, as_dict
from ..core.ledger import Ledger
from ..sheets.address import Ref, a1
from ..sheets.model import Book
from .texts import Words
from .trace import SHEET, fill


class TreeTrace:
    """Notes cells while a report is laid out; `finish` adds the hidden sheet."""

    def __init__(self, ledger: Ledger, book: Book) -> None:
        self.ledger, self.book = ledger, book
        self.explainer = Explainer(ledger)
        self._ids: dict[int, int] = {}  # id of a node (kept alive by the explainer) -> its number in the trace
        self._lines = [as_dict(self.explainer.line(i), self._ids) for i in range(len(ledger.lines))]
        self._rest = [as_dict(self.explainer.datum(i), self._ids) for i in range(len(ledger.data))]
        self._rest += [as_dict(self.explainer.factor(i), self._ids) for i in range(len(ledger.factors))]
        self._rest += [
            as_dict(self.explainer.step(n, r), self._ids)
            for n, t in enumerate(ledger.tables)
            for r in range(len(t.rows))
        ]
        self._table = {id(t): n for n, t in enumerate(ledger.tables)}

    def datum(self, ref: Ref, index: int) -> None:
        """The cell holds a datum."""
        node = self.explainer.datum(index)
        self.book.note(ref, "tree", id=self._ids[id(node)], what=dict(node.label), unit=node.unit, v=node.value)

    def factor(self, ref: Ref, index: int, value: float, unit: str) -> None:
        """The cell holds a factor."""
        node = self.explainer.factor(index)
        self.book.note(ref, "tree", id=self._ids[id(node)], what=dict(node.label), unit=unit, v=value)

    def step(self, ref: Ref, table: object, row: int) -> None:
        """The cell holds the result of a row of arithmetic."""
        node = self.explainer.step(self._table[id(table)], row)
        line = int(self.ledger.tables[self._table[id(table)]].lines[row])
        flags = list(self.ledger.lines[line].flags) if line >= 0 else []
        self.book.note(
            ref, "tree", id=self._ids[id(node)], what=dict(node.label), unit=node.unit, v=node.value, flags=flags
        )

    def default(self, ref: Ref, label: Text, unit: str, reason: Text) -> None:
        """The cell holds the declared default of what was not entered."""
        self.book.note(ref, "tree", default=dict(reason), what=dict(label), unit=unit)

    def sum(self, ref: Ref, lines: Iterable[int], label: Text, value: float, gas: str = "") -> None:
        """The cell holds a sum of ledger lines: tonnes of `gas`, or t CO2e."""
        unit = f"t {gas}" if gas else "t CO2e"
        self.book.note(ref, "tree", lines=list(lines), what=dict(label), unit=unit, of=unit, v=value)

    def gwp(self, ref: Ref, gas: str) -> None:
        """The cell holds the GWP of a gas."""
        line = next(x for x in self.ledger.lines if x.gas == gas)
        self.book.note(
            ref,
            "tree",
            gwp=as_dict(self.explainer.gwp(line)),
            what={"zh": f"GWP {gas}", "en": f"GWP {gas}"},
            unit="tCO2e/t",
        )

    def same(self, ref: Ref, of: Ref) -> None:
        """The cell shows another cell's figure in another form (rounded): it is explained as that one."""
        place = a1(of.row, of.col)
        known = next((what for sheet, at, what in reversed(self.book.trace) if (sheet, at) == (of.sheet, place)), None)
        if known is not None:
            self.book.trace.append((ref.sheet, a1(ref.row, ref.col), known))

    def finish(self, title: str) -> None:
        """Write the hidden sheet; call it when every cell is laid out."""
        sheet = self.book.add(SHEET, Words(self.book.lang)("sheet.trace"))
        self.book.note(Ref(SHEET, 0, 0), "nodes", lines=self._lines, rest=[x for x in self._rest if "ref" not in x])
        fill(
            self.book,
            sheet,
            {"lang": self.book.lang, "gwp": self.ledger.gwp.name, "edition": self.ledger.edition.id, "title": title},
        )


class NoTrace(TreeTrace):
    """For tables that are laid out to be compared and never written: nothing is noted."""

    def __init__(self, ledger: Ledger, book: Book) -> None:
        self.ledger, self.book = ledger, book

    def datum(self, ref: Ref, index: int) -> None: ...

    def factor(self, ref: Ref, index: int, value: float, unit: str) -> None: ...

    def step(self, ref: Ref, table: object, row: int) -> None: ...

    def default(self, ref: Ref, label: Text, unit: str, reason: Text) -> None: ...

    def sum(self, ref: Ref, lines: Iterable[int], label: Text, value: float, gas: str = "") -> None: ...

    def gwp(self, ref: Ref, gas: str) -> None: ...

    def same(self, ref: Ref, of: Ref) -> None: ...
