"""The change log holds every cell whose meaning cleaning changed, with the source's text, and nothing else."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from migration_pipeline.cleaned import changes
from migration_pipeline.cleaned.changes import corrected_cells, differing, joined_changes, source_text, value_text
from migration_pipeline.cleaned.clean import clean
from migration_pipeline.cleaned.corrections import Hit
from migration_pipeline.contracts.stage_output import EVERY_ROW, StageOutput, empty_changes
from migration_pipeline.project.corrections import Correction, PlacedCorrection
from migration_pipeline.project.source import TableSpec
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits, source_of, spec, table, text

Column = list[str | None]


def log(output: StageOutput, *columns: str) -> list[tuple[Any, ...]]:
    """Rows of the log as tuples of the named columns, missing as None."""
    rows = output.changes[list(columns)].astype(object)
    return list(rows.where(rows.notna(), None).itertuples(index=False, name=None))


def two_columns(**columns: str | tuple[str, ...]) -> TableSpec:
    """A table whose canonical columns come from the named ones."""
    return TableSpec(inputs=("any",), columns=columns)


WHAT = ("row_id", "column", "old", "new", "rule")


def test_typing_alone_is_no_change() -> None:
    columns: dict[str, Column] = {
        "product_code": ["A1"],
        "name": ["茶"],
        "unit": ["瓶"],
        "sell_price": ["12"],
        "weighed": ["1"],
        "updated_at": ["2026/1/3"],
    }
    output = cleaned("products", {"products": columns}, value_maps={"unit": {"瓶": "BOTTLE"}})
    assert log(output, *WHAT) == []


def test_a_cell_that_several_rules_touched_has_one_row_per_rule_with_the_texts_of_source_and_result() -> None:
    output = cleaned("products", {"products": {"product_code": ["A1"], "name": ["茶"], "sell_price": [" 1,234.50001 "]}})
    changed = [
        ("products:1", "sell_price", " 1,234.50001 ", "1234.5000", f"{rule}.sell_price") for rule in ("trim", "float_tail", "rewritten")
    ]
    assert log(output, *WHAT) == changed
    assert set(output.changes["cells"]) == {1}


def test_placeholders_and_defaults_are_logged_where_the_source_has_the_column() -> None:
    columns: dict[str, Column] = {"member_code": ["1", "2"], "phone": ["13800138000", "13912345678"], "points": ["无", None]}
    output = cleaned("members", {"members": columns}, placeholders={"phone": ["13800138000"], "points": ["无"]})
    assert log(output, *WHAT) == [
        ("members:1", "phone", "13800138000", None, "placeholder.phone"),
        ("members:1", "points", "无", "0.00", "placeholder.points"),
        ("members:1", "points", "无", "0.00", "default.points"),
        ("members:2", "points", None, "0.00", "default.points"),
    ]


def test_a_phone_written_otherwise_is_a_change() -> None:
    output = cleaned("members", {"members": {"member_code": ["1"], "phone": ["+86 139-1234-5678"]}})
    assert log(output, "old", "new", "rule") == [("+86 139-1234-5678", "13912345678", "rewritten.phone")]
    assert hits(output, "rewritten.phone") == 1


def test_rules_of_the_project_log_only_cells_that_differ_now() -> None:
    rules = [
        {"id": "no_unit", "when": {"name": {"equals": "x"}}, "set": {"unit": "PCS"}},
        {"id": "turned", "when": {"name": {"missing": False}}, "negate": ["sell_price"]},
        {"id": "gone", "when": {"name": {"equals": "x"}}, "clear": ["barcode"]},
    ]
    columns: dict[str, Column] = {
        "product_code": ["1", "2"],
        "name": ["x", "x"],
        "unit": ["PCS", "KG"],
        "sell_price": ["0", "2"],
        "barcode": [None, "6901028075831"],
    }
    output = cleaned("products", {"products": columns}, specs={"products": {"rules": rules}})
    assert log(output, *WHAT) == [
        ("products:2", "unit", "KG", "PCS", "no_unit"),
        ("products:2", "sell_price", "2", "-2.0000", "turned"),
        ("products:2", "barcode", "6901028075831", None, "gone"),
    ]


def test_values_taken_from_folded_rows_name_the_row_they_come_from() -> None:
    columns: dict[str, Column] = {
        "member_code": ["1", "1", "1"],
        "name": ["new", "old", "older"],
        "tier": [None, "gold", None],
        "points": ["1", "2", "3"],
        "updated_at": ["2026-03-03", "2026-02-02", "2026-01-01"],
    }
    output = cleaned("members", {"members": columns})
    assert log(output, *WHAT, "from_row") == [
        ("members:1", "tier", None, "gold", "fold.tier", "members:2"),
        ("members:1", "points", "1", "6.00", "fold.points", "members:2 +1"),
    ]
    assert (hits(output, "fold.tier"), hits(output, "fold.points"), hits(output, "fold.name")) == (1, 1, 0)


def test_a_fallback_is_logged_only_where_it_had_something_to_give() -> None:
    columns: dict[str, Column] = {"product_code": ["1", "2", "3"], "name": ["a", None, None], "spec": ["s", "t", None]}
    output = cleaned("products", {"products": columns}, specs={"products": {"fallbacks": {"name": "spec"}}})
    assert log(output, *WHAT) == [("products:2", "name", None, "t", "fallback.name")]


def test_padding_of_a_whole_column_is_one_row_and_its_cells_add_up_to_the_hits() -> None:
    """CHAR columns would otherwise fill the log with blanks; a quote among them is still shown."""
    codes: Column = [*(f"{n}  " for n in range(150)), "'9001", "9002"]
    output = cleaned("products", {"products": {"product_code": codes, "name": ["n"] * 152}})
    assert log(output, *WHAT, "cells") == [
        (EVERY_ROW, "product_code", None, None, "trim.product_code", 150),
        ("products:151", "product_code", "'9001", "9001", "trim.product_code", 1),
    ]
    assert hits(output, "trim.product_code") == 151


def test_a_few_ways_over_a_long_column_are_one_row_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MANY_CELLS", 200)
    points: Column = ["无"] * 150 + [None] * 100 + ["7"] * 50
    numbers: Column = [f"{n}" for n in range(300)]
    columns = {"member_code": numbers, "points": points}
    output = cleaned("members", {"members": columns}, placeholders={"points": ["无"]})
    assert log(output, "row_id", "old", "new", "cells") == [
        *((f"members:{n + 1}", "无", "0.00", 1) for n in range(150)),
        (EVERY_ROW, "无", "0.00", 150),
        (EVERY_ROW, None, "0.00", 100),
    ]


def test_the_source_column_is_the_one_that_the_text_came_from() -> None:
    described = two_columns(name=("n1", "n2"))
    raw = table("products", {"n1": ["a ", " ", None], "n2": ["x", "b ", " "]})
    assert source_text(raw, described, "name").tolist() == ["a ", "b ", " "]
    assert source_text(raw, spec([], constants={"spec": " s"}), "spec").tolist() == [" s"] * 3
    assert source_text(raw, described, "barcode").isna().all()
    source = source_of("products", {"products": two_columns(product_code="code", name=("n1", "n2"))})
    given = StageOutput("x", {"products": table("products", {"code": ["1", "2"], "n1": ["a ", " "], "n2": ["x", "b "]})})
    output = clean("products", given, source)
    assert log(output, "row_id", "source_column", "old", "new") == [("products:1", "n1", "a ", "a"), ("products:2", "n2", "b ", "b")]


def test_corrected_cells_show_the_untouched_text() -> None:
    correction = Correction.model_validate(
        {"store": "S1", "dataset": "products", "row": "products:2", "expect": {"n": "x"}, "action": "set", "set": {"n": "y"}}
        | {"reason": "r", "who": "w", "on": "2026-01-01"}
    )
    hit = Hit(PlacedCorrection(correction, Path("fixes.yaml"), 3), "products", "products:2")
    found = corrected_cells("products", [hit], table("products", {"n": ["a", "x"]}), two_columns(name="n", unit="u"))
    assert [(f.rule, f.reason, f.hits, [(c.column, list(c.rows)) for c in f.cells]) for f in found] == [
        ("corrections/fixes.yaml", "corrected", 1, [("name", [1])])
    ]
    assert corrected_cells("coupons", [hit], table("coupons", {"n": ["a", "x"]}), spec(["n"])) == []


def test_missing_differs_from_any_value_but_not_from_missing() -> None:
    assert differing(text("a", None, "b", None), text("a", "a", None, None)).tolist() == [False, True, True, False]


def test_moments_are_written_as_people_do() -> None:
    moments = pd.Series(pd.to_datetime(text("2026-01-03", "2026-01-03 10:00:00", "2026-01-03 23:59:59.997", None), format="ISO8601"))
    assert value_text(moments).fillna("").tolist() == ["2026-01-03", "2026-01-03 10:00:00", "2026-01-03 23:59:59.997000", ""]
    assert value_text(pd.Series([True, None], dtype="bool[pyarrow]")).fillna("").tolist() == ["true", ""]


def test_no_change_has_the_columns_and_types_of_some() -> None:
    some = cleaned("products", {"products": {"product_code": ["1 "], "name": ["n"]}}).changes
    assert joined_changes([]).dtypes.to_dict() == empty_changes().dtypes.to_dict() == some.dtypes.to_dict()
