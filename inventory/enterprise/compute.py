"""An enterprise's emissions: the ledger of its sources, totals without and with electricity and heat, and what a reader
must be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.activity import Project
from ..core.edition import Edition
from ..core.engine import compile_ledger
from ..core.ledger import Ledger, StepTable
from ..core.problems import InventoryError, Origin, Problem, problem
from ..core.resolved import Resolved
from ..core.rounding import in_digits
from ..edition.parts import DisputedRow, rows
from .checks import Finding, check, hard_limits, preliminary
from .english import dictionary, doubts, text_of
from .evidence import hash_conflicts
from .industries import EmissionSource, Industry, edition_for, find
from .ledger import project_of
from .model import Enterprise
from .read import read_enterprise
from .wording import in_form_words

if TYPE_CHECKING:
    import pandas as pd

TICK_OF = {"measured": "检测", "provincial": "计算", "default": "缺省", "default-wider": "缺省", "fallback": "缺省"}
OWN = ("measured", "provincial")  # steps of the resolution chain at which the enterprise's own figure was taken
BIG_GAS = 200_000  # 万Nm3 a year


@dataclass(frozen=True, slots=True)
class Total:
    """One line of 附表1: a source and a gas; mass in t (negative for deductions), CO2e in t."""

    source: EmissionSource
    gas: str
    mass_t: float
    co2e_t: float


@dataclass(frozen=True)
class Result:
    """What a report is made of. `findings` are the open questions graded by effect; `problems` the same and what else a
    reader must be told."""

    enterprise: Enterprise
    industry: Industry
    ledger: Ledger
    totals: tuple[Total, ...]
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def edition(self) -> Edition:
        return self.ledger.edition

    def total(self, with_energy: bool) -> float:
        """t CO2e, with or without net purchased electricity and heat."""
        return float(sum(t.co2e_t for t in self.totals if with_energy or t.source.scope == "direct"))

    def to_frame(self) -> pd.DataFrame:
        """One row a source and gas of the report: source, label, label_en, scope, gas, mass_t, co2e_t."""
        import pandas as pd

        rows = [
            (t.source.id, t.source.label, t.source.label_en, t.source.scope, t.gas, t.mass_t, t.co2e_t)
            for t in self.totals
        ]
        columns = ["source", "label", "label_en", "scope", "gas", "mass_t", "co2e_t"]
        return pd.DataFrame.from_records(rows, columns=columns)

    def __repr__(self) -> str:
        p = self.enterprise.profile
        return (
            f"Result({p.name or 'unnamed'} {p.year}; {self.industry.short}; {self.total(True):,.2f} t CO2e, direct "
            f"{self.total(False):,.2f}; {len(self.findings)} findings)"
        )

    def _repr_html_(self) -> str:
        """The sources as a table, for notebooks."""
        return str(self.to_frame().to_html(index=False, float_format="{:,.2f}".format))


def compute_enterprise(source: Enterprise | Mapping[str, object] | Path | str, gwp: str | None = None) -> Result:
    """The report of one enterprise: from a filled workbook or TOML (a path), from plain values
    (`enterprise_from_dict`), or from an `Enterprise`. gwp: SAR (the guidelines', default), AR4, AR5, AR6.

    Raises `InventoryError` with every problem when any is an error.
    """
    if isinstance(source, (str, Path)):
        return compute_file(source, gwp)
    from .read_tables import enterprise_from_dict

    return compute(source if isinstance(source, Enterprise) else enterprise_from_dict(source), gwp=gwp)


def compute_file(path: Path | str, gwp: str | None = None) -> Result:
    """Read and compute one enterprise's workbook or TOML. Raises `InventoryError` with every problem when any is an
    error."""
    enterprise, problems = read_enterprise(path)
    return compute(enterprise, problems, gwp)


def compute(enterprise: Enterprise, problems: Iterable[Problem] = (), gwp: str | None = None) -> Result:
    """The result of an enterprise as read. Raises `InventoryError` with every problem when any is an error: nothing
    impossible is computed."""
    reported = list(problems)
    if not enterprise.profile.industry or not enterprise.profile.year or not enterprise.profile.name:
        raise InventoryError(reported)
    industry = industry_of(enterprise)
    project, more = project_of(enterprise, industry)
    reported += [*more, *hash_conflicts(enterprise), *hard_limits(enterprise, industry, project, None)]
    if any(p.severity == "error" for p in reported):
        reported.extend(_engine_errors(project, industry.edition))
        raise _refused(reported, enterprise, industry)
    try:
        ledger = compile_ledger(project, industry.edition, gwp=gwp, read_problems=tuple(reported))
    except InventoryError as error:
        raise _refused(error.problems, enterprise, industry) from error
    impossible = hard_limits(enterprise, industry, project, ledger)
    if impossible:
        raise _refused((*ledger.warnings, *impossible), enterprise, industry)
    warned = [p for p in ledger.warnings if p.code != "choice.unused" or enterprise.profile.grid_year]
    worded = in_form_words((*warned, *remarks(ledger, industry)), industry.edition)
    findings = tuple(check(enterprise, industry, ledger, worded))
    return Result(
        enterprise, industry, ledger, totals_of(ledger, industry), tuple(f.problem for f in findings), findings
    )


def industry_of(enterprise: Enterprise) -> Industry:
    """The guideline of a report: its industry in the edition of its year."""
    p = enterprise.profile
    return find(p.industry, edition_for(p.industry, p.year))


def _refused(problems: Iterable[Problem], enterprise: Enterprise, industry: Industry) -> InventoryError:
    """All problems in the words of the form, with what is asked anyway; a parameter that was refused is not also called
    missing."""
    worded = in_form_words(problems, industry.edition)
    refused = {dict(p.facts).get("label") for p in worded if p.code in ("form.factor_bounds", "form.factor_unit")}
    kept = [p for p in worded if not (p.code == "form.factor_missing" and dict(p.facts).get("label") in refused)]
    # a datum that is missing for a row need not be called missing for the whole method as well
    by_row = {_missing_what(p) for p in kept if p.code == "form.data_missing" and _of_a_row(p)}
    kept = [p for p in kept if _of_a_row(p) or _missing_what(p) not in by_row]
    return InventoryError([*kept, *preliminary(enterprise, industry)])


def _of_a_row(p: Problem) -> bool:
    return bool(dict(p.facts).get("keys", "").strip(" \x1f"))


def _missing_what(p: Problem) -> tuple[str, ...]:
    facts = dict(p.facts)
    return p.code, facts.get("method", ""), facts.get("label", "")


def _engine_errors(project: Project, edition: Edition) -> tuple[Problem, ...]:
    """What the engine would complain about as well: all problems at once, not the first kind only."""
    if not project.data:
        return ()
    try:
        compile_ledger(project, edition)
    except InventoryError as error:
        return error.problems
    return ()


def totals_of(ledger: Ledger, industry: Industry) -> tuple[Total, ...]:
    """Every source line and gas of the guideline that has data, in the guideline's order."""
    sums: dict[tuple[str, str], float] = {}
    for line in ledger.lines:
        if line.account == "total":
            sums[line.category, line.gas] = sums.get((line.category, line.gas), 0.0) + line.mass_t
    totals: list[Total] = []
    for source in industry.sources:
        gases = [g for g in source.gases if (source.id, g) in sums]
        totals.extend(Total(source, g, sums[source.id, g], sums[source.id, g] * ledger.gwp[g]) for g in gases)
    return tuple(totals)


def remarks(ledger: Ledger, industry: Industry) -> list[Problem]:
    """Disputed defaults with their candidates, an unconfirmed parameter family, gas volumes that look like Nm3."""
    problems = disputed(ledger.factors, ledger.edition)
    uses_family = any(
        "family" in dict(f.keys) and f.parameter.startswith("fuel_") and f.step in ("default", "default-wider")
        for f in ledger.factors
    )
    return [*problems, *family_unconfirmed(industry, uses_family), *big_gases(ledger)]


def family_unconfirmed(industry: Industry, used: bool) -> list[Problem]:
    """Defaults taken from a table of parameters that nobody has seen confirmed for this industry."""
    if not used or industry.family_confirmed:
        return []
    named = {"zh": industry.name, "en": industry.name_en}
    return [problem("enterprise.family_unconfirmed", Origin(), industry=named)]


def big_gases(ledger: Ledger) -> list[Problem]:
    """Gas volumes that look like Nm3 under 万Nm3; the same question to the firm and to the province."""
    problems = []
    for d, value, unit in zip(ledger.data, ledger.data_values, ledger.data_units, strict=True):
        if (
            d.quantity in ("fuel_consumption", "fuel_measured", "gas_with_composition")
            and unit == "万Nm3"
            and value > BIG_GAS
        ):
            problems.append(
                problem("enterprise.big_gas", d.origin, fuel=d.keys.get("fuel", ""), value=in_digits(value))
            )
    return problems


def disputed(factors: Iterable[Resolved], edition: Edition) -> list[Problem]:
    """Defaults in use that the sources dispute, each with its candidates; the same for the firm and for the
    province."""
    held = list(factors)
    problems = [
        problem(
            "enterprise.conflict",
            Origin(),
            label=edition.declared.parameters[parameter].label["zh"],
            id=table,
            value=f"{value:g}",
            unit=unit,
            note=note,
        )
        for table, parameter, value, unit, note in sorted(
            {(f.table or f.id, f.parameter, f.value, f.unit, f.note) for f in held if f.standing == "conflict"}
        )
    ]
    return problems + _printed_differently(held, edition)


def _printed_differently(factors: Iterable[Resolved], edition: Edition) -> list[Problem]:
    """Defaults in use of which other guidelines of the same years print another figure for the same fuel
    (`disputed.csv`): told with the candidates."""
    problems: list[Problem] = []
    by_fuel = {(r.parameter, r.fuel) for r in rows(edition, DisputedRow)}
    used = {
        (f.table or f.id, f.parameter, dict(f.keys).get("fuel", ""), f.value, f.unit)
        for f in factors
        if f.step in ("default", "default-wider") and f.standing != "conflict"
    }
    for table, parameter, fuel, value, unit in sorted(used):
        if (parameter, fuel) not in by_fuel:
            continue
        others: dict[float, str] = {}
        for row in edition.factors[parameter]:
            keys = dict(row.keys)
            later = edition.attribute("family", keys.get("family", ""), "later")
            if keys.get("fuel") == fuel and row.value is not None and row.value != value and not later:
                others[row.value] = "、".join(filter(None, (others.get(row.value, ""), row.table.split(" ")[0])))
        if others:
            problems.append(
                problem(
                    "enterprise.printed_differently",
                    Origin(),
                    label=edition.declared.parameters[parameter].label["zh"],
                    fuel=fuel,
                    id=table,
                    value=f"{value:g}",
                    unit=unit,
                    candidates="；".join(f"{v:g}（{names}）" for v, names in sorted(others.items())),
                )
            )
    return problems


def figures_to_check(ledger: Ledger, lang: str = "zh") -> list[tuple[str, str]]:
    """Substitutes in use with their reason, and defaults that are unverified or disputed, as the report names them:
    (替代值 or 待核对, sentence)."""
    doubts = []
    words, edition = DOUBTS[lang], ledger.edition
    for f in sorted(
        (f for f in ledger.factors if f.step == "fallback" or f.standing in ("unverified", "conflict")),
        key=lambda f: (f.parameter, f.id),
    ):
        what = f.reason[lang] if f.step == "fallback" else words[f.standing]
        table = f.table or f.id
        table = table if lang == "zh" else text_of(table, dictionary(edition))
        label = edition.declared.parameters[f.parameter].label[lang]
        kind = words["fallback" if f.step == "fallback" else "check"]
        doubts.append((kind, words["sentence"].format(label=label, value=f.value, unit=f.unit, table=table, what=what)))
    return list(dict.fromkeys(doubts))


DOUBTS = {
    "zh": {
        "fallback": "替代值",
        "check": "待核对",
        "unverified": "缺省值未核实，请用印本核对",
        "conflict": "缺省值有分歧",
        "sentence": "{label} {value:g} {unit}（{table}）：{what}",
    },
    "en": {
        "fallback": "substitute",
        "check": "to be checked",
        "unverified": "default not verified: compare it with the print",
        "conflict": "sources disagree on the default",
        "sentence": "{label} {value:g} {unit} ({table}): {what}",
    },
}


def tick(factor: Resolved) -> str:
    """检测, 计算 or 缺省."""
    return TICK_OF[factor.step]


def basis_of(factor: Resolved) -> str:
    """What a factor rests on, in Chinese: the source of the enterprise's own, the table of a default with its standing
    where no print has confirmed it."""
    if factor.step in OWN:
        return factor.source
    doubt = doubts().get(factor.standing)
    return f"{factor.table}（{doubt['zh']}）" if doubt else factor.table


def category_of(table: StepTable, row: tuple[str, ...], edition: Edition) -> str:
    """The source line a row of arithmetic belongs to, also for steps that are no emission themselves."""
    last = next((s for s in reversed(table.method.steps) if s.gas), table.step)
    if last.category.startswith("@"):
        key, _, attribute = last.category[1:].partition(".")
        return edition.attribute(key, row[table.keys.index(key)], attribute) if key in table.keys else ""
    return row[table.keys.index(last.category)] if last.category in table.keys else last.category


def lookup_keys(table: StepTable, name: str, row: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The keys by which a factor variable was looked up in a row, as a person would name them (family and choices left
    out)."""
    var = next(f for f in table.method.factor if f.name == name)
    pairs = []
    for key, source in sorted(var.keys.items()):
        if key in ("family", "grid_year"):
            continue
        value = source[1:] if source.startswith("=") else row[table.keys.index(source)] if source in table.keys else ""
        if value:
            pairs.append((key, value))
    return tuple(pairs)
