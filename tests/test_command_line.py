"""The command line as a person uses it: exit statuses, every GWP set, a copied edition, the 30 fuels, Chinese paths on
a cp936 console, English messages."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inventory.cli.app import app
from inventory.resources import folder

HEAD = "region,year,category,item,quantity,value,unit,source\n"
LIME = HEAD + "江苏,2005,2.2,,lime_production,300,万吨,示例\n江苏,2005,3.1,season=单季稻,rice_area,100,万公顷,示例\n"
FUELS = {  # the 30 fuels of the template, in its order; the last has no default anywhere
    "万吨": "无烟煤 烟煤 褐煤 洗精煤 其他洗煤 型煤 煤矸石 焦炭 其他焦化产品 原油 汽油 煤油 柴油 "
    "燃料油 石脑油 润滑油 石蜡 溶剂油 石油沥青 石油焦 液化石油气 炼厂干气 其他石油制品 液化天然气",
    "亿立方米": "焦炉煤气 高炉煤气 转炉煤气 其他煤气 天然气 其他(亿m3)",
}


@pytest.fixture
def lime(tmp_path: Path) -> Path:
    path = tmp_path / "石灰.csv"
    path.write_text(LIME, "utf-8")
    return path


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(w) for w in words])
    return done.exit_code, done.output


def results(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


@pytest.mark.parametrize(("gwp", "ch4"), [("guideline", 21), ("SAR", 21), ("AR4", 25), ("AR5", 28), ("AR6", 27.9)])
def test_every_gwp_set_and_the_columns_of_the_results(lime: Path, tmp_path: Path, gwp: str, ch4: float) -> None:
    code, said = run("compile", lime, "-o", tmp_path / "清单.xlsx", "--results", tmp_path / "结果.csv", "--gwp", gwp)
    assert code == 0, said
    rows = results(tmp_path / "结果.csv")
    assert list(rows[0])[:8] == ["region", "year", "category", "item", "gas", "mass_t", "co2e_t", "gwp_set"]
    rice = next(r for r in rows if r["category"] == "3.1.1")
    assert (rice["gas"], rice["gwp_set"]) == ("CH4", gwp)
    assert float(rice["mass_t"]) == pytest.approx(100e4 * 0.2155, rel=1e-12)
    assert float(rice["co2e_t"]) == pytest.approx(float(rice["mass_t"]) * ch4, rel=1e-12)


@pytest.mark.skipif(os.name == "nt", reason="file modes are those of POSIX")
def test_results_are_ordinary_files(lime: Path, tmp_path: Path) -> None:
    """Others may read them as they may any file: not for the owner alone, as temporary files are."""
    run("compile", lime, "-o", tmp_path / "清单.xlsx", "--results", tmp_path / "结果.csv")
    (tmp_path / "plain").touch()
    assert (
        (tmp_path / "结果.csv").stat().st_mode
        == (tmp_path / "清单.xlsx").stat().st_mode
        == (tmp_path / "plain").stat().st_mode
    )


@pytest.mark.parametrize("words", [["--gwp", "AR9"], ["--edition", "prov2099"]])
def test_options_that_do_not_exist_are_wrong_use(lime: Path, tmp_path: Path, words: list[str]) -> None:
    code, said = run("compile", lime, "-o", tmp_path / "清单.xlsx", *words)
    assert code == 2 and words[1] in said and not (tmp_path / "清单.xlsx").exists()


def test_faulty_input_ends_with_one_and_writes_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "错.csv"
    bad.write_text(
        HEAD + "江苏,2005,2.2,,lime_production,-3,万吨,x\n江苏,2005,2.4,,carbide_production,3,ton,x\n", "utf-8"
    )
    code, said = run("compile", bad, "-o", tmp_path / "清单.xlsx", "--results", tmp_path / "结果.csv")
    assert code == 1 and "第2行" in said and "第3行" in said, "both problems at once"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["错.csv"]
    assert run("compile", tmp_path / "没有.csv", "-o", tmp_path / "清单.xlsx")[0] == 2


def test_unverified_defaults_and_fallbacks_can_be_forbidden(lime: Path, tmp_path: Path) -> None:
    code, said = run("check", lime)
    assert code == 0, said
    code, said = run("compile", lime, "-o", tmp_path / "清单.xlsx", "--strict")
    assert code == 1 and "ippu.lime" in said
    coal = tmp_path / "煤.csv"
    coal.write_text(HEAD + "江苏,2005,1.1.5,equipment=其他设备;fuel=烟煤,fuel_consumption,1,万吨,x\n", "utf-8")
    code, said = run("compile", coal, "-o", tmp_path / "清单.xlsx", "--no-fallback")
    assert code == 1 and "energy.ncv.bituminous" in said


def test_an_edition_is_copied_by_copying_its_folder_alone(lime: Path, tmp_path: Path) -> None:
    """What all editions share (the GWP sets) need not be copied with it; a file that is missing is named."""
    own = tmp_path / "本省版"
    shutil.copytree(folder("factors") / "prov2011", own)
    table = own / "industrial_processes.csv"
    table.write_text(table.read_text("utf-8").replace("0.683", "0.700"), "utf-8")
    code, said = run(
        "compile", lime, "-o", tmp_path / "清单.xlsx", "--results", tmp_path / "结果.csv", "--edition", own
    )
    assert code == 0, said
    assert float(results(tmp_path / "结果.csv")[0]["mass_t"]) == pytest.approx(300e4 * 0.7, rel=1e-12)
    other = tmp_path / "缺一个"
    shutil.copytree(own, other)
    (other / "grid.csv").unlink()
    code, said = run("compile", lime, "-o", tmp_path / "清单2.xlsx", "--edition", other)
    assert code == 2 and "grid.csv" in said and "Traceback" not in said


def test_all_thirty_fuels(tmp_path: Path) -> None:
    rows = [
        f"江苏,2005,1.1.5,equipment=其他设备;fuel={fuel},fuel_consumption,1,{unit},x\n"
        for unit, fuels in FUELS.items()
        for fuel in fuels.split()
    ]
    assert len(rows) == 30
    path, out = tmp_path / "三十种.csv", tmp_path / "结果.csv"
    path.write_text(HEAD + "".join(rows), "utf-8")
    code, said = run("compile", path, "-o", tmp_path / "清单.xlsx")
    assert code == 1 and "carbon_content" in said and "ncv" in said, "a fuel nobody knows is asked for, not guessed"
    path.write_text(HEAD + "".join(rows[:-1]), "utf-8")
    code, said = run("compile", path, "-o", tmp_path / "清单.xlsx", "--results", out)
    assert code == 0, said
    assert len(results(out)) == 29 and all(float(r["mass_t"]) > 0 for r in results(out))


def test_a_chinese_console_and_a_path_with_blanks(tmp_path: Path) -> None:
    """cp936 console, GB18030 with CRLF, Chinese characters and blanks in every path: as on an office PC."""
    place = tmp_path / "我的 文件" / "清单 2005"
    place.mkdir(parents=True)
    (place / "石灰 产量.csv").write_bytes(LIME.replace("\n", "\r\n").encode("gb18030"))
    command = [sys.executable, "-m", "inventory", "compile", str(place), "-o", str(place.parent / "结 果.xlsx")]
    done = subprocess.run(
        command,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "cp936", "PYTHONUTF8": "0"},
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr.decode("cp936", "replace")
    said = done.stdout.decode("cp936")
    assert "江苏 2005：排放总量" in said and "?" not in said and (place.parent / "结 果.xlsx").stat().st_size > 10_000


def test_what_was_not_computed_is_not_printed_as_zero(lime: Path, tmp_path: Path) -> None:
    _, zh = run("compile", lime, "-o", tmp_path / "a.xlsx")
    assert "化石燃料燃烧未计算" in zh and "燃烧CO2 0.0" not in zh
    _, en = run("compile", lime, "-o", tmp_path / "a.xlsx", "--lang", "en")
    assert "Jiangsu 2005: total" in en and "fuel combustion not computed" in en


def test_english_messages_name_quantities_and_keys_in_english(tmp_path: Path) -> None:
    """Chinese remains only where it is what was typed or what must be typed (names of the vocabulary, units)."""
    bad = tmp_path / "bad.csv"
    bad.write_text(
        HEAD
        + "Jiangsu,2005,1.1.5,equipment=其他设备;fuel=木屑,fuel_consumption,1,t,x\nJiangsu,2005,2.2,season=单季稻,lime_production,x,t,x\n"
        "Jiangsu,2005,3.1,,lime_production,5,t,x\nJiangsu,2005,2.4,,carbide_production,,t,x\n",
        "utf-8",
    )
    code, said = run("check", bad, "--lang", "en")
    assert code == 1 and "'木屑' is not a 'Fuel' of 'Fossil fuel consumption'" in said
    for label in ("化石燃料消费量", "燃料品种", "石灰产量", "稻田类型", "电石产量"):
        assert label not in said


def test_a_file_that_is_held_open_is_told_and_stays(
    lime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when Excel has the old results open: a message, exit status 2, the old file untouched, nothing left behind."""
    out = tmp_path / "结果.csv"
    out.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.replace", refuse)
    for words in (["-o", tmp_path / "清单.xlsx"], ["-o", tmp_path / "清单.xlsx", "--results", out]):
        code, said = run("compile", lime, *words)
        assert code == 2 and "Permission denied" in said
    assert out.read_bytes() == b"old" and sorted(p.name for p in tmp_path.iterdir()) == ["石灰.csv", "结果.csv"]


def test_a_missing_factor_of_summed_data_names_their_place(tmp_path: Path) -> None:
    """Heads are added over the scales of keeping before they meet the manure factor: the message still leads to a
    row."""
    path = tmp_path / "水牛.csv"
    path.write_text(HEAD + "新疆,2005,3.3,animal=水牛;scale=农户饲养,livestock,2.5,万头,x\n", "utf-8")
    code, said = run("check", path, "--lang", "en")
    assert code == 1 and "no figure for 'Manure CH4 emission factor'" in said
    assert all("row 2" in line for line in said.splitlines() if line.startswith("ERROR"))
