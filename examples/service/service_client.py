"""从另一个系统向报送系统报送：下载填报工作簿、上传、看核算结果、说明原因、提交审批。只用标准库。
File a report from another system: upload the workbook, read the verdict, give reasons, hand over. Standard library
only.

    python service_client.py https://host KEY 填报.xlsx --reasons 原因.json

`原因.json`: {"问题代码 code": "用自己的话说明原因 / the reason in your own words"}. 密钥在“我的账户”新建（可写）。
What blocks is printed with its cell; nothing is handed over then (exit status 1). Signing stays with a person.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# (method, path, body, headers) -> (status, body); another transport can be put in its place
Transport = Callable[[str, str, bytes | None, dict[str, str]], tuple[int, bytes]]


class Refused(Exception):
    """The service said no: `problems` are its sentences."""

    def __init__(self, status: int, problems: list[str]) -> None:
        self.status, self.problems = status, problems
        super().__init__(f"{status}: " + "；".join(problems))


def over_http(address: str) -> Transport:
    """Requests to a service at `https://host`."""

    def send(method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        request = urllib.request.Request(address.rstrip("/") + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    return send


@dataclass(frozen=True)
class Client:
    """The acts of `/api/v1` that filing a report takes."""

    send: Transport
    key: str
    lang: str = "zh"

    def call(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
        """The JSON answer. Raises `Refused` with what the service says."""
        headers = {"Authorization": f"Bearer {self.key}", "Accept-Language": self.lang, "Content-Type": kind}
        status, content = self.send(method, f"/api/v1{path}", body, headers)
        found = json.loads(content) if content[:1] in (b"{", b"[") else {}
        if status >= 300:
            raise Refused(status, found.get("problems", [content.decode("utf-8", "replace")[:200]]))
        return found

    def post(self, path: str, **body: Any) -> Any:
        return self.call("POST", path, json.dumps(body).encode())

    def my_report(self, year: int | None = None) -> dict[str, Any]:
        """The one report of this key, or that of a year. Raises LookupError when there is none or more than one."""
        rounds = {r["id"]: r["year"] for r in self.call("GET", "/rounds")}
        found = [r for r in self.call("GET", "/reports") if year in (None, rounds.get(r["round"]))]
        if len(found) != 1:
            raise LookupError(f"{len(found)} reports")
        chosen: dict[str, Any] = found[0]
        return chosen

    def upload(self, number: int, workbook: Path) -> dict[str, Any]:
        """Put a workbook in place of the draft; gives the verdict, with the stamp of the draft it judges."""
        mark = uuid.uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="workbook"; filename="{workbook.name}"\r\n\r\n'
        body = head.encode() + workbook.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        kind = f"multipart/form-data; boundary={mark}"
        answer = self.call("POST", f"/reports/{number}/workbook", body, kind)
        return {**answer["verdict"], "stamp": answer["stamp"]}

    def hand_over(self, number: int, stamp: int) -> dict[str, Any]:
        """Freeze the draft as a version, to be signed by a person; gives the report with the version's hash. `stamp`: of
        the draft that was looked at; refused when somebody has changed it since."""
        filed: dict[str, Any] = self.post(f"/reports/{number}/transitions", action="hand_over", stamp=stamp)
        return filed


def file_report(
    client: Client, workbook: Path, reasons: dict[str, str], say: Callable[[str], None], year: int | None = None
) -> int:
    """The whole way of one report (of the year reported, where there are several); 0 when it was handed over."""
    report = client.my_report(year)
    verdict = client.upload(report["id"], workbook)
    for finding in verdict["findings"]:
        said = finding[client.lang]
        say(f"[{finding['grade']}] {finding['sheet']}!{finding['cell']} {said['what']} {said['fix']}")
        if finding["grade"] == "to_verify" and finding["code"] in reasons:
            client.post(f"/reports/{report['id']}/explanations", key=finding["key"], text=reasons[finding["code"]])
    say(f"总量 / total: {verdict['total_t']} t CO2e")
    try:
        filed = client.hand_over(report["id"], verdict["stamp"])
    except Refused as refused:
        say("\n".join(refused.problems))
        return 1
    say(f"版本 / version: {filed['version_sha']}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("key")
    parser.add_argument("workbook", type=Path)
    parser.add_argument("--reasons", type=Path)
    parser.add_argument("--year", type=int, help="报告年度 / year reported")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    given = parser.parse_args()
    reasons = json.loads(given.reasons.read_text("utf-8")) if given.reasons else {}
    client = Client(over_http(given.address), given.key, given.lang)
    try:
        return file_report(client, given.workbook, reasons, print, given.year)
    except Refused as refused:
        print("\n".join(refused.problems), file=sys.stderr)
    except LookupError as error:
        print(f"这把密钥不是恰有一份报告（{error}），用 --year 选年度 / choose the year with --year", file=sys.stderr)
    except OSError as error:
        print(f"连不上或读不到文件：{error} / no connection, or the file cannot be read", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
