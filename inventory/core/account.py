"""The account of figures: every number in a file that a person hands in ends in exactly one place, and the account says
where.

Destinations: *counted* (part of a total), *check* (information items, reference approach, comparisons), *aside* (not
used, named with reason and place),
*refused* (an error says why). Numbers that only name or describe figures (years, row numbers, codes, dates,
uncertainties of a row) are *labels* and no
figures. An account that does not close is a fault of this program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from .problems import Origin, problem

COUNTED, CHECK, ASIDE, REFUSED, LABEL, OPEN = "counted", "check", "aside", "refused", "label", "open"
_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True, order=True)
class UncountedFigure:
    """One figure that is not counted: where it stands, where it went (aside, check, refused, open), and why (a word of
    `messages/account.toml`)."""

    origin: Origin
    destination: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileAccount:
    """The account of one file; `entries` are the figures that are not counted."""

    file: str
    read: int
    counted: int = 0
    check: int = 0
    aside: int = 0
    refused: int = 0
    labels: int = 0
    entries: tuple[UncountedFigure, ...] = ()

    @property
    def closes(self) -> bool:
        """Every number that was read is in one of the four."""
        return self.read == self.counted + self.check + self.aside + self.refused


@dataclass(frozen=True)
class FigureAccount:
    """The account of all files of a project, in the order of their names."""

    files: tuple[FileAccount, ...] = ()

    def __iter__(self) -> Iterator[FileAccount]:
        return iter(self.files)

    @property
    def total(self) -> FileAccount:
        sums = {
            name: sum(getattr(f, name) for f in self.files)
            for name in ("read", "counted", "check", "aside", "refused", "labels")
        }
        return FileAccount("", **sums)

    @property
    def closes(self) -> bool:
        return all(f.closes for f in self.files)

    @property
    def entries(self) -> tuple[UncountedFigure, ...]:
        """Every figure that is not counted, by place."""
        return tuple(e for f in self.files for e in f.entries)

    def settled(self, moved: Mapping[tuple[str, str, str], tuple[str, str]]) -> FigureAccount:
        """The account after a compilation: `moved` says of the places (file, sheet, cell) of figures that no total used
        where they went (check or aside) and why."""
        by_file: dict[str, list[UncountedFigure]] = {}
        for (file, sheet, cell), (where, reason) in moved.items():
            by_file.setdefault(file, []).append(UncountedFigure(Origin(file, sheet, cell), where, reason))
        return FigureAccount(tuple(_moved(f, by_file.get(f.file, [])) for f in self.files))


def _moved(f: FileAccount, entries: list[UncountedFigure]) -> FileAccount:
    known = {e.origin for e in f.entries}
    new = [e for e in entries if e.origin not in known][: f.counted]
    check = sum(e.destination == CHECK for e in new)
    return replace(
        f,
        counted=f.counted - len(new),
        check=f.check + check,
        aside=f.aside + len(new) - check,
        entries=tuple(sorted((*f.entries, *new))),
    )


def grouped(entries: Iterable[UncountedFigure]) -> dict[tuple[str, str, str, str], list[str]]:
    """Cells by (file, sheet, destination, reason), in the order of their places: what a person reads instead of a list
    of cells."""
    out: dict[tuple[str, str, str, str], list[str]] = {}
    for e in entries:
        out.setdefault((e.origin.file, e.origin.sheet, e.destination, e.reason), []).append(e.origin.cell)
    return out


def own_words(reason: Mapping[str, str]) -> str:
    """A reason that has its own words, as an `UncountedFigure` keeps it."""
    return f"{reason['zh']}{_BETWEEN}{reason.get('en', '')}"


def reason_text(reason: str, lang: str = "zh") -> str:
    """Why, in words."""
    if _BETWEEN in reason:
        zh, _, en = reason.partition(_BETWEEN)
        return en or zh if lang == "en" else zh
    return problem(f"reason.{reason}").part("what", lang)


def line_of(f: FileAccount, lang: str = "zh") -> str:
    """One line for a person: `读到 2,378 个数：计入 2,301，核对 44，未用 33，拒绝 0`."""
    if lang == "zh":
        return f"读到 {f.read:,} 个数：计入 {f.counted:,}，核对 {f.check:,}，未用 {f.aside:,}，拒绝 {f.refused:,}"
    return f"{f.read:,} figures read: {f.counted:,} counted, {f.check:,} checked, {f.aside:,} not used, {f.refused:,} refused"


def records(account: FigureAccount, lang: str = "zh") -> dict[str, object]:
    """The account as plain values, for JSON."""
    names = ("read", "counted", "check", "aside", "refused")
    return {
        "closes": account.closes,
        "total": {n: getattr(account.total, n) for n in names},
        "files": [{"file": f.file, **{n: getattr(f, n) for n in names}} for f in account.files],
        "entries": [
            {
                "file": e.origin.file,
                "sheet": e.origin.sheet,
                "cell": e.origin.cell,
                "destination": e.destination,
                "reason": e.reason,
                "text": reason_text(e.reason, lang),
            }
            for e in account.entries
        ],
    }
