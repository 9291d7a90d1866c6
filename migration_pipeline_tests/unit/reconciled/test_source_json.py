"""The second JSON reader agrees with the first one."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import read
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.source_readers import read_input
from migration_pipeline.runtime.errors import BadInputError

Archive = Callable[..., ArchivedInput]
TICKETS = {
    "data": {
        "result": [
            {"sn": "A1", "cashier": {"no": "007"}, "items": [{"name": "可乐", "qty": 1.50}, {"name": "水"}], "payments": []},
            {"sn": "A2", "items": [], "payments": [{"code": "cash"}]},
            {"sn": "A3", "items": [{"name": None, "qty": True}], "payments": [{"code": "wx"}, {"code": 102066793346170331}]},
        ],
        "page": 3,
    }
}
FIELDS = {"name": "name", "qty": "qty", "sn": "../sn", "by": "../cashier.no", "pay": "../payments[1].code", "page": "../../page"}


def _spec(**more: object) -> InputSpec:
    return InputSpec.model_validate({"format": "json", "file": "x.json", **more})


def _both_read(spec: InputSpec, file: ArchivedInput) -> dict[str, list[str | None]]:
    """The same from both readers."""
    frame = read(file.stored, spec).frame
    first = {name: [value if isinstance(value, str) else None for value in frame[name]] for name in frame if name != "_row"}
    second = read_input(spec, [file]).drop_columns("_ragged").to_pydict()
    assert second == first
    return second


def test_rows_and_fields_are_the_same(archive: Archive) -> None:
    found = _both_read(_spec(rows="data.result[].items[]", fields=FIELDS), archive("x.json", json.dumps(TICKETS)))
    assert found["sn"] == ["A1", "A1", "A3"]
    assert found["qty"] == ["1.5", None, "true"]
    assert found["pay"] == [None, None, "102066793346170331"]


@pytest.mark.parametrize("content", ['[{"a":1},{"b":12.10}]', '{"a":1}\n{"b":12.10}\n', "\ufeff" + '[{"a":1,"b":""}]'])
def test_arrays_and_ndjson_are_the_same(archive: Archive, content: str) -> None:
    assert set(_both_read(_spec(), archive("x.json", content))) == {"a", "b"}


@pytest.mark.parametrize("codec", ["gb18030", "utf-16"])
def test_other_encodings_are_the_same(archive: Archive, codec: str) -> None:
    assert _both_read(_spec(encoding=codec), archive("x.json", '[{"名":"茶"}]', codec)) == {"名": ["茶"]}


def test_a_number_with_an_exponent_keeps_it(archive: Archive) -> None:
    """So that neither reader takes a damaged 8.52E+11 for a number."""
    assert read_input(_spec(), [archive("x.json", '[{"a":8.52E+11}]')])["a"].to_pylist() == ["8.52E+11"]


@pytest.mark.parametrize("content", ['[{"a":1},', "nonsense", "[1]"])
def test_damage_is_one_clear_error(archive: Archive, content: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read_input(_spec(), [archive("x.json", content)])
    assert caught.value.where == "x.json"


_TEXT = st.text(st.characters(exclude_characters="\0<>", exclude_categories=["Cs"]), max_size=8)  # < and > mark numbers below
_VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.decimals(allow_nan=False, allow_infinity=False, places=4), _TEXT)


@given(rows=st.lists(st.dictionaries(st.sampled_from("abc"), _VALUES, min_size=1), min_size=1, max_size=6), nested=st.booleans())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_readers_agree_on_whatever_there_is(archive: Archive, rows: list[dict[str, object]], *, nested: bool) -> None:
    written = json.dumps(rows, default=lambda value: f"<{value:f}>").replace('"<', "").replace('>"', "")
    spec = _spec(rows="data.rows[]") if nested else _spec()
    try:
        _both_read(spec, archive("x.json", f'{{"data":{{"rows":{written}}}}}' if nested else written))
    except UnicodeEncodeError:
        pytest.fail("text that is no text")
