"""`inventory uncertainty`, `keycategories`, `qc`, `diff`, and what `compile` needs of them: progress of a Monte Carlo
run, sets chosen by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..console.common import WRONG_USE, Lang, answering, around, existing, tell, writable
from ..console.phrases import heads, inform, listed, show
from .options import Causes, Csv, Draws, Edition, Gwp, Inputs, Language, Seed, Sets

if TYPE_CHECKING:
    from ..analysis.recalculation import StatedCause

WAN = 1e4


def register(app: typer.Typer) -> None:
    app.command("uncertainty")(uncertainty_command)
    app.command("keycategories")(keycategories_command)
    app.command("qc")(qc_command)
    app.command("diff")(diff_command)


# ---- shared ----


def seeded(draws: int | None, seed: int | None, lang: str) -> None:
    """Exit status 2 for a seed without draws: nothing would be drawn, and silence would hide it."""
    if seed is not None and draws is None:
        inform("analysis.seed_goes_with_draws", lang)
        raise typer.Exit(WRONG_USE)


def compared(previous: Path | None, causes: Path | None, lang: str) -> None:
    """Exit status 2 for causes without a version to compare with."""
    if causes is not None and previous is None:
        inform("analysis.causes_goes_with_previous", lang)
        raise typer.Exit(WRONG_USE)


def write_table(head: Sequence[str], rows: Iterable[Sequence[object]], target: Path | None, lang: str) -> None:
    """A table as CSV: to a file (UTF-8 with BOM), to standard output for `-`, or in columns on the screen where no
    target is given."""
    from ..sheets.csvfile import BOM, csv_text

    if target is None:
        _print_columns(head, rows)
        return
    text = csv_text(rows, head)
    if str(target) == "-":
        typer.echo(text, nl=False)
        return
    from ..core.files import write_bytes

    write_bytes(target, text.encode(BOM))
    show("analysis.written", lang, target=target)


def _print_columns(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    from rich.cells import cell_len as width

    shown = [[_cell(v) for v in row] for row in [head, *rows]]
    widths = [max(width(row[c]) for row in shown) for c in range(len(head))]
    numeric = [
        all(isinstance(_number(row[c]), float) for row in shown[1:] if row[c] not in ("", "—"))
        for c in range(len(head))
    ]
    for row in shown:
        cells = [
            (" " * (w - width(v)) + v) if right else v + " " * (w - width(v))
            for v, w, right in zip(row, widths, numeric, strict=True)
        ]
        typer.echo("  ".join(cells).rstrip())


def _cell(value: object) -> str:
    return "—" if value is None else f"{value:,.2f}" if isinstance(value, float) else str(value)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").rstrip("%"))
    except ValueError:
        return None


def _said(given: StatedCause | None) -> tuple[str, str, str, str]:
    return (given.cause, given.text, given.name, given.date) if given else ("", "", "", "")


def _csv_target(target: Path | None, lang: Lang) -> None:
    if target is not None and str(target) != "-":
        writable(target, (".csv",), lang)


# ---- commands ----


def uncertainty_command(
    inputs: Inputs,
    draws: Draws = None,
    seed: Seed = None,
    sets: Sets = None,
    table: Csv = None,
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """不确定性：误差传递法；给出 --draws 时另做蒙特卡洛。 Uncertainty by error propagation, and by Monte Carlo with
    --draws."""
    from ..app.analysis import UncertaintyRequest, assess_uncertainty
    from ..app.source import Draws as DrawsOf
    from ..app.source import Source
    from ..uncertainty.results import figures

    existing(inputs, lang)
    _csv_target(table, lang)
    seeded(draws, seed, lang.value)
    with answering(lang), around(lang.value) as reported:
        result = assess_uncertainty(
            UncertaintyRequest(Source(tuple(inputs), edition, gwp, sets=tuple(sets or ())), DrawsOf(draws, seed)),
            reported,
        )
    head = heads("analysis.head_region", lang)
    if result.sampled:
        head += heads("analysis.head", lang)
    rows: list[list[object]] = []
    for x in result.figures:
        if table is None and x.target.level == "category":
            continue  # the screen gets totals and sectors; categories and the rest stand in the CSV and the workbook
        row: list[object] = [
            x.target.region,
            str(x.target.year),
            x.label[lang.value],
            x.emission_t / WAN,
            x.guideline_pct,
            x.shared_pct,
            100.0 * x.covered,
            "≥" if x.lower_bound else "",
        ]
        if result.sampled:
            bounds = (
                None if x.low_t is None else x.low_t / WAN,
                None if x.high_t is None else x.high_t / WAN,
                x.low_pct,
                x.high_pct,
            )
            row += [None if v is None else figures(v) for v in bounds]
        rows.append(row)
    write_table(head, rows, table, lang.value)
    if result.assumed:
        inform("analysis.the_uncertainty_of_inputs", lang, count=len(result.assumed))
        for ask in result.assumed[:10]:
            inform(
                "analysis.assumed_input",
                lang,
                label=ask.label[lang.value],
                assumed_pct=ask.assumed_pct or 0.0,
                reach_t=ask.reach_t / WAN,
            )
    if result.unstated:
        inform("analysis.inputs_have_no_stated", lang, count=len(result.unstated))
        for ask in result.unstated[:10]:
            inform("analysis.unstated_input", lang, label=ask.label[lang.value], reach_t=ask.reach_t / WAN)


def keycategories_command(
    inputs: Inputs,
    sets: Sets = None,
    table: Csv = None,
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """关键类别：水平与趋势，方法1和方法2。 Key categories, level and trend, approach 1 and 2."""
    from ..app.analysis import KeyCategoriesRequest, find_key_categories
    from ..app.source import Source

    existing(inputs, lang)
    _csv_target(table, lang)
    with answering(lang):
        result = find_key_categories(KeyCategoriesRequest(Source(tuple(inputs), edition, gwp, sets=tuple(sets or ()))))
    head = heads("analysis.head_assessment", lang)
    yes, no = heads("analysis.head_yes", lang)
    rows: list[list[object]] = []
    for a in result.assessments:
        for r in a.rows:
            if table is None and not r.key:
                continue
            base = None if a.base_year is None else r.first / WAN
            rows.append(
                [
                    a.code,
                    a.region,
                    str(a.year),
                    str(a.base_year or ""),
                    yes if a.with_lucf else no,
                    f"{r.category} {result.ledger.edition.label_of_category(r.category, lang.value)}",
                    r.gas,
                    base,
                    r.later / WAN,
                    r.uncertainty_pct,
                    None if r.share is None else 100.0 * r.share,
                    None if r.cumulative is None else 100.0 * r.cumulative,
                    yes if r.key else no,
                ]
            )
    write_table(head, rows, table, lang.value)
    if result.unknown:
        inform("analysis.categories_of_unknown_uncertainty", lang, count=len(result.unknown))


def qc_command(
    inputs: Inputs, sets: Sets = None, table: Csv = None, edition: Edition = "prov2011", lang: Language = Lang.zh
) -> None:
    """质量控制：逐项检查；--csv 写出供填写答复的 answers.csv。 Quality control; --csv writes the list to answer
    (answers.csv)."""
    from ..app.analysis import QualityRequest, control_quality
    from ..app.source import Source
    from ..core.files import write_bytes

    existing(inputs, lang)
    _csv_target(table, lang)
    zh = lang == "zh"
    with answering(lang):
        result = control_quality(QualityRequest(Source(tuple(inputs), edition, sets=tuple(sets or ()))))
    log = result.log
    if table is not None:
        if str(table) == "-":
            typer.echo(result.answers_csv, nl=False)
        else:
            write_bytes(table, result.answers_csv.encode("utf-8-sig"))
            show("analysis.written_2", lang, table=table)
    else:
        words = {"passed": ("通过", "passed"), "found": ("有发现", "found"), "skipped": ("未做", "not made")}
        write_table(
            heads("analysis.head_check", lang),
            [[o.check, words[o.status][not zh], str(o.findings), o.label[lang.value]] for o in log.outcomes],
            None,
            lang.value,
        )
        for f in log.findings:
            answer = f"　答复（{f.answer.name} {f.answer.date}）：{f.answer.answer}" if f.answer else ""
            typer.echo(f"[{f.check} {f.place}] {f.text(lang.value)}{answer}")
    tell([p for p in result.problems if p.code == "quality.answer_stale"], lang)
    inform("analysis.findings_open", lang, count=len(log.findings), count2=len(log.open))


qc_command.carries_over = ("answers", "质控答复")  # type: ignore[attr-defined]  # written anew with the answers it held


def diff_command(
    old: Annotated[Path, typer.Argument(help="旧版：清单工作簿、结果 CSV 或项目 / old version")],
    new: Annotated[Path, typer.Argument(help="新版 / new version")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写成工作簿 / write a workbook (.xlsx)")] = None,
    table: Csv = None,
    causes: Causes = None,
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    new_edition: Annotated[
        str, typer.Option("--new-edition", help="新版用的指南版本（缺省同 --edition） / edition of the new version")
    ] = "",
    lang: Language = Lang.zh,
) -> None:
    """重新计算：逐行比较两个版本，分清原因，原因之和等于变化。 Recalculation: what changed and why; causes add up to
    the change."""
    from ..analysis.recalculation import CAUSES, LABELS
    from ..app.analysis import CompareVersionsRequest, compare_versions

    existing([old, new] if causes is None else [old, new, causes], lang)
    _csv_target(table, lang)
    if output is not None:
        writable(output, (".xlsx",), lang)
    zh = lang == "zh"
    with answering(lang):
        result = compare_versions(
            CompareVersionsRequest(old, new, edition, new_edition, gwp, causes, output, lang.value)
        )
    tell(result.problems, lang.value)
    head = (
        ["地区", "年份", "旧版(t CO2e)", "新版(t CO2e)", "变化", *(LABELS[c][lang.value] for c in CAUSES)]
        if zh
        else ["region", "year", "old (t CO2e)", "new (t CO2e)", "change", *(LABELS[c]["en"] for c in CAUSES)]
    )
    write_table(
        head,
        [[r, str(y), s["old"], s["new"], s["change"], *(s[c] for c in CAUSES)] for r, y, s in result.totals],
        None,
        lang.value,
    )
    for text, places in (
        ("analysis.only_in_old", result.comparison.only_old),
        ("analysis.only_in_new", result.comparison.only_new),
    ):
        if places:
            inform(text, lang, names=listed((f"{r} {y}" for r, y in places), lang))
    if table is not None:
        write_table(
            [
                "place",
                "region",
                "year",
                "category",
                "item",
                "gas",
                "method",
                "old_t_co2e",
                "new_t_co2e",
                "change",
                *(f"by_{c}" for c in CAUSES),
                "main_cause",
                "cause",
                "text",
                "name",
                "date",
            ],
            [
                [
                    c.place,
                    c.region,
                    str(c.year),
                    c.category,
                    c.item,
                    c.gas,
                    c.method,
                    float(c.old),
                    float(c.new),
                    float(c.change),
                    *(float(c.causes.get(k, 0.0)) for k in CAUSES),
                    c.main_cause,
                    *_said(c.explanation),
                ]
                for c in result.changed
            ],
            table,
            lang.value,
        )
    inform("analysis.changed_lines", lang, count=len(result.changed))
    if output is not None:
        show("analysis.workbook", lang, output=output)
