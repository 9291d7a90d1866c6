"""Small files with a name and a docstring: nothing grows until nobody can see what it does."""

import ast

from migration_pipeline_tests.conventions.source_tree import Source, example, sources

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
CATCH_ALL_NAMES = frozenset({"utils", "util", "helpers", "helper", "misc", "common"})


def file_size_problems(source: Source) -> list[str]:
    """The file, if it is too long."""
    lines = len(source.text.splitlines())
    return [f"{source.path}: {lines} lines, more than {MAX_FILE_LINES}"] if lines > MAX_FILE_LINES else []


def function_size_problems(source: Source) -> list[str]:
    """Functions that are too long, from `def` to their last line."""
    functions = [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    sizes = [(node, (node.end_lineno or node.lineno) - node.lineno + 1) for node in functions]
    return [
        source.at(node, f"{node.name} has {size} lines, more than {MAX_FUNCTION_LINES}")
        for node, size in sizes
        if size > MAX_FUNCTION_LINES
    ]


def name_problems(path: str) -> list[str]:
    """Files and folders whose name says nothing."""
    names = [part.removesuffix(".py") for part in path.split("/")]
    vague = [name for name in names if name in CATCH_ALL_NAMES or name.rpartition("_")[2] in CATCH_ALL_NAMES]
    return [f"{path}: {name!r} says nothing about what belongs there" for name in vague]


def docstring_problems(source: Source) -> list[str]:
    """The module, if nothing says what belongs there."""
    return [] if ast.get_docstring(source.tree) else [f"{source.path}: no module docstring"]


def test_no_file_is_too_long() -> None:
    everything = (*sources(below=""), *sources(".sql", below=""))
    assert [problem for source in everything for problem in file_size_problems(source)] == []


def test_no_function_is_too_long() -> None:
    assert [problem for source in sources(below="") for problem in function_size_problems(source)] == []


def test_no_file_is_a_drawer_for_everything() -> None:
    assert [problem for source in sources(below="") for problem in name_problems(source.path)] == []


def test_every_module_says_what_belongs_there() -> None:
    everything = (*sources(), *sources(below="dbt_like_sql"), *sources(below="migration_pipeline_tests"))
    assert [problem for source in everything for problem in docstring_problems(source)] == []


def test_long_files_and_functions_are_caught_and_the_limit_itself_is_not() -> None:
    def file(lines: int) -> Source:
        return example("bad.py", "x = 1\n" * lines)

    def function(lines: int) -> Source:
        return example("bad.py", "class A:\n    async def f(self):\n" + "        x = 1\n" * (lines - 1))

    assert file_size_problems(file(401)) == ["bad.py: 401 lines, more than 400"]
    assert function_size_problems(function(61)) == ["bad.py:2: f has 61 lines, more than 60"]
    assert not file_size_problems(file(400))
    assert not function_size_problems(function(60))


def test_vague_names_and_missing_docstrings_are_caught() -> None:
    for path in ("migration_pipeline/raw/utils.py", "migration_pipeline/helpers/x.py", "migration_pipeline/raw/csv_utils.py"):
        assert len(name_problems(path)) == 1
    assert not name_problems("migration_pipeline/raw/common_codes.py")
    assert docstring_problems(example("bad.py", "# a comment\nx = 1")) == ["bad.py: no module docstring"]
