"""What the stores say comes in the shape of the ERP's table."""

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.mapped.erp_rows import erp_rows
from migration_pipeline.orchestration.said import said_of
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.lake import write_stage


def test_records_and_barcodes_come_as_rows_of_the_erp(databases: Databases, tmp_path: Path) -> None:
    upgrade(databases)
    crosswalk = CrosswalkRepository(databases)
    frame = pd.DataFrame({"source_key": ["p"], "code_hint": ["E1"]}, dtype="str")
    fields = json.dumps({"name": "tea", "tax_rate": "13.00", "weighed": "false"})
    frame = frame.assign(identities=[[("gtin", "6901028000017")]], updated_at=pd.Series([pd.NaT], dtype="datetime64[us]"))
    crosswalk.assign("products", "S1", "r", frame.assign(fields=pd.Series([fields], dtype="str")))
    said = said_of(crosswalk, tmp_path, ["S1"])
    item = said("item", pd.DataFrame({"item_code": ["E1"]}))
    assert item.columns.tolist() == list(erp_table("item").column_names)
    assert item[["item_code", "name", "tax_rate", "weighed"]].to_numpy().tolist() == [["E1", "tea", Decimal(13), False]]
    barcode = said("item_barcode", pd.DataFrame({"barcode": ["6901028000017", "1"]}))
    assert barcode.to_numpy().tolist() == [["6901028000017", "E1"]]
    with pytest.raises(ValueError, match="no store says"):
        said("unit", pd.DataFrame({"unit_code": ["PCS"]}))


def test_of_coupons_every_store_says_what_it_mapped(databases: Databases, tmp_path: Path) -> None:
    for store, item in {"S1": "I1", "S2": None}.items():
        coupon = {"coupon_code": "C", "product_code": "P", "campaign": "26", "item_code": item}
        frame = erp_rows("coupon_item", {name: pd.Series([value], dtype="str") for name, value in coupon.items()}, pd.RangeIndex(1))
        write_stage(tmp_path, "mapped", "products", store, StageOutput("x", {"coupon_item": frame}))
    said = said_of(CrosswalkRepository(databases), tmp_path, ["S1", "S2", "S3"])
    keys = pd.DataFrame({"coupon_code": ["C", "D"], "product_code": ["P", "P"], "campaign": ["26", "26"]}, dtype="str")
    words = said("coupon_item", keys)
    assert words["coupon_code"].tolist() == ["C", "C"]
    assert words["item_code"].fillna("").tolist() == ["I1", ""]
