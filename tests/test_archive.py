"""Freeze and verify: same bytes, a code that does not depend on itself, every tampering found, figures recomputed."""

import importlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from series_project import DATA, write_project

from inventory.archive import FilingSettings, freeze, verify
from inventory.archive import build as building
from inventory.archive.freeze import zipped
from inventory.archive.manifest import NAME, parse
from inventory.core.problems import InventoryError

pytest.importorskip("docx", reason="the extra 'report' is not installed")
PLAIN = FilingSettings(charts=False)
verifying = importlib.import_module("inventory.archive.verify")  # the package gives the function of that name


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_project(tmp_path_factory.mktemp("p") / "江苏")


@pytest.fixture(scope="module")
def archive(folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("a") / "江苏.zip"
    freeze([folder], path, settings=PLAIN)
    return path


def _files(path):
    with zipfile.ZipFile(path) as z:
        return {n: z.read(n) for n in z.namelist()}


def _changed(archive, target, **changes):
    """A copy of the archive with some files changed (None: taken out)."""
    files = _files(archive)
    for name, content in changes.items():
        if content is None:
            del files[name]
        else:
            files[name] = content
    target.write_bytes(zipped(files))
    return target


@pytest.mark.slow
def test_an_untouched_archive_verifies(archive):
    found = verify(archive)
    assert found.untouched and found.bytes_same and found.figures_same and not found.versions
    assert [i.path for i in found.items if i.kind == "recomputed"] == ["results.csv", "workbook.xlsx", "report.docx"]


def test_same_inputs_same_bytes_wherever_they_lie(folder, archive, tmp_path):
    shutil.copytree(folder, tmp_path / "elsewhere" / "江苏")
    for path in (tmp_path / "elsewhere" / "江苏").iterdir():
        os.utime(path, (1, 1))
    freeze([tmp_path / "elsewhere" / "江苏"], tmp_path / "b.zip", settings=PLAIN)
    assert (tmp_path / "b.zip").read_bytes() == archive.read_bytes()


@pytest.mark.slow
def test_same_bytes_under_another_hash_seed(folder, archive, tmp_path):
    code = f"from inventory.archive import *; freeze([{str(folder)!r}], {str(tmp_path / 'b.zip')!r}, settings=FilingSettings(charts=False))"
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        cwd=Path(__file__).parents[1],
        timeout=240,
    )
    assert (tmp_path / "b.zip").read_bytes() == archive.read_bytes()


def test_the_code_stands_on_workbook_and_report_and_does_not_depend_on_them(archive):
    files = _files(archive)
    manifest, code = parse(files[NAME].decode())
    assert code == manifest.code and len(code) == 12 and int(code, 16) >= 0
    import docx
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(files["workbook.xlsx"]))
    assert code in [c.value for row in book["封面"].iter_rows() for c in row]
    assert any(code in p.text for p in docx.Document(io.BytesIO(files["report.docx"])).paragraphs)
    assert code.encode() in files["README.txt"]
    assert not {"workbook.xlsx", "report.docx", "README.txt"} & set(manifest.basis["files"])


@pytest.mark.slow
def test_the_code_follows_inputs_and_settings(folder, archive, tmp_path):
    codes = {parse(_files(archive)[NAME].decode())[1]}
    codes.add(
        freeze([folder], tmp_path / "gwp.zip", settings=FilingSettings(charts=False, report=False, gwp="AR4")).code
    )
    other = write_project(tmp_path / "江苏", data=DATA.replace(",400,万吨", ",401,万吨"))
    codes.add(freeze([other], tmp_path / "data.zip", settings=PLAIN).code)
    assert len(codes) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "names",
    [
        ("inputs/1/江苏/data.csv", "results.csv", "report.docx"),
        ("factors/prov2011/energy.csv", "workbook.xlsx", "README.txt"),
    ],
)
def test_every_changed_byte_is_found(archive, tmp_path, names, monkeypatch):
    """Files of every kind, each with its last byte changed: these and no others are named."""
    monkeypatch.setattr(verifying, "_recomputed", lambda *_: iter(()))
    files = _files(archive)
    changed = {name: files[name][:-1] + bytes([files[name][-1] ^ 1]) for name in names}
    found = verify(_changed(archive, tmp_path / "x.zip", **changed))
    assert not found.untouched and not found.bytes_same
    other = {i.path: i.status for i in found.items if i.kind == "stored" and i.status != "same"}
    assert other == dict.fromkeys(names, "changed")


@pytest.mark.slow
def test_missing_and_added_files_are_found(archive, tmp_path):
    changed = _changed(archive, tmp_path / "x.zip", **{"report.docx": None, "inputs/1/江苏/more.csv": b"x"})
    found = verify(changed)
    other = {(i.path, i.status) for i in found.items if i.kind == "stored" and i.status != "same"}
    assert other == {("report.docx", "missing"), ("inputs/1/江苏/more.csv", "extra")}
    recomputed = {i.path: i.status for i in found.items if i.kind == "recomputed"}
    assert recomputed == {"results.csv": "same", "workbook.xlsx": "same", "report.docx": "failed"}
    assert not found.untouched


def _forged(archive, target, name, old, new):
    """A changed file with a manifest that owns up to it: every hash fits, the code is recomputed."""
    files = _files(archive)
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1)
    settings = parse(files.pop(NAME).decode())[0].settings
    manifest = building.manifest_of(files, settings)
    files[NAME] = manifest.text().encode()
    target.write_bytes(zipped(files))
    return target


@pytest.mark.slow
def test_a_forged_result_with_a_fitting_manifest_does_not_recompute(archive, tmp_path):
    figure = _files(archive)["results.csv"].split(b"\n")[1].split(b",")[5]
    found = verify(_forged(archive, tmp_path / "x.zip", "results.csv", figure, b"1" + figure))
    assert all(i.status == "same" for i in found.items if i.kind == "stored")
    assert not found.figures_same
    bad = next(i for i in found.items if i.path == "results.csv" and i.kind == "recomputed")
    assert bad.status == "figures-differ" and "row 2" in bad.detail


@pytest.mark.slow
def test_a_forged_input_with_a_fitting_manifest_does_not_recompute(archive, tmp_path):
    found = verify(
        _forged(archive, tmp_path / "x.zip", "inputs/1/江苏/data.csv", ",400,万吨".encode(), ",500,万吨".encode())
    )
    status = {i.path: i.status for i in found.items if i.kind == "recomputed"}
    assert (
        status["results.csv"] == status["workbook.xlsx"] == status["report.docx"] == "figures-differ"
        and not found.figures_same
    )


def test_inputs_that_no_longer_compile_are_told(archive, tmp_path):
    found = verify(_forged(archive, tmp_path / "x.zip", "inputs/1/江苏/data.csv", "万吨".encode(), "万顿".encode()))
    (item,) = [i for i in found.items if i.kind == "recomputed"]
    assert item.status == "failed" and "万顿" in item.detail and not found.figures_same


@pytest.mark.slow
def test_other_bytes_but_the_same_figures(archive, tmp_path):
    """As another version of a library would write them: the workbook repacked, nothing in it changed."""
    files = _files(archive)
    with zipfile.ZipFile(io.BytesIO(files["workbook.xlsx"])) as old:
        parts = {n: old.read(n) for n in old.namelist()}
    files["workbook.xlsx"] = zipped(parts)
    settings = parse(files.pop(NAME).decode())[0].settings
    files[NAME] = building.manifest_of(files, settings).text().encode()
    (tmp_path / "x.zip").write_bytes(zipped(files))
    found = verify(tmp_path / "x.zip")
    assert found.untouched and found.figures_same and not found.bytes_same
    assert next(i for i in found.items if i.path == "workbook.xlsx" and i.kind == "recomputed").status == "figures-same"


@pytest.mark.slow
def test_other_versions_are_named(archive, monkeypatch):
    monkeypatch.setattr(verifying, "_recomputed", lambda *_: iter(()))
    monkeypatch.setattr(
        building, "software_versions", lambda: {**parse(_files(archive)[NAME].decode())[0].versions, "numpy": "0.0"}
    )
    assert [(k, now) for k, _, now in verify(archive).versions] == [("numpy", "0.0")]


@pytest.mark.parametrize(
    "make",
    [
        lambda p: p.write_bytes(b"nothing"),
        lambda p: p.write_bytes(zipped({"a": b"b"})),
        lambda p: p.write_bytes(zipped({NAME: b"{}"})),
        lambda p: p.write_bytes(zipped({NAME: b"[1]"})),
        lambda p: p.write_bytes(zipped({NAME: b"not json"})),
        lambda p: p.write_bytes(zipped({NAME: json.dumps({"format": "inventory-archive 1"}).encode()})),
        lambda p: p.write_bytes(zipped({NAME: b"{}", "../evil": b"x"})),
    ],
)
def test_what_is_no_archive_is_refused(tmp_path, make):
    make(tmp_path / "x.zip")
    with pytest.raises(InventoryError) as error:
        verify(tmp_path / "x.zip")
    assert error.value.problems[0].code == "archive.not_archive"
    assert not (tmp_path.parent / "evil").exists()


def test_the_archive_does_not_lie_in_its_own_input(tmp_path):
    folder = write_project(tmp_path / "江苏")
    with pytest.raises(InventoryError) as error:
        freeze([folder], folder / "a.zip", settings=PLAIN)
    assert error.value.problems[0].code == "archive.inside_input" and not (folder / "a.zip").exists()


def test_errors_of_the_input_write_nothing(tmp_path):
    folder = write_project(tmp_path / "江苏", data=DATA.replace("万吨", "万顿"))
    with pytest.raises(InventoryError):
        freeze([folder], tmp_path / "a.zip", settings=PLAIN)
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.slow
def test_open_comments_and_several_inputs_and_an_own_edition(tmp_path):
    from inventory import resources

    edition = tmp_path / "editions" / "ours"
    shutil.copytree(resources.folder("factors") / "prov2011", edition)
    shutil.copy(resources.folder("factors") / "gwp.csv", tmp_path / "editions" / "gwp.csv")
    folder = write_project(tmp_path / "江苏")
    (tmp_path / "more.csv").write_text(
        DATA.split("\n")[0] + "\n江苏,2005,2.2,,lime_production,10,万吨,s,,,统计\n", "utf-8"
    )
    made = freeze(
        [folder, tmp_path / "more.csv"],
        tmp_path / "a.zip",
        edition=edition,
        settings=FilingSettings(charts=False, report=False, lang="en"),
    )
    assert [p.code for p in made.warnings if p.code.startswith("archive.")] == ["archive.open_comments"]
    shutil.rmtree(tmp_path / "editions")
    shutil.rmtree(folder)
    found = verify(tmp_path / "a.zip")  # needs nothing but the archive
    assert found.bytes_same and {i.path for i in found.items if i.kind == "recomputed"} == {
        "results.csv",
        "workbook.xlsx",
    }
    assert any(i.path == "factors/ours/energy.csv" for i in found.items)


@pytest.mark.slow
def test_command_line(folder, tmp_path):
    from typer.testing import CliRunner

    from inventory.cli.app import app

    target = tmp_path / "江苏.zip"
    run = CliRunner().invoke(app, ["freeze", str(folder), "-o", str(target), "--no-report"])
    assert run.exit_code == 0, run.output
    run = CliRunner().invoke(app, ["verify", str(target)])
    assert run.exit_code == 0 and "每个字节与定稿时相同: 是" in run.output and "每个数字复算一致: 是" in run.output
    bad = _changed(target, tmp_path / "x.zip", **{"results.csv": b"x"})
    run = CliRunner().invoke(app, ["verify", str(bad), "--lang", "en"])
    assert run.exit_code == 1 and "every byte as frozen: no" in run.output
    assert CliRunner().invoke(app, ["freeze", str(folder), "-o", str(tmp_path / "a.tar")]).exit_code == 2


@pytest.mark.slow
def test_monte_carlo_and_the_older_version_go_into_the_archive(folder, tmp_path):
    import docx
    import openpyxl

    older = write_project(tmp_path / "旧" / "江苏", data=DATA.replace(",400,万吨", ",390,万吨"))
    settings = FilingSettings(charts=False, draws=200, seed=7)
    made = freeze([folder], tmp_path / "a.zip", settings=settings, previous=older)
    files = _files(tmp_path / "a.zip")
    assert "previous/江苏/data.csv" in files
    names = openpyxl.load_workbook(io.BytesIO(files["workbook.xlsx"])).sheetnames
    assert {"蒙特卡洛", "重新计算"} <= set(names)
    assert any("200次，种子7" in p.text for p in docx.Document(io.BytesIO(files["report.docx"])).paragraphs)
    shutil.rmtree(older)
    found = verify(tmp_path / "a.zip")
    assert found.bytes_same and found.stated_code == made.code
