"""The entry to cleaning: every dataset has its cleaner, and what earlier stages found is carried on."""

import dataclasses

import pytest

from migration_pipeline.cleaned.clean import CLEANERS, clean
from migration_pipeline.contracts.datasets import DATASETS, SUPPLIERS
from migration_pipeline.contracts.ledger import entries
from migration_pipeline.contracts.stage_output import Finding, findings_frame
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.unit.cleaned.raw_tables import raw, source_of, spec, table


def test_every_dataset_has_a_cleaner() -> None:
    assert set(CLEANERS) == set(DATASETS)


def test_outcomes_findings_and_facts_of_reading_are_carried_on() -> None:
    columns = {"supplier_code": ["1", None], "name": [" a", "b"]}
    ragged = entries(SUPPLIERS.table("suppliers"), table("ragged", {"text": ["x;y"]}), "ragged_row", "raw")
    before = dataclasses.replace(
        raw({"suppliers": columns}),
        outcomes=ragged,
        findings=findings_frame([Finding("suppliers", "r", "trimmed", "fix", 7)]),
        facts={"files": 1},
    )
    after = clean("suppliers", before, source_of("suppliers", {"suppliers": spec(list(columns))}))
    assert after.outcomes["row_id"].tolist() == ["ragged:1", "suppliers:2"]
    assert after.findings["hits"].sum() == 8
    assert (after.extract_id, after.facts) == ("extract", {"files": 1})


def test_findings_without_a_hit_are_left_out() -> None:
    columns = {"supplier_code": ["1"], "name": ["a"]}
    after = clean("suppliers", raw({"suppliers": columns}), source_of("suppliers", {"suppliers": spec(list(columns))}))
    assert len(after.findings) == 0


def test_columns_that_a_table_recognises_are_cleaned_like_named_ones() -> None:
    """Defaults are counted as for a mapped column, and a column nobody recognises is left alone."""
    columns = {"供应商编号": ["1", "2"], "供应商名称": ["a", "b"], "应付余额（元）": ["1.50", None], "账期": ["30", "60"]}
    after = clean("suppliers", raw({"suppliers": columns}), source_of("suppliers", {"suppliers": spec([], recognise=True)}))
    assert after.tables["suppliers"]["supplier_code"].tolist() == ["1", "2"]
    assert [str(value) for value in after.tables["suppliers"]["balance"]] == ["1.50", "0.00"]
    assert after.findings.set_index("rule")["hits"].to_dict() == {"default.balance": 1}


def test_lines_that_recognise_their_columns_give_the_tickets_where_there_is_no_table_of_them() -> None:
    columns = {"小票号": ["T"], "销售时间": ["2026-03-01 09:00:00"], "货号": ["1"], "数量": ["1"], "小计": ["2.00"]}
    after = clean("sales", raw({"lines": columns}), source_of("sales", {"lines": spec([], recognise=True)}))
    (ticket,) = after.tables["tickets"].to_dict("records")
    assert (ticket["ticket_no"], str(ticket["sold_at"]), str(ticket["total"])) == ("T", "2026-03-01 09:00:00", "2.00")


def test_two_columns_that_could_be_the_same_one_stop_cleaning() -> None:
    columns = {"卡号": ["1"], "会员号": ["2"]}
    with pytest.raises(BadInputError, match="both 卡号 and 会员号 could be member_code"):
        clean("members", raw({"members": columns}), source_of("members", {"members": spec([], recognise=True)}))


def test_computed_columns_are_mapped_like_columns_of_the_source_and_a_text_that_is_no_number_rejects_its_row() -> None:
    columns = {"product_code": ["1", "2"], "name": ["a", "b"], "boxes": ["2", "two"], "brand": ["X", None]}
    named = {"product_code": "product_code", "name": "full", "sell_price": "price"}
    computed = {"full": "join(' ', brand, name)", "price": "round(boxes * 12.5, 2)"}
    given = spec([]).model_copy(update={"columns": named, "computed": computed})
    after = clean("products", raw({"products": columns}), source_of("products", {"products": given}))
    assert [(row["name"], str(row["sell_price"])) for row in after.tables["products"].to_dict("records")] == [("X a", "25.0000")]
    assert after.outcomes[["reason", "detail"]].to_numpy().tolist() == [["bad_number", "price"]]
