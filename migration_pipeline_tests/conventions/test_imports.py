"""Who may import whom: stages never meet, imports point down, only `orchestration/` knows Dagster."""

import ast
from collections.abc import Iterator

from migration_pipeline_tests.conventions.source_tree import PACKAGE, Source, example, sources

STAGES = ("raw", "cleaned", "mapped", "loaded", "reconciled")
GROUND = frozenset({"contracts", "project", "runtime"})
HOUSE = frozenset({*GROUND, *STAGES, "control", "simulation", "orchestration"})
MAY_IMPORT = {
    "contracts": frozenset[str](),
    "runtime": frozenset({"contracts"}),
    "project": frozenset({"contracts", "runtime"}),
    "control": GROUND,
    "simulation": GROUND,
    **dict.fromkeys(STAGES, GROUND),
    "orchestration": HOUSE,
    "cli": HOUSE,
    "definitions": frozenset({"orchestration"}),
}
"""Package (or module) of the house -> the others it may import; itself always."""


def imports(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Every imported name with its dots, wherever the import stands: top, function, TYPE_CHECKING or `import_module("...")`."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Import(names):
                yield from ((node, alias.name) for alias in names)
            case ast.ImportFrom(module, names, level):
                yield from ((node, f"{_absolute(source, module, level or 0)}.{alias.name}") for alias in names)
            case ast.Call(ast.Name("import_module") | ast.Attribute(attr="import_module"), [ast.Constant(str() as name), *_]):
                yield node, name


def _absolute(source: Source, module: str | None, level: int) -> str:
    if not level:
        return module or ""
    folders = source.path.split("/")[:-level]
    return ".".join([*folders, module] if module else folders)


def part_of_house(path: str) -> str:
    """`migration_pipeline/raw/read.py` -> `raw`; `migration_pipeline/definitions.py` -> `definitions`."""
    return path.split("/")[1].removesuffix(".py")


def dagster_problems(source: Source) -> list[str]:
    """Imports of Dagster outside `orchestration/`."""
    if part_of_house(source.path) == "orchestration":
        return []
    found = [(node, name) for node, name in imports(source) if name.split(".")[0].startswith("dagster")]
    return [source.at(node, f"imports {name}; only orchestration/ may") for node, name in found]


def layer_problems(source: Source) -> list[str]:
    """Imports that point up or sideways."""
    part = part_of_house(source.path)
    if part == "__init__":
        return [source.at(node, f"imports {name}; the package itself imports nothing") for node, name in imports(source)]
    if part not in MAY_IMPORT:
        return [f"{source.path}: {part} is no part of the house (docs/development.md)"]
    inner = [(node, name.split(".")[1]) for node, name in imports(source) if name.startswith(f"{PACKAGE}.")]
    return [source.at(node, f"{part} may not import {other}") for node, other in inner if other not in MAY_IMPORT[part] | {part}]


def future_problems(source: Source) -> list[str]:
    """`from __future__ import annotations`, which breaks Dagster-decorated functions."""
    return [source.at(node, "imports from __future__") for node, name in imports(source) if name.startswith("__future__")]


def test_only_orchestration_imports_dagster() -> None:
    assert [problem for source in sources() for problem in dagster_problems(source)] == []


def test_imports_point_down_and_stages_never_meet() -> None:
    assert [problem for source in sources() for problem in layer_problems(source)] == []


def test_nothing_is_imported_from_the_future() -> None:
    assert [problem for source in (*sources(), *sources(below="migration_pipeline_tests")) for problem in future_problems(source)] == []


def test_dagster_in_a_stage_is_caught() -> None:
    bad = """
        import pandas
        def late():
            from dagster_postgres.utils import x
        import dagster as dg
    """
    assert dagster_problems(example("migration_pipeline/raw/bad.py", bad)) == [
        "migration_pipeline/raw/bad.py:5: imports dagster; only orchestration/ may",
        "migration_pipeline/raw/bad.py:4: imports dagster_postgres.utils.x; only orchestration/ may",
    ]
    assert dagster_problems(example("migration_pipeline/cli/server.py", "import dagster"))
    assert not dagster_problems(example("migration_pipeline/orchestration/good.py", bad))


def test_a_stage_that_imports_another_is_caught_however_it_is_written() -> None:
    for bad in (
        "from migration_pipeline.raw.read import read",
        "import migration_pipeline.raw",
        "from migration_pipeline import raw",
        "from ..raw import read",
        "import importlib\nimportlib.import_module('migration_pipeline.raw.read')",
    ):
        assert [problem.partition(": ")[2] for problem in layer_problems(example("migration_pipeline/cleaned/bad.py", bad))] == [
            "cleaned may not import raw"
        ], bad
    assert not layer_problems(
        example("migration_pipeline/cleaned/good.py", "from . import rules\nfrom migration_pipeline.contracts import money")
    )


def test_imports_that_point_up_are_caught() -> None:
    up = {"contracts": "runtime", "runtime": "project", "control": "loaded", "orchestration": "cli", "simulation": "cleaned"}
    for part, other in up.items():
        bad = example(f"migration_pipeline/{part}/bad.py", f"from migration_pipeline.{other} import x")
        assert layer_problems(bad) == [f"{bad.path}:1: {part} may not import {other}"]
    assert layer_problems(example("migration_pipeline/shortcuts/bad.py", "")) != []
    assert layer_problems(example("migration_pipeline/__init__.py", "import pandas")) != []


def test_an_import_from_the_future_is_caught() -> None:
    assert future_problems(example("migration_pipeline/raw/bad.py", "from __future__ import annotations"))
