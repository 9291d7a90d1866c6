"""Header, body and what the first reader settled on."""

from pathlib import Path

import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.source_layout import demanded, filled_right, first_row, joined, settled, sheet_cells
from migration_pipeline.runtime.errors import BadInputError

AUTO = InputSpec.model_validate({"format": "csv", "file": "x", **dict.fromkeys(["encoding", "delimiter", "quote", "header_row"], "auto")})


def _file(**options: object) -> ArchivedInput:
    return ArchivedInput(Path("stored"), "x.csv", "", options=options)


def test_what_the_first_reader_found_out_stands_for_auto_and_only_for_auto() -> None:
    found = {"encoding": "gb18030", "delimiter": ";", "quote": "'", "header_row": 3, "sheet": "库存"}
    spec = settled(AUTO, _file(**found))
    assert {name: getattr(spec, name) for name in found} == found
    said = InputSpec(format="csv", file="x", encoding="utf-8", delimiter=",", header_row=1, sheet="a")
    assert settled(said, _file(**found)) == said


def test_a_manifest_that_does_not_say_it_is_an_error_not_a_guess() -> None:
    spec = settled(AUTO, _file())
    with pytest.raises(BadInputError, match="where the header is"):
        first_row(spec, _file())
    with pytest.raises(BadInputError, match="which delimiter"):
        demanded(spec.delimiter, "delimiter", _file())


def test_a_file_whose_names_are_given_begins_at_once() -> None:
    assert first_row(settled(AUTO.model_copy(update={"names": ("a",)}), _file()), _file()) == 1


def test_a_header_of_several_rows_becomes_one() -> None:
    rows = [["货号", "价格", "", " "], ["", "零售", "会员", "批发"]]
    assert joined([filled_right(rows[0]), rows[1]]) == ["货号", "价格/零售", "价格/会员", "价格/批发"]


def test_columns_without_name_and_value_do_not_count() -> None:
    names, rows = sheet_cells(["a", "", "", "d", ""], [["1", None, "x", "2"], [None, ""], ["3"]], given=False)
    assert (names, rows) == (["a", "column_3", "d"], [["1", "x", "2"], ["3", None, None]])


def test_a_value_outside_of_the_columns_makes_a_row_ragged() -> None:
    names, rows = sheet_cells(["a", "b"], [["1", "2"], ["1", "2", "3"], ["1"]], given=True)
    assert [len(row) == len(names) for row in rows] == [True, False, True]
