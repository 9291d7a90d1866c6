"""One column per warehouse becomes one row per warehouse, without inventing or losing a figure."""

from pathlib import Path

import pandas as pd
import pytest

from migration_pipeline.project.source import Unpivot
from migration_pipeline.raw.readers.read_table import ReadTable
from migration_pipeline.raw.unpivot import unpivot
from migration_pipeline.runtime.errors import BadInputError

SPEC = Unpivot(columns={"主仓": "MAIN", "冷库": "COLD"}, key="warehouse", value="quantity")


def _table() -> ReadTable:
    frame = pd.DataFrame({"code": ["a", "b", "c"], "主仓": ["5", None, "0"], "冷库": ["-1.5", " ", None]}, dtype="str")
    return ReadTable(frame.assign(_row=pd.Series([3, 4, 5], dtype="int64")))


def test_each_filled_cell_becomes_a_row_in_order_and_zero_is_a_value() -> None:
    frame = unpivot(_table(), SPEC, Path("stock.xlsx")).frame
    assert list(frame.columns) == ["code", "_row", "warehouse", "quantity", "_cell"]
    assert frame.to_numpy().tolist() == [["a", 3, "MAIN", "5", "MAIN"], ["a", 3, "COLD", "-1.5", "COLD"], ["c", 5, "MAIN", "0", "MAIN"]]
    assert str(frame["quantity"].dtype) == str(frame["warehouse"].dtype) == "str"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (Unpivot(columns={"gone": "X"}, key="k", value="v"), "names column 'gone'.*it has 'code'"),
        (Unpivot(columns={"主仓": "X", "冷库": "X"}, key="k", value="v"), "the key X"),
        (Unpivot(columns={"主仓": "X"}, key="code", value="v"), "like one that stays"),
        (Unpivot(columns={"主仓": "X"}, key="k", value="k"), "like one that stays"),
    ],
)
def test_an_unpivot_that_does_not_fit_the_file_is_refused(spec: Unpivot, message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        unpivot(_table(), spec, Path("stock.xlsx"))
