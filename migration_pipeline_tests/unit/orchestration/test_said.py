"""What the stores say comes in the shape of the ERP's table."""

import json
from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.orchestration.said import said_of
from migration_pipeline.runtime.databases import Databases


def test_records_and_barcodes_come_as_rows_of_the_erp(databases: Databases) -> None:
    upgrade(databases)
    crosswalk = CrosswalkRepository(databases)
    frame = pd.DataFrame({"source_key": ["p"], "code_hint": ["E1"]}, dtype="str")
    fields = json.dumps({"name": "tea", "tax_rate": "13.00", "weighed": "false"})
    frame = frame.assign(identities=[[("gtin", "6901028000017")]], updated_at=pd.Series([pd.NaT], dtype="datetime64[us]"))
    crosswalk.assign("products", "S1", "r", frame.assign(fields=pd.Series([fields], dtype="str")))
    said = said_of(crosswalk)
    item = said("item", pd.Series(["E1"], dtype="str"))
    assert item.columns.tolist() == list(erp_table("item").column_names)
    assert item[["item_code", "name", "tax_rate", "weighed"]].to_numpy().tolist() == [["E1", "tea", Decimal(13), False]]
    barcode = said("item_barcode", pd.Series(["6901028000017", "1"], dtype="str"))
    assert barcode.to_numpy().tolist() == [["6901028000017", "E1"]]
    with pytest.raises(ValueError, match="no store says"):
        said("unit", pd.Series(["PCS"], dtype="str"))
