"""`inventory cluster`: the scheduler and the workers of many machines."""

from __future__ import annotations

import signal
from typing import Annotated, Any

import typer

from ..console.common import Lang, answering
from .options import Language

app = typer.Typer(help="多台机器：调度器和工作进程 / many machines: scheduler and workers", no_args_is_help=True)


@app.command("scheduler")
def scheduler_command(
    host: Annotated[
        str,
        typer.Option(
            "--host",
            help="监听的地址；缺省只限本机。调度器不验证来者，只在可信的网络里换成本机在网内的地址"
            " / address to listen on; only this machine by default, since a scheduler asks nobody who he is",
        ),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="端口 / port")] = 8786,
    lang: Language = Lang.zh,
) -> None:
    """运行调度器，直到中断。 Run the scheduler until it is stopped."""
    from ..batch.node import schedule

    _stop_as_interrupted()
    with answering(lang):
        status = schedule(host, port)
    raise typer.Exit(status)


@app.command("worker")
def worker_command(
    scheduler: Annotated[
        str, typer.Argument(help="调度器地址，如 tcp://主机:8786 / the scheduler, as tcp://HOST:8786")
    ],
    processes: Annotated[
        int, typer.Option("--processes", min=0, help="进程数，0 为处理器数 / processes, 0: one a processor")
    ] = 0,
    host: Annotated[str, typer.Option("--host", help="本机在网内的地址 / this machine's address")] = "",
    lang: Language = Lang.zh,
) -> None:
    """运行工作进程，直到中断；进程中止或调度器重启后自动接上。 Run workers until stopped; they come back by
    themselves."""
    from ..batch.node import work

    _stop_as_interrupted()
    with answering(lang):
        work(scheduler, processes, host)


def _stop_as_interrupted() -> None:
    """A service manager ends us with SIGTERM: then the processes below end too."""

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
