"""The house keeps its own rules: who writes files, one name for one thing, no long queues of parameters."""

from __future__ import annotations

import ast
import functools
import re
from collections import defaultdict
from pathlib import Path

from some import some

ROOT = Path(__file__).resolve().parents[1]
WRITERS = "inventory/sheets/"  # the only room that opens a workbook or a CSV file for writing
MANY = 7
FUNCTIONS_WITH_MANY = 1  # `own_factor`, for programs: a ceiling: lower it when a function gets shorter, never raise it
DOUBLED_NAMES = 0


@functools.cache
def _modules() -> tuple[tuple[str, ast.Module], ...]:
    paths = [p for p in sorted((ROOT / "inventory").rglob("*.py")) if "migrations" not in p.parts]
    return tuple((p.relative_to(ROOT).as_posix(), ast.parse(p.read_text("utf-8"))) for p in paths)


@functools.cache
def _nodes() -> tuple[tuple[str, tuple[ast.AST, ...]], ...]:
    """Everything in every module, gone through once for all rules."""
    return tuple((name, tuple(ast.walk(tree))) for name, tree in _modules())


def _called(node: ast.expr) -> str:
    """`os.fork` of a call of it; the last name alone where something is computed before it."""
    if isinstance(node, ast.Attribute):
        return f"{_called(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _opened(node: ast.AST) -> list[str]:
    """What a node takes from a library: `xlsxwriter`, `csv.writer`."""
    if isinstance(node, ast.Import):
        return [a.name for a in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [f"{node.module}.{a.name}" for a in node.names]
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return [f"{node.value.id}.{node.attr}"]
    return []


def test_only_the_sheets_write_workbooks_and_csv() -> None:
    """XlsxWriter and csv.writer live behind `inventory.sheets`: guard, exact numbers and fixed dates hold
    everywhere."""
    strangers = [
        f"{name}:{getattr(node, 'lineno', 0)} {opened}"
        for name, nodes in _nodes()
        if not name.startswith(WRITERS)
        for node in nodes
        for opened in _opened(node)
        if opened.split(".")[0] == "xlsxwriter" or opened in {"csv.writer", "csv.DictWriter", "openpyxl.Workbook"}
    ]
    assert strangers == []


def test_one_name_for_one_thing() -> None:
    """A class name means one thing in the whole package."""
    places = defaultdict(list)
    for name, tree in _modules():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(name)
    doubled = {name: at for name, at in places.items() if len(at) > 1}
    assert len(doubled) <= DOUBLED_NAMES, doubled


def _is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A function whose parameters are the options of a command: typer reads them one by one."""
    return node.name.endswith("_command") or any("command(" in ast.unparse(d) for d in node.decorator_list)


def test_few_parameters() -> None:
    """What travels together travels in one value: functions with seven or more parameters stay few."""
    many = []
    for name, nodes in _nodes():
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _is_command(node):
                a = node.args
                count = len([x for x in a.posonlyargs + a.args + a.kwonlyargs if x.arg not in ("self", "cls")])
                if count >= MANY:
                    many.append(f"{name}:{node.lineno} {node.name} {count}")
    assert len(many) <= FUNCTIONS_WITH_MANY, "\n".join(many)


def test_every_slow_test_that_is_listed_exists() -> None:
    tests = Path(__file__).parent
    for line in (tests / "slow.txt").read_text("utf-8").split():
        file, _, name = line.partition("::")
        assert f"def {name}(" in (tests.parent / file).read_text("utf-8"), f"{line}: run bench/slow_tests.py again"
    first = (tests / "longest.txt").read_text("utf-8").split()
    assert first and not [name for name in first if not (tests / f"{name}.py").is_file()]


PERSONIFIED = frozenset({"found", "made", "told", "asks", "asked", "beside", "said", "tells", "lacking", "lacks"})
FACTS = {"found", "made", "said", "told"}  # facts that texts of messages name: `found` goes with `expected`
LOCAL = {"found", "made", "told", "asks"}


def _defined(node: ast.AST) -> str:
    """The name that a node gives to a class, function, method, parameter, field or constant of a module."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return node.name
    if isinstance(node, ast.arg):
        return node.arg
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        return node.attr
    if isinstance(node, ast.keyword) and node.arg not in FACTS:
        return node.arg or ""
    constant = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id.isupper()
    return node.id if constant else ""  # type: ignore[attr-defined]


def test_fields_methods_and_parameters_have_the_words_of_the_field() -> None:
    """*Reported, result, required, missing* rather than *told, found, asked, lacking*, wherever others read the name:
    classes, fields, methods, functions, parameters, constants."""
    strangers = [
        f"{name}:{getattr(node, 'lineno', 0)} {word}"
        for name, nodes in _nodes()
        for node in nodes
        for word in [_defined(node), *([] if not isinstance(node, ast.ClassDef) else _fields(node))]
        if PERSONIFIED & set(word.strip("_").lower().split("_"))
    ]
    assert strangers == []


def _fields(node: ast.ClassDef) -> list[str]:
    return [b.target.id for b in node.body if isinstance(b, ast.AnnAssign) and isinstance(b.target, ast.Name)]


def test_local_names_say_what_they_hold() -> None:
    """`problems`, `match`, `result` rather than `found` and `made`."""
    strangers = [
        f"{name}:{node.lineno} {node.id}"
        for name, nodes in _nodes()
        for function in nodes
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in LOCAL
    ]
    assert strangers == []


LONGEST_FUNCTION = 60


def test_functions_do_one_thing() -> None:
    long = [
        f"{name}:{node.lineno} {node.name} {node.end_lineno - node.lineno + 1}"  # type: ignore[operator]
        for name, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION  # type: ignore[operator]
    ]
    assert long == []


LONGEST_FILES = 0  # of more than 400 lines; a ceiling as above
COMMAND_LINE = 1000


def test_files_can_be_read_in_one_sitting() -> None:
    long = {
        p.relative_to(ROOT).as_posix(): n
        for p in (ROOT / "inventory").rglob("*.py")
        if "migrations" not in p.parts and (n := len(p.read_text("utf-8").splitlines())) > 400
    }
    assert len(long) <= LONGEST_FILES, long


def test_the_command_line_is_thin() -> None:
    """Commands are declarations; what is written out is little."""
    lines = sum(len(p.read_text("utf-8").splitlines()) for p in (ROOT / "inventory" / "cli").glob("*.py"))
    assert lines <= COMMAND_LINE, lines


CATEGORY = re.compile(r"[1-9](\.[1-9]\d*)+|M\.\d")


def test_no_category_is_known_by_its_number() -> None:
    """`[roles]` of the edition says which category is what."""
    numbers = {
        f"{name} {node.value}"
        for name, nodes in _nodes()
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CATEGORY.fullmatch(node.value)
    }
    assert numbers == set()


def test_no_product_names_an_edition_to_load() -> None:
    """`load()` takes a name that somebody gave, or the default of its kind."""
    named = [
        f"{name}:{node.lineno}"
        for name, nodes in _nodes()
        for node in nodes
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", "") == "load" or getattr(node.func, "attr", "") in ("load", "load_edition"))
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]
    assert named == []


FIELD_WORDS = {"city", "policy"}  # ids of editions that are words of the field as well


def test_no_product_knows_an_edition_by_its_id() -> None:
    """Which edition is taken when none is named, which one holds from a year on, which one is a database: manifests say
    so, and an edition that is not named is None."""
    ids = {p.parent.name for p in (ROOT / "factors").glob("*/edition.toml")} - FIELD_WORDS
    named = [
        f"{name}:{node.lineno} {node.value}"
        for name, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in ids
    ]
    named += [
        f"{p.relative_to(ROOT).as_posix()} {i}"
        for p in sorted((ROOT / "inventory").rglob("*.toml"))
        for i in ids
        if f'"{i}"' in p.read_text("utf-8")
    ]
    assert ids and named == []


def _names_set(node: ast.Assign | ast.AnnAssign) -> list[ast.Name]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [t for t in targets if isinstance(t, ast.Name)]


def test_nothing_process_wide() -> None:
    """No collector switched off, no fork, no marshal, nothing kept by the `id` of an object that may be gone: the
    library runs in a server with threads. Benches and tests included."""
    strangers = []
    others = [
        (path.relative_to(ROOT).as_posix(), tuple(ast.walk(ast.parse(path.read_text("utf-8")))))
        for folder in ("bench", "tests")
        for path in (ROOT / folder).rglob("*.py")
    ]
    for name, nodes in [*_nodes(), *others]:
        body = nodes[0].body  # type: ignore[attr-defined]
        kept_here = {t.id for n in body if isinstance(n, ast.Assign | ast.AnnAssign) for t in _names_set(n)}
        for node in nodes:
            imported = {a.name for a in node.names} if isinstance(node, ast.Import) else set()
            imported |= {node.module or ""} if isinstance(node, ast.ImportFrom) else set()
            if "marshal" in imported:
                strangers.append(f"{name}:{node.lineno} marshal")  # type: ignore[attr-defined]
            call = _called(node.func) if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and call.endswith(("get_context", "set_start_method")):
                strangers += [f"{name}:{node.lineno} fork" for a in node.args if ast.unparse(a) in ("'fork'", '"fork"')]
            kept = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Call)
            by_id = kept and ast.unparse(node.slice.func) == "id" and isinstance(node.value, ast.Name)  # type: ignore[attr-defined]
            if call in ("gc.disable", "gc.freeze", "os.fork") or (by_id and node.value.id in kept_here):  # type: ignore[attr-defined]
                strangers.append(f"{name}:{node.lineno} {call or 'kept by id'}")  # type: ignore[attr-defined]
    assert strangers == []


def test_the_table_of_the_house_names_tests_that_exist() -> None:
    import re

    for name in some(re.findall(r"`([^`]+)`", (ROOT / "tests" / "HOUSE.md").read_text("utf-8")), 10):
        file, _, test = name.partition("::")
        if file.startswith("test_"):
            text = (ROOT / "tests" / file).read_text("utf-8")
            assert not test or f"def {test}(" in text, name
