"""What no line of the package does: swallow every error, turn money into a float, join tables without saying how many match."""

import ast

from migration_pipeline_tests.conventions.source_tree import Source, example, sources

BROAD = frozenset({"Exception", "BaseException"})
FUZZER = "migration_pipeline_tests/fuzz/one_input.py"
"""Telling a crash of any kind from a refusal is what it is for."""
FLOAT_ALLOWED = {
    "migration_pipeline/simulation/writers/workbook.py": "writes spreadsheet cells as numbers, because real spreadsheets hold floats",
}
"""Modules that may make floats, with the reason."""


def except_problems(source: Source) -> list[str]:
    """Handlers that catch everything, alone or in a tuple."""
    handlers = [node for node in ast.walk(source.tree) if isinstance(node, ast.ExceptHandler)]
    return [source.at(node, "catches everything; name the errors") for node in handlers if _is_broad(node.type)]


def _is_broad(kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    return any(isinstance(node, ast.Name) and node.id in BROAD for node in ast.walk(kind))


def float_problems(source: Source) -> list[str]:
    """`float(x)`, `.astype(float)` and `.astype("float64")`; `float("nan")`, the mark of a missing text, is none."""
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    return [source.at(node, "makes a float; money and quantities are Decimal") for node in calls if _makes_float(node)]


def _makes_float(call: ast.Call) -> bool:
    match call:
        case ast.Call(ast.Name("float"), [ast.Constant("nan")]):
            return False
        case ast.Call(ast.Name("float")):
            return True
        case ast.Call(ast.Attribute(attr="astype")):
            types = [node for argument in (*call.args, *(k.value for k in call.keywords)) for node in ast.walk(argument)]
            return any(_names_float(node) for node in types)
    return False


def _names_float(node: ast.AST) -> bool:
    match node:
        case ast.Name(name) | ast.Attribute(attr=name) | ast.Constant(str() as name):
            return name.lower().startswith("float")
    return False


def merge_problems(source: Source) -> list[str]:
    """Joins that do not say with `validate=` how many rows may match: the way rows vanish or double unseen."""
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    merges = [node for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr == "merge"]
    return [source.at(node, "merge without validate=") for node in merges if "validate" not in {k.arg for k in node.keywords}]


def test_nothing_catches_every_error() -> None:
    everything = (*sources(), *sources(below="migration_pipeline_tests"))
    assert [problem for source in everything if source.path != FUZZER for problem in except_problems(source)] == []


def test_nothing_turns_numbers_into_floats() -> None:
    assert [problem for source in sources() if source.path not in FLOAT_ALLOWED for problem in float_problems(source)] == []


def test_the_list_of_allowed_floats_has_no_stale_entry() -> None:
    assert {source.path for source in sources() if float_problems(source)} >= set(FLOAT_ALLOWED)


def test_every_merge_says_how_many_rows_may_match() -> None:
    assert [problem for source in sources() for problem in merge_problems(source)] == []


def test_broad_handlers_are_caught() -> None:
    bad = """
        try:
            x = 1
        except (ValueError, Exception):
            pass
        try:
            x = 2
        except:
            raise
        try:
            x = 3
        except (OSError, ValueError):
            pass
    """
    assert [problem.split(":")[1] for problem in except_problems(example("bad.py", bad))] == ["4", "8"]


def test_floats_are_caught() -> None:
    bad = """
        total = float(row["amount"])
        frame["amount"].astype("float64")
        frame.astype({"amount": float})
        frame["amount"].astype(dtype=np.float32)
        frame["name"].astype("str")
        missing = float("nan")
        seconds: float = 1.5
    """
    assert [problem.split(":")[1] for problem in float_problems(example("bad.py", bad))] == ["2", "3", "4", "5"]


def test_a_merge_without_validate_is_caught() -> None:
    bad = """
        a.merge(b, on="k", how="left")
        pd.merge(a, b, on="k")
        a.merge(b, on="k", validate="m:1")
    """
    assert [problem.split(":")[1] for problem in merge_problems(example("bad.py", bad))] == ["2", "3"]
