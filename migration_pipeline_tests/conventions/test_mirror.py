"""The tests mirror the package, so that everybody finds the test of a module: `raw/read.py` <-> `unit/raw/test_read.py`."""

from migration_pipeline_tests.conventions.source_tree import ROOT, sources

TESTS = "migration_pipeline_tests"
KINDS = frozenset({"unit", "integration", "orchestration", "conventions", "benchmarks"})


def mirror_problems(path: str, existing: frozenset[str]) -> list[str]:
    """What is wrong with the place of one test file, given the package's modules and folders."""
    _, kind, *folders, name = path.split("/") if path.count("/") > 1 else (TESTS, "", path.rpartition("/")[2])
    if not name.startswith("test_"):
        return [f"{path}: tests have no __init__.py; test folders are no packages"] if name == "__init__.py" else []
    if kind not in KINDS:
        return [f"{path}: belongs in one of {', '.join(sorted(KINDS))}"]
    module = "/".join(["migration_pipeline", *folders, name.removeprefix("test_").removesuffix(".py")])
    if kind == "unit" and not {module, f"{module}.py"} & existing:
        return [f"{path}: there is no {module}.py"]
    return []


def test_every_unit_test_has_its_module() -> None:
    modules = {source.path for source in sources()}
    existing = frozenset(modules | {path.rpartition("/")[0] for path in modules})
    assert [problem for source in sources(below=TESTS) for problem in mirror_problems(source.path, existing)] == []


def test_misplaced_tests_are_caught() -> None:
    existing = frozenset({"migration_pipeline/raw/read.py", "migration_pipeline/raw/readers"})
    for path in ("unit/raw/test_reader.py", "unit/test_read.py", "test_read.py", "raw/test_read.py", "unit/raw/__init__.py"):
        assert len(mirror_problems(f"{TESTS}/{path}", existing)) == 1, path
    for path in ("unit/raw/test_read.py", "unit/raw/test_readers.py", "integration/test_demo.py", "conftest.py", "unit/raw/conftest.py"):
        assert mirror_problems(f"{TESTS}/{path}", existing) == [], path


def test_there_is_a_test_folder_to_look_at() -> None:
    assert (ROOT / TESTS / "unit").is_dir()
