"""New ERP codes keep to the project's limit and to what the ERP takes; a scheme that cannot is refused with its line."""

from pathlib import Path

import pytest

from migration_pipeline.contracts.codes import CodeLimit
from migration_pipeline.contracts.target_description import TargetDescription
from migration_pipeline.project.code_limits import code_limits, erp_limit
from migration_pipeline.project.load import LoadedProject
from migration_pipeline.project.target_file import keep_description
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.unit.project.project_text import GOOD, load

CODES = (
    'codes:\n  products:\n    patterns: ["P{gtin}", "P{code}"]\n    length: 20\n  members: {patterns: ["{hash:8}"], characters: upper}\n'
)


def described(*item_codes: dict[str, object]) -> TargetDescription:
    tables = {f"t{n}": {"columns": {"item_code": {"type": "text", **code}}} for n, code in enumerate(item_codes)}
    return TargetDescription.model_validate({"target": "postgres", "tables": tables})


def loaded(folder: Path, *item_codes: dict[str, object], codes: str = CODES) -> LoadedProject:
    keep_description(folder, described(*item_codes))
    return load(folder, GOOD + codes)


def test_without_a_description_the_project_alone_limits(tmp_path: Path) -> None:
    found = code_limits(load(tmp_path, GOOD + CODES), "postgres")
    assert found == {"products": CodeLimit("any", 20), "members": CodeLimit("upper"), "suppliers": CodeLimit()}


def test_the_shortest_column_that_carries_the_code_counts() -> None:
    assert erp_limit(described({"length": 30}, {}, {"length": 20, "counted": "bytes"}), "products") == CodeLimit(length=20, in_bytes=True)
    assert erp_limit(described({}), "products") == CodeLimit() == erp_limit(described({"length": 3}), "members")


def test_the_erps_length_holds_where_the_project_says_none(tmp_path: Path) -> None:
    project = loaded(tmp_path, {"length": 16}, codes=CODES.replace("    length: 20\n", ""))
    assert code_limits(project, "postgres")["products"] == CodeLimit("any", 16)
    assert code_limits(loaded(tmp_path, {"length": 25}), "postgres")["products"] == CodeLimit("any", 20)


def test_a_scheme_that_allows_or_needs_more_than_the_erp_takes_is_refused_with_its_line(tmp_path: Path) -> None:
    line = GOOD.count("\n")
    with pytest.raises(BadInputError, match=rf"migration\.yaml:{line + 4}.*20 characters, but the ERP takes 19"):
        code_limits(loaded(tmp_path, {"length": 19}), "postgres")
    short = CODES.replace("    length: 20\n", "")
    with pytest.raises(BadInputError, match=rf"migration\.yaml:{line + 3}.*at least 14 characters, but the ERP takes 13"):
        code_limits(loaded(tmp_path, {"length": 13}, codes=short), "postgres")


def test_the_houses_own_scheme_is_refused_too_if_the_erp_takes_less(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"migration\.yaml:1.*at least 14 characters"):
        code_limits(loaded(tmp_path, {"length": 10}, codes=""), "postgres")


def test_a_wrong_scheme_is_refused_with_its_line(tmp_path: Path) -> None:
    line = GOOD.count("\n")
    for wrong, where, why in (("{phone}", 5, "names {phone}"), ("{hash}", 5, "write hash:8"), ("{store}", 5, "many records one code")):
        with pytest.raises(BadInputError) as caught:
            load(tmp_path, GOOD + CODES.replace("{hash:8}", wrong))
        assert f"migration.yaml:{line + where}" in str(caught.value)
        assert why in str(caught.value)
    with pytest.raises(BadInputError, match="did you mean 'length'"):
        load(tmp_path, GOOD + CODES.replace("length:", "lenght:"))
