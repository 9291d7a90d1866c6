"""Records are made comparable without losing one."""

import pandas as pd
import pytest

from migration_pipeline.mapped.matching.prepare import prepared
from migration_pipeline.mapped.matching.spec import Linkage
from migration_pipeline.runtime.errors import BadInputError

SPEC = Linkage.model_validate(
    {
        "comparisons": [{"columns": ["name"], "kind": "words"}, {"columns": ["code"], "kind": "code"}],
        "blocks": [["code"]],
        "proof": {"name": "same"},
    }
)


def test_texts_become_plain_empty_ones_missing_and_the_order_is_that_of_the_ids() -> None:
    records = pd.DataFrame([["2", "光 明", " A-1 "], ["1", "  ", None]], columns=["id", "name", "code"])
    frame = prepared(records, SPEC)
    assert frame["id"].tolist() == ["1", "2"]
    assert frame["name"].isna().tolist() == [True, False]
    assert (frame["name"][1], frame["code"][1]) == ("光明", "A-1")
    assert frame["name__pairs"][1] == ["光明"]


def test_an_id_that_comes_twice_and_a_missing_column_are_refused() -> None:
    with pytest.raises(BadInputError, match="comes twice"):
        prepared(pd.DataFrame([["1", "a", "b"]] * 2, columns=["id", "name", "code"]), SPEC)
    with pytest.raises(BadInputError, match="code"):
        prepared(pd.DataFrame([["1", "a"]], columns=["id", "name"]), SPEC)
