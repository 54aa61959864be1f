"""Wrong use of a command answered in the language asked for.

typer's own errors are English. Here each is said again in Chinese; in English they stand as typer words them. The
language is that of `--lang` wherever it stands on the command line, else of INVENTORY_LANG, else Chinese.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer

from ..core.problems import LANGUAGES, language, speaking
from .common import WRONG_USE, say
from .help import in_one_language
from .phrases import inform

CHINESE: tuple[tuple[str, str], ...] = (  # what typer says, and the same in Chinese; tried in this order
    (r"No such option:? '?(?P<a>[^' ]+)'?.*?(?:\((?:Possible|Did you mean).*?: (?P<b>.*?)\))?$", "没有选项 {a}{b}"),
    (r"No such option:? '?(?P<a>[^' ]+?)'? Did you mean (?P<b>.*?)\?$", "没有选项 {a}{b}"),
    (r"No such command '(?P<a>.*?)'\.?(?: Did you mean (?P<b>.*?)\?)?$", "没有命令 {a}{b}"),
    (r"Missing command\.$", "缺少命令"),
    (r"Missing argument '?(?P<a>[^']*?)'?\.(?: .*)?$", "缺少参数 {a}"),
    (r"Missing option '?(?P<a>.*?)'?\.(?: .*)?$", "缺少必需的选项 {a}"),
    (r"Option '(?P<a>.*?)' requires an argument\.$", "选项 {a} 后面要有值"),
    (r"Option '(?P<a>.*?)' requires (?P<n>\d+) arguments\.$", "选项 {a} 后面要有 {n} 个值"),
    (r"Option '(?P<a>.*?)' does not take a value\.$", "选项 {a} 后面不带值"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((?P<a>.*)\)$", "多余的参数：{a}"),
    (r"Argument '?(?P<a>.*?)'? takes (?P<n>\d+) values\.$", "参数 {a} 要有 {n} 个值"),
    (r"Invalid value for '?(?P<a>[^' ]+)'?(?: \(env var: '(?P<env>.*?)'\))?: (?P<c>.*)$", "{a}{env}的值不对：{c}"),
    (r"Invalid value: (?P<c>.*)$", "值不对：{c}"),
    (r"Could not open file (?P<a>.*?): (?P<c>.*)$", "打不开文件 {a}：{c}"),
)
VALUES: tuple[tuple[str, str], ...] = (  # the second half of "Invalid value for …"
    (r"(?:Value error, )?(?P<a>'.*?') is not one of (?P<n>.*?)\.?$", "{a} 应为 {n} 之一"),
    (r"(?P<a>'.*?') is not a valid integer\.?$", "{a} 不是整数"),
    (r"(?P<a>'.*?') is not a valid float\.?$", "{a} 不是数"),
    (r"(?P<a>'.*?') is not a valid boolean\.?.*$", "{a} 不是 yes 或 no"),
    (r"Input should be a valid integer.*$", "应为整数"),
    (r"Input should be a valid (?:number|float).*$", "应为数"),
    (r"Input should be (?P<n>(?:greater|less) than.*)$", "应为 {n}"),
    (r"(?P<a>.*?) is not in the range (?P<n>.*?)\.?$", "{a} 不在范围 {n} 内"),
    (r"(?:File|Path|Directory) (?P<a>'.*?') does not exist\.?$", "{a} 不存在"),
)


def run(app: typer.Typer, arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 2 after wrong use, said in the language asked for."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = requested_language(given)
    command = typer.main.get_command(app)
    if os.environ.get("INVENTORY_LANG") or any(word.partition("=")[0] == "--lang" for word in given):
        in_one_language(command, lang)
    try:
        with speaking(lang):
            status = command.main(args=given, prog_name="inventory", standalone_mode=False)
    except typer.Abort:
        inform("usage.aborted", lang)
        status = 1
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        status = _answer(error, lang)
    sys.exit(status if isinstance(status, int) else 0)


def requested_language(arguments: Sequence[str]) -> str:
    """The language: after `--lang`, or in `--lang=`; else that of the environment, else Chinese."""
    for at, word in enumerate(arguments):
        value = word[7:] if word.startswith("--lang=") else arguments[at + 1 : at + 2] if word == "--lang" else None
        chosen = value[0] if isinstance(value, list) and value else value
        if chosen in LANGUAGES:
            return str(chosen)
    return language()


def _answer(error: Any, lang: str) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        say(error.format_message())
        return WRONG_USE
    path = context.command_path if context is not None else "inventory"
    message = error.format_message()
    inform("usage.error", lang, message=in_chinese(message) if lang == "zh" else message)
    inform("usage.usage", lang, usage=_usage(context), path=path)
    return int(getattr(error, "exit_code", WRONG_USE))


def _usage(context: Any) -> str:
    if context is None:
        return "inventory"
    return " ".join(re.sub(r"^Usage:\s*", "", context.get_usage()).split())


def in_chinese(message: str) -> str:
    """The sentence typer says, in Chinese; one that is not known stays as it is."""
    plain = " ".join(message.split())
    for pattern, text in CHINESE:
        if match := re.match(pattern, plain, re.DOTALL):
            parts = {k: v or "" for k, v in match.groupdict().items()}
            if "b" in parts:
                parts["b"] = f"；相近的：{parts['b'].rstrip('?')}" if parts["b"] else ""
            if "env" in parts:
                parts["env"] = f"（环境变量 {parts['env']}）" if parts["env"] else " "
            if "c" in parts:
                parts["c"] = _value(parts["c"])
            return text.format(**parts)
    return plain


def _value(reason: str) -> str:
    for pattern, text in VALUES:
        if match := re.match(pattern, reason, re.DOTALL):
            return text.format(**match.groupdict())
    return reason
