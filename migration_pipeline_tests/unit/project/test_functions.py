"""Functions of installed packages: found by name, imported only where named, refused where they are of no use."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from migration_pipeline.project import functions
from migration_pipeline.project.expressions import Call
from migration_pipeline.project.functions import parse
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.unit.project.installed_functions import install
from migration_pipeline_tests.unit.project.project_text import changed, load


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    functions._entry_points.cache_clear()


def test_a_package_is_imported_only_if_an_expression_names_its_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "shop_named", "doubled=doubled")
    parse("upper(doubled)")
    assert "shop_named" not in sys.modules
    found = parse("doubled(名)")
    assert isinstance(found, Call)
    assert found.name == "doubled"
    assert "shop_named" in sys.modules


@pytest.mark.parametrize(
    ("point", "text", "told"),
    [
        ("upper=doubled", "upper(a)", "shop_\\w+-dist registers a function 'upper', which is built in"),
        ("col=doubled", "col('a')", "built in"),
        ("gone=nothing", "gone(a)", "cannot be imported"),
        ("number_one=no_function", "number_one(a)", "is a int, not a"),
        ("doubled=doubled", "doubled(a, b)", "doubled takes 1 arguments, not 2"),
        ("fee=fee", "fee(a, 'x')", "argument 2 of fee must be a number"),
        ("late=late", "late(a)", "argument 1 of late must be a condition"),
        ("doubled=doubled", "tripled(a)", "there is no function 'tripled'"),
    ],
)
def test_a_function_of_no_use_is_refused(point: str, text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, f"shop_{abs(hash((point, text)))}", point)
    with pytest.raises(ValueError, match=told):
        parse(text)


def test_two_packages_with_one_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("shop_one", "shop_two"):
        install(tmp_path, monkeypatch, module, "twice=doubled")
    with pytest.raises(ValueError, match="shop_one-dist and shop_two-dist both register"):
        parse("twice(a)")


def test_a_project_that_names_such_a_function_is_refused_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "package").mkdir()
    install(tmp_path / "package", monkeypatch, "shop_clash", "trim=doubled")
    text = changed("            name: name\n", "            name: neat\n          computed: {neat: trim(name)}\n")
    with pytest.raises(BadInputError, match=r"migration\.yaml:\d+.*built in"):
        load(tmp_path, text)
