"""The figures of a batch add up."""

from migration_pipeline.loaded.protocol import BatchResult, TableResult


def test_every_row_of_a_batch_is_inserted_updated_unchanged_or_kept() -> None:
    result = BatchResult({"item": TableResult("item", 10, 3, 2), "item_barcode": TableResult("item_barcode", 5, 1, 0, kept=1)})
    assert (result.rows, result.inserted, result.updated, result.unchanged) == (15, 4, 2, 8)
    assert result.changed_rows == 6
    assert result.tables["item_barcode"].unchanged == 3
