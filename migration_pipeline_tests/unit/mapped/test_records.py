"""What all mappers share: words, references, identities and the fields of golden records."""

import json

import pandas as pd

from migration_pipeline.contracts.datasets import MEMBERS
from migration_pipeline.contracts.money import zeros
from migration_pipeline.mapped.records import MappedTable, as_fields, identities, references, with_erp_words
from migration_pipeline_tests.unit.cleaned.raw_tables import text
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, context

MEMBER = MEMBERS.table("members")


def members(*genders: str | None) -> MappedTable:
    frame = pd.DataFrame({"_row_id": [f"m:{n}" for n in range(len(genders))], "gender": text(*genders)})
    frame["status"] = text(*["active"] * len(genders))
    own = {f"_{name}": zeros(frame.index, scale) for name, scale in (("money", 2), ("quantity", 3), ("points", 2))}
    return MappedTable(MEMBER, frame.assign(**own))


def test_words_are_translated_and_unknown_ones_rejected_never_guessed() -> None:
    done = with_erp_words(members("男", "female", "其他", None), context(FakeCrosswalk(), gender={"男": "male"}))
    assert done.rows["gender"].tolist()[:2] == ["male", "female"]
    assert done.rows["gender"].isna().tolist() == [False, False, True]
    assert done.ended[0][["row_id", "reason", "detail"]].to_numpy().tolist() == [["m:2", "unmapped_value", "gender"]]


def test_derived_rows_leave_without_a_ledger_entry() -> None:
    derived = members("x", "x")
    derived.rows["_row_id"] = ["", "m:1"]
    done = derived.without(pd.Series([True, True]), "ticket_rejected")
    assert len(done.rows) == 0
    assert done.ended[0]["row_id"].tolist() == ["m:1"]


def test_references_prefer_the_store_and_fall_back_to_head_office() -> None:
    keys = {("products", "HQ"): {"1": "HQ1", "2": "HQ2"}, ("products", "S1"): {"1": "OWN"}, ("products", "S2"): {"3": "NO"}}
    found = references(context(FakeCrosswalk(keys)), "products", text("1", "2", "3", None, "1"))
    assert found.fillna("-").tolist() == ["OWN", "HQ2", "-", "-", "OWN"]


def test_identities_keep_their_order_and_leave_out_what_is_missing() -> None:
    found = identities([("tax_id", text("T", None)), ("name", text("n", None))], pd.RangeIndex(2))
    assert found.tolist() == [[("tax_id", "T"), ("name", "n")], []]


def test_fields_are_json_of_text_and_lines_in_values_do_not_shift_rows() -> None:
    birthdays = pd.to_datetime(pd.Series(["2000-02-29", None]))
    rows = pd.DataFrame({"name": text('a\n"b"', None), "birthday": birthdays, "points": zeros(pd.RangeIndex(2), 2)})
    found = [json.loads(line) for line in as_fields(rows, ("name", "birthday", "points"))]
    assert found[0] == {"name": 'a\n"b"', "birthday": "2000-02-29", "points": "0.00"}
    assert found[1] == {"name": None, "birthday": None, "points": "0.00"}


def test_fields_of_no_rows_are_no_lines() -> None:
    assert len(as_fields(pd.DataFrame({"name": text()}), ("name",))) == 0
