"""The `inventory` command: declared commands and the few written out, in the order of the work."""

from __future__ import annotations

import typer

from ..console import door
from . import cluster, own
from . import service as service_commands
from .declared import add

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="省级温室气体清单：活动水平数据 → 可填报工作簿，每个数字可追溯。 Provincial GHG inventories, every figure traceable.",
)


def _group(name: str, title: str) -> typer.Typer:
    group = typer.Typer(no_args_is_help=True, help=title)
    app.add_typer(group, name=name)
    return group


# In the order of a compiler's work: compile, fill in, analyse, report; then levels, targets, enterprises.
add(app, "compile", "check")
app.command("explain")(own.explain_command)
add(app, "template", "gaps")
factors = _group("factors", "排放因子表 / factor tables")
add(factors, "factors list", "factors show")
factors.command("checklist")(own.checklist_command)
add(factors, "factors load")
edition = _group("edition", "指南版本：检查、比较、编辑器用的 schema / editions: check, compare, schemas for editors")
add(edition, "edition check", "edition diff", "edition schema", "edition book")
forms = _group("forms", "填报表单：列出、空表、JSON schema / the forms: list, template, schema")
add(forms, "forms list", "forms schema", "forms template", "forms page")
add(app, "uncertainty", "keycategories", "qc", "diff", "choices", "shares", "improve", "report", "report-template")
add(app, "file", "lock", "start", "freeze")
app.command("verify")(own.verify_command)
levels = _group("levels", "地区树和各级模板 / region tree and templates of each level")
add(levels, "levels tree", "levels template", "levels forms", "levels results", "levels scopes", "levels enterprises")
add(app, "rollup")
app.command("batch")(own.batch_command)
app.add_typer(cluster.app, name="cluster")
add(app, "query", "export", "import", "targets", "pilots", "actions", "bulletin")
enterprise = _group("enterprise", "重点企业直报：24个行业，从抄表到附表，再到省级汇总。 Enterprise direct reporting.")
add(enterprise, "enterprise industries", "enterprise template", "enterprise assess", "enterprise report")
add(enterprise, "enterprise verify", "enterprise collect", "enterprise status", "enterprise settle")
add(enterprise, "enterprise history", "enterprise diff", "enterprise pending", "enterprise query")
add(enterprise, "enterprise summary", "enterprise reconcile")
app.command("open")(own.open_command)
app.add_typer(service_commands.app, name="service")
door.through(app)
