"""Paths into JSON documents."""

import pytest

from migration_pipeline.raw.readers.json_paths import (
    EACH,
    FieldPath,
    as_text,
    compact,
    field_path,
    followed,
    found_rows,
    row_steps,
    written,
)
from migration_pipeline.raw.readers.json_text import Number
from migration_pipeline.runtime.errors import BadInputError


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("[]", (EACH,)),
        ("data", ("data",)),
        ("data.result[].items[]", ("data", "result", EACH, "items", EACH)),
        ("[].行[][]", (EACH, "行", EACH, EACH)),
    ],
)
def test_a_path_to_rows_is_split_and_written_alike(path: str, steps: tuple[object, ...]) -> None:
    assert row_steps(path, "x") == steps
    assert written(row_steps(path, "x")) == path


@pytest.mark.parametrize("path", [".a", "a.", "a..b", "a[", "a]b", "a[]b", "a.[]", "a[1]", "[x]"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(BadInputError, match="is not a path"):
        row_steps(path, "x")


def test_a_field_may_go_up_and_into_arrays_by_number() -> None:
    found = field_path("../../payments[1].code", ["data", "items"], "x")
    assert found == FieldPath(2, ("payments", 1, "code"))
    assert found.text({}, ({"payments": [{}, {"code": "cash"}]}, {})) == "cash"
    assert found.text({}, ({"payments": [{}]}, {})) is None


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_where_a_store_system_writes_something_empty_there_is_nothing(empty: object) -> None:
    """PHP writes [] for an empty object."""
    assert FieldPath(0, ("cashier", "name")).text({"cashier": empty}, ()) is None
    assert list(found_rows({"items": empty}, row_steps("items[]", "x"), ())) == []


def test_how_far_a_path_goes_and_what_is_there() -> None:
    document = {"data": {"rows": [{"a": 1}], "none": []}}
    assert followed(document, row_steps("data.row[]", "x")) == (1, "'rows', 'none'")
    assert followed(document, row_steps("data.rows[].b[]", "x")) == (3, "'a'")
    assert followed(document, row_steps("data.none[].b[]", "x"))[0] == 5


def test_nested_values_keep_their_numbers() -> None:
    assert compact({"a": [Number("1.50"), None, True, 'q"'], "b": {}}) == '{"a":[1.50,null,true,"q\\""],"b":{}}'


@pytest.mark.parametrize("text", ["a\0", "\ud800", "x\udfff"])
def test_text_that_no_database_keeps_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="half a character"):
        as_text([text] if text == "a\0x" else text)
