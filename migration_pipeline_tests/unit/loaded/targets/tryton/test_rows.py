"""Rows keep their values on the way to Tryton, into the journal and back."""

from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.loaded.targets.tryton.rows import Change, by_key, canonical, frame_of, rows_of, swapped, written
from migration_pipeline.runtime.errors import BadInputError

TICKET = ERP_TABLES["ticket"]
BARCODE = ERP_TABLES["item_barcode"]
MOMENT = datetime.fromisoformat("2024-02-29T23:59:59.123456")
VALUES = {"sold_at": MOMENT, "business_date": date(2024, 2, 29), "total": Decimal("-0.10"), "cashier": "a'b"}


def test_a_value_is_read_back_from_its_text() -> None:
    columns = {column.name: column for column in TICKET.columns}
    assert {name: canonical(columns[name], written(value)) for name, value in VALUES.items()} == VALUES
    weighed = next(column for column in ERP_TABLES["item"].columns if column.name == "weighed")
    assert [canonical(weighed, written(value)) for value in (True, False, None)] == [True, False, None]


def test_an_empty_text_of_tryton_is_a_missing_one() -> None:
    assert canonical(BARCODE.columns[0], "") is None


def test_of_two_rows_with_one_key_the_first_counts() -> None:
    assert by_key("item_barcode", [{"barcode": "1", "item_code": "A"}, {"barcode": "1", "item_code": "B"}])[("1",)]["item_code"] == "A"


def test_a_frame_becomes_rows_and_a_frame_again() -> None:
    frame = pd.DataFrame({"barcode": ["1", "2"], "item_code": ["A", "B"]}, dtype="str")
    pd.testing.assert_frame_equal(frame_of(BARCODE, rows_of(BARCODE, frame)), frame)


@pytest.mark.parametrize("codes", [["1", "1"], ["1", None]], ids=["twice", "missing"])
def test_keys_that_come_twice_or_are_missing_are_refused(codes: list[str | None]) -> None:
    with pytest.raises(BadInputError):
        rows_of(BARCODE, pd.DataFrame({"barcode": codes, "item_code": ["A", "B"]}, dtype="str"))


def test_what_a_batch_took_over_goes_with_it() -> None:
    row = {"barcode": "1", "item_code": "A"}
    assert Change("item_barcode", ("1",), row, row).reversed.after is None
    assert Change("item_barcode", ("1",), None, row).reversed == Change("item_barcode", ("1",), row, None)


def test_an_id_in_both_is_neither_removed_nor_added() -> None:
    assert swapped([1, 2], [2, 3]) == [["remove", [1]], ["add", [3]]]
