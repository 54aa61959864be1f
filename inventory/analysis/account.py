"""What each figure that was read was used for, once a ledger exists: in a total, only for information or checks, or by
no method at all."""

from __future__ import annotations

from ..core.account import ASIDE, CHECK, COUNTED, FigureAccount, grouped
from ..core.ledger import Ledger, StepTable
from ..core.problems import Origin, Problem, problem
from .indicators import GDP, POPULATION, PUBLISHED_ENERGY

NAMED = 12  # cells named in one message


def account_of(ledger: Ledger) -> FigureAccount | None:
    """The account of a compilation; None for a project that was not read from files."""
    read = ledger.project.account
    return read.settled(_moved(ledger)) if read is not None else None


def remarks(account: FigureAccount) -> list[Problem]:
    """Hints about figures that no method uses: somebody typed them in the belief that they count."""
    return [
        problem(
            "account.unused",
            Origin(file, sheet),
            cells="、".join(cells[:NAMED]) + (f"…（{len(cells)}）" if len(cells) > NAMED else ""),
        )
        for (file, sheet, _, reason), cells in grouped(account.entries).items()
        if reason == "no_method"
    ]


def _moved(ledger: Ledger) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Places of figures that fed no total: (file, sheet, cell) -> (check or aside, reason)."""
    best: dict[tuple[str, str, str], str] = {}
    rank = {COUNTED: 0, CHECK: 1, ASIDE: 2}
    quantity: dict[tuple[str, str, str], str] = {}
    for d, where in zip(ledger.data, _use_of_data(ledger), strict=True):
        if not d.terms:
            quantity[d.origin.file, d.origin.sheet, d.origin.cell] = d.quantity
        for place in [t.cell for t in d.terms] or [d.origin]:
            key = (place.file, place.sheet, place.cell)
            if key not in best or rank[where] < rank[best[key]]:
                best[key] = where
    requested = {a.quantity for m in ledger.edition.declared.methods.values() for a in m.activity}
    # surveys feed derived data
    requested |= {quantity[key] for key, where in best.items() if where == COUNTED and key in quantity}
    for key, where in best.items():
        name = quantity.get(key, next(iter(requested), ""))
        if where == ASIDE and (name not in requested or name in (POPULATION, GDP, PUBLISHED_ENERGY)):
            best[key] = CHECK  # for indicators and questions, whether or not a method asks for them too
    moved = {
        key: (where, "only_checked" if where == CHECK else "no_method")
        for key, where in best.items()
        if where != COUNTED
    }
    by_code = {"factor.unused": (ASIDE, "unused_factor"), "data.same_twice": (CHECK, "same_twice")}
    moved |= {
        (p.origin.file, p.origin.sheet, p.origin.cell): by_code[p.code] for p in ledger.warnings if p.code in by_code
    }
    return moved


def _use_of_data(ledger: Ledger) -> list[str]:
    """Of every datum of the ledger: the best use that a line makes of it."""
    use = [ASIDE] * len(ledger.data)
    of_method: dict[str, set[str]] = {}
    for line in ledger.lines:
        of_method.setdefault(line.method, set()).add(line.account)
        if line.datum >= 0:
            use[line.datum] = _better(use[line.datum], line.account)
    for table in ledger.tables:
        accounts = of_method.get(table.method.id, {"total"})  # a method without a line feeds another one
        _of_table(table, ledger, accounts, use)
    return use


def _of_table(table: StepTable, ledger: Ledger, accounts: set[str], use: list[str]) -> None:
    whole = "total" if "total" in accounts else "memo"
    own = [ledger.lines[n].account if n >= 0 else whole for n in table.lines.tolist()]
    for column in table.columns.values():
        if column.kind == "activity":
            for row, ref in enumerate(column.refs.tolist()):
                if ref >= 0:
                    use[ref] = _better(use[ref], own[row] if row < len(own) else whole)
    for summed in table.sums.values():
        if summed.column.kind == "activity":
            for row, members in enumerate(summed.groups):
                for position in members:
                    ref = int(summed.column.refs[position])
                    if ref >= 0:
                        use[ref] = _better(use[ref], own[row])


def _better(now: str, account: str) -> str:
    return COUNTED if account == "total" or now == COUNTED else CHECK
