"""Cells say exactly what the frame holds, and external ids are one to one."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.loaded.templates.cells import cell_text, external_id, refusals, runs
from migration_pipeline.loaded.templates.model import cell
from migration_pipeline_tests.unit.loaded.templates.conftest import table


@given(st.text(max_size=12), st.text(max_size=12))
def test_different_texts_have_different_external_ids_without_blank_or_dot(one: str, other: str) -> None:
    assert (external_id(one) == external_id(other)) == (one == other)
    assert not set(external_id(one)) & set(" .")


def test_a_cell_takes_the_first_pattern_that_is_whole() -> None:
    frame = pd.DataFrame({"name": ["Li", None, ""], "code": ["M1", "M2", "M3"]}, dtype="str")
    assert cell_text(cell("x", "{name} {code}", "{code}"), frame).tolist() == ["Li M1", "M2", "M3"]


def test_amounts_are_plain_and_exact_and_split_by_sign() -> None:
    rows = table(
        "supplier_balance", *({"supplier_code": "S", "store_code": "A", "balance": b} for b in ("12345678901234.50", "-0.05", "0"))
    )
    assert cell_text(cell("x", "{balance}"), rows).tolist() == ["12345678901234.50", "-0.05", "0.00"]
    assert cell_text(cell("x", "{balance:+}"), rows).fillna("").tolist() == ["12345678901234.50", "", ""]
    assert cell_text(cell("x", "{balance:-}"), rows).fillna("").tolist() == ["", "0.05", ""]
    assert cell_text(cell("x", "{balance:0}"), rows).tolist() == ["0", "0", "1"]


def test_what_the_tool_would_refuse_is_named() -> None:
    text = pd.Series(["ok", None, "toolong", "a\x00", "-1"], dtype="str")
    assert refusals(cell("x", required=True, longest=5, positive=True), text).tolist() == ["", "empty", "length", "unwritable", "negative"]
    assert refusals(cell("x"), pd.Series(["=1", "-1.5"], dtype="str"), only_csv=True).tolist() == ["formula", ""]


def test_only_plain_numbers_may_begin_with_a_minus() -> None:
    assert [text for text in ("-1", "-1.50", "-1+1", "=1", "+1", "x", "－1") if runs(text)] == ["-1+1", "=1", "+1", "－1"]
