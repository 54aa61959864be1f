"""`inventory service`: the reporting service of a province, from a new folder to a running server."""

from __future__ import annotations

import errno
import functools
import os
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ..console.common import INPUT_PROBLEMS, WRONG_USE, Lang, say

app = typer.Typer(no_args_is_help=True, help="报送系统：企业和部门填报、市省审核、全程留痕。 The reporting service.")


class OnOff(StrEnum):
    on = "on"
    off = "off"


Config = Annotated[
    Path, typer.Option("--config", envvar="INVENTORY_SERVICE", help="系统文件夹或 service.toml / service folder")
]
LangOption = Annotated[Lang, typer.Option("--lang", help="语言 / language")]


CHECKED = {  # what the doctor looks at
    "migrations": "建表和升级 / migrations",
    "triggers": "只增触发器 / triggers",
    "role": "运行角色 / role",
    "chain": "日志链 / chain",
    "jobs": "后台任务 / jobs",
    "evidence": "证明材料 / evidence",
    "scanner": "查毒 / virus scanner",
    "rows": "条数 / rows",
    "recomputation": "复算 / recomputation",
}


@app.callback()
def _installed() -> None:
    try:
        import django  # noqa: F401
        import waitress  # noqa: F401
    except ImportError as error:
        say(f'需要附加组件（{error.name}）：pip install "ghg-inventory-cn[service]" / install the extra `service`')
        raise typer.Exit(WRONG_USE) from None


def _settings(config: Path):  # type: ignore[no-untyped-def]
    from ..service.shared.service_settings import read_settings

    try:
        return read_settings(config)
    except (OSError, ValueError) as error:
        say(f"读不到设置 {config}：{error} / settings cannot be read; make them with `inventory service init`")
        raise typer.Exit(WRONG_USE) from None


@app.command("init")
def init_command(
    folder: Annotated[Path, typer.Argument(help="系统文件夹 / service folder")],
    database: Annotated[
        str, typer.Option("--database", help="SQLite 文件或 postgresql://… / file or URL")
    ] = "service.db",
    owner: Annotated[str, typer.Option("--owner", help="表所有者的连接 / connection of the owner")] = "",
    app_role: Annotated[str, typer.Option("--app-role", help="运行角色 / role of the running service")] = "",
    https: Annotated[
        bool, typer.Option("--https/--no-https", help="在 HTTPS 代理之后 / behind an HTTPS proxy")
    ] = False,
) -> None:
    """新建系统文件夹：设置和密钥。 Make a service folder with settings and a secret."""
    from ..service.operate import init

    try:
        typer.echo(init(folder, database, owner, app_role, https))
    except FileExistsError as error:
        say(f"已存在：{error} / exists already")
        raise typer.Exit(WRONG_USE) from None


@app.command("migrate")
def migrate_command(config: Config) -> None:
    """建表和升级。 Make or upgrade the tables."""
    from ..service.operate import migrate

    migrate(_settings(config))
    typer.echo("完成 / done")


@app.command("maintenance")
def maintenance_command(
    config: Config,
    state: Annotated[OnOff, typer.Argument(help="on 关闭、off 开放 / close or open")],
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=["%Y-%m-%dT%H:%M"], help="预计恢复的时间，如 2016-04-01T22:00 / expected back"),
    ] = None,
) -> None:
    """维护时关闭网页和后台任务（503，说明何时恢复），结束后开放。 Close the service for maintenance, and open it again."""
    from ..service.shared import maintenance

    before = maintenance.switch(_settings(config).folder, state is OnOff.on, until)
    if state is OnOff.on:
        typer.echo("已关闭；正在办理的请求最多再过 30 秒结束 / closed; requests under way end within 30 s")
    else:
        typer.echo("已开放 / open" if before else "本来就是开放的 / it was open")


@app.command("createadmin")
def createadmin_command(
    config: Config,
    province: Annotated[str, typer.Option("--province", help="代码=名称，如 32=江苏省 / code=name")],
    logins: Annotated[
        str, typer.Option("--logins", help="系统、安全、审计管理员的用户名，逗号分隔 / three user names")
    ],
) -> None:
    """省级单位和三个管理员；密码从 INVENTORY_ADMIN_PASSWORDS（逗号分隔）或键盘读入。 The province and its three
    administrators."""
    from ..service.operate import create_administrators

    names = [x.strip().lower() for x in logins.replace("，", ",").split(",") if x.strip()]
    code, _, name = province.partition("=")
    if len(names) != 3 or not code or not name:
        say("请给出三个用户名，以及 --province 代码=名称 / give three user names and --province code=name")
        raise typer.Exit(WRONG_USE)
    given = os.environ.get("INVENTORY_ADMIN_PASSWORDS", "")
    passwords = (
        given.split(",") if given else [typer.prompt(f"{n}", hide_input=True, confirmation_prompt=True) for n in names]
    )
    if len(passwords) != 3:
        say("需要三个密码 / three passwords are needed")
        raise typer.Exit(WRONG_USE)
    reported = create_administrators(
        _settings(config),
        (code.strip(), name.strip()),
        (names[0], names[1], names[2]),
        (passwords[0], passwords[1], passwords[2]),
    )
    for line in reported:
        say(line)
    if reported:
        raise typer.Exit(INPUT_PROBLEMS)
    typer.echo("、".join(names))
    typer.echo(f"下一步 / next: inventory service run --config {config}")


@app.command("run")
def run_command(
    config: Annotated[
        Path | None, typer.Option("--config", envvar="INVENTORY_SERVICE", help="系统文件夹 / service folder")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="演示：示例省 13 市 60 家企业 / sample province")] = False,
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8011,
    threads: Annotated[int, typer.Option("--threads", min=1)] = 4,
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="同时做后台任务 / do the jobs in this process, too")
    ] = True,
) -> None:
    """运行。 Serve."""
    from ..service.operate import NotMigrated, run
    from ..service.operate import demo as make_demo

    if demo:
        chosen = make_demo(config or Path("inventory-demo"), typer.echo)
    elif config is None:
        say("请给出 --config，或用 --demo / give --config, or --demo")
        raise typer.Exit(WRONG_USE)
    else:
        chosen = _settings(config)
    try:
        run(chosen, host, port, threads, typer.echo, worker)
    except NotMigrated as error:
        say(f"数据库还没有建表或需要升级（{error} 项）：先运行 inventory service migrate / run migrate first")
        raise typer.Exit(WRONG_USE) from None
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
            raise
        say(f"不能使用 {host}:{port}（已被占用或不允许），用 --port 换一个端口 / the port is taken: choose another")
        raise typer.Exit(WRONG_USE) from None


@app.command("worker")
def worker_command(
    config: Config,
    once: Annotated[bool, typer.Option("--once", help="做完等待的任务就退出 / stop when nothing waits")] = False,
) -> None:
    """后台任务：成果、催报、邮件。PostgreSQL 上可同时运行几个。 Do the jobs; on PostgreSQL several may run at once."""
    from ..service.worker import work

    work(_settings(config), once)


@app.command("backup")
def backup_command(config: Config, target: Annotated[Path, typer.Argument(help="新文件夹 / new folder")]) -> None:
    """备份数据库和证明材料。 Copy the database and the evidence."""
    from ..service.backups import backup

    if target.exists():
        say(f"已存在：{target} / exists already")
        raise typer.Exit(WRONG_USE)
    try:
        typer.echo(backup(_settings(config), target))
    except RuntimeError as error:
        say(str(error))
        raise typer.Exit(INPUT_PROBLEMS) from None


@app.command("doctor")
def doctor_command(config: Config) -> None:
    """检查：迁移、触发器、行级权限、运行角色、日志链、后台任务、证明材料、复算。 Check everything that should hold."""
    from ..service.operate import doctor

    good = True
    for entry in doctor(_settings(config)):
        good &= entry.good
        typer.echo(f"{'✓' if entry.good else '✗'}  {CHECKED.get(entry.name, entry.name)}: {entry.detail}")
    if not good:
        raise typer.Exit(INPUT_PROBLEMS)


@app.command("restore-drill")
def restore_drill_command(
    saved: Annotated[Path, typer.Argument(help="备份文件夹 / folder of a backup")],
    scratch: Annotated[
        str, typer.Option("--scratch", help="PostgreSQL 备份：可填写的空库 / an empty database to fill")
    ] = "",
) -> None:
    """恢复演练：在临时处恢复备份并全部核对。 Restore a backup in a scratch place and check everything."""
    import tempfile

    from ..service.backups import restore_drill

    good = True
    try:
        with tempfile.TemporaryDirectory() as place:
            for entry in restore_drill(saved, Path(place) / "service", scratch):
                good &= entry.good
                typer.echo(f"{'✓' if entry.good else '✗'}  {CHECKED.get(entry.name, entry.name)}: {entry.detail}")
    except RuntimeError as error:
        say(str(error))
        raise typer.Exit(INPUT_PROBLEMS) from None
    if not good:
        raise typer.Exit(INPUT_PROBLEMS)


@app.command("import")
def import_command(
    config: Config,
    source: Annotated[
        Path,
        typer.Argument(
            help="单位表（xlsx、csv）、企业工作簿文件夹或旧的企业报告库 / organisations, a folder of workbooks, or a collection"
        ),
    ],
    who: Annotated[str, typer.Option("--as", help="以谁的名义（报告）/ login of who imports reports")] = "",
    lang: LangOption = Lang.zh,
) -> None:
    """导入单位、企业工作簿或旧库。 Import organisations, workbooks or an old collection."""
    from ..service.shared.service_settings import configure_service

    configure_service(_settings(config))
    from ..service.operate import import_source

    remarks, units, reports = import_source(source, who, lang.value)
    for line in remarks:
        say(line)
    typer.echo(f"导入 {units} 个单位、{reports} 份报告 / {units} organisations, {reports} reports imported")
    if remarks:
        raise typer.Exit(INPUT_PROBLEMS)


chain = typer.Typer(no_args_is_help=True, help="日志链 / the chain of the log")
app.add_typer(chain, name="chain")


Receipts = Annotated[
    list[str] | None,
    typer.Option(
        "--receipt", help="序号:哈希，如回执或锚上所印，可重复 / NUMBER:HASH as printed on a receipt or anchor"
    ),
]


def _receipts(given: list[str]) -> dict[int, str]:
    """Number and hash of each receipt. Raises for one that is not written so."""
    out = {}
    for one in given:
        number, _, sha = one.replace("：", ":").partition(":")
        if not number.strip().isdigit() or len(sha.strip()) != 64:
            raise typer.BadParameter(f"{one}（应为 序号:64位哈希 / NUMBER:HASH of 64 digits）")
        out[int(number)] = sha.strip().lower()
    return out


@chain.command("verify")
def verify_command(config: Config, receipt: Receipts = None) -> None:
    """核验日志链、锚、版本、报告状态和证明材料；可带回执上的序号和哈希。 Verify the chain, the anchors, versions, states of
    reports and evidence files; receipts may be given."""
    from ..service.shared.service_settings import configure_service

    configure_service(_settings(config))
    from ..service.store import integrity
    from ..service.store.scope import everything

    with everything():
        number, broken = integrity.verify(files=True, receipts=_receipts(receipt or []))
    for b in broken:
        say(f"{b.kind}  {b.number}  {b.detail}")
    typer.echo(f"{number} 条记录，{len(broken)} 处不一致 / {number} events, {len(broken)} disagree")
    if broken:
        raise typer.Exit(INPUT_PROBLEMS)


def _reaching(callback: Callable[..., Any]) -> Callable[..., Any]:
    """A command to which a database that cannot be reached is something to put right, not a fault of the program."""

    @functools.wraps(callback)
    def reaching(*args: Any, **kwargs: Any) -> Any:
        try:
            return callback(*args, **kwargs)
        except Exception as error:
            from django.db.utils import InterfaceError, OperationalError

            if not isinstance(error, InterfaceError | OperationalError):
                raise
            say(
                f"连不上数据库或数据库不能用：{' '.join(str(error).split())}；请检查数据库是否在运行，service.toml 里 "
                "database、owner 的地址、库名、角色和密码（密码里的特殊字符写成 %40 这样的编码）"
                " / the database cannot be reached or used: check that it runs, and address, name, role and password in "
                "service.toml (special characters of a password percent-encoded)"
            )
            raise typer.Exit(INPUT_PROBLEMS) from None

    return reaching


for _command in (*app.registered_commands, *chain.registered_commands):
    if _command.callback is not None:
        _command.callback = _reaching(_command.callback)
