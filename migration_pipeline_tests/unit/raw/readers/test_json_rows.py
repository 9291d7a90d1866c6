"""JSON documents and NDJSON become rows of text exactly as written, in flat memory, or are refused with a reason."""

import json
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers import encoding, json_rows, json_text, read_table
from migration_pipeline.raw.readers.read_table import ReadTable, whole
from migration_pipeline.runtime.errors import BadInputError

TICKETS = {
    "status": "success",
    "data": {
        "result": [
            {"sn": "A1", "cashier": {"jobNumber": "007"}, "items": [{"name": "可乐", "qty": 1}, {"name": "水", "qty": 2}], "payments": []},
            {"sn": "A2", "items": [], "payments": [{"code": "cash"}]},
            {"sn": "A3", "cashier": None, "items": [{"name": "茶"}], "payments": [{"code": "wx"}, {"code": "cash"}]},
        ],
        "page": 3,
    },
}
FIELDS = {"name": "name", "qty": "qty", "sn": "../sn", "by": "../cashier.jobNumber", "pay": "../payments[0].code", "page": "../../page"}


def _spec(rows: str | None = None, fields: dict[str, str] | None = None, codec: str = "utf-8") -> InputSpec:
    return InputSpec(format="json", file="x.json", rows=rows, fields=fields or {}, encoding=codec)


def _read(folder: Path, content: str | bytes, spec: InputSpec | None = None) -> ReadTable:
    path = folder / "x.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return whole(json_rows.read(path, spec or _spec()))


def _rows(folder: Path, content: str | bytes, spec: InputSpec | None = None) -> list[dict[str, str | None]]:
    frame = _read(folder, content, spec).frame
    assert frame.pop("_row").tolist() == list(range(1, len(frame) + 1))
    return [{k: v if isinstance(v, str) else None for k, v in row.items()} for row in frame.to_dict("records")]


def test_rows_and_values_around_them_are_found_by_their_paths(tmp_path: Path) -> None:
    rows = _rows(tmp_path, json.dumps(TICKETS), _spec("data.result[].items[]", FIELDS))
    assert [tuple(row.values()) for row in rows] == [
        ("可乐", "1", "A1", "007", None, "3"),
        ("水", "2", "A1", "007", None, "3"),
        ("茶", None, "A3", None, "wx", "3"),
    ]


@pytest.mark.parametrize("content", ['[{"a": 1}, {"b": "x"}]', '{"a":1}\n{"b":"x"}\n', '{"a":1}{"b":"x"}', '\n [\n{"a":1}\n,{"b":"x"}] '])
def test_an_array_ndjson_and_objects_one_after_the_other_are_told_from_the_content(tmp_path: Path, content: str) -> None:
    assert _rows(tmp_path, content) == [{"a": "1", "b": None}, {"a": None, "b": "x"}]


def test_numbers_stay_as_written(tmp_path: Path) -> None:
    written = ["12.10", "102066793346170331", "1e3", "8.520000000000E+11", "-0", "0.0000001", "12345678901234567.890", "-0.50"]
    assert [row["n"] for row in _rows(tmp_path, f'[{",".join(f"""{{"n":{n}}}""" for n in written)}]')] == written


def test_null_and_what_is_not_there_are_missing_and_empty_text_is_not(tmp_path: Path) -> None:
    row = _rows(tmp_path, '[{"a":null,"b":"","c":true,"d":false,"e":[1.50,{"x":"é"}],"f":{}}]')[0]
    assert row == {"a": None, "b": "", "c": "true", "d": "false", "e": '[1.50,{"x":"é"}]', "f": "{}"}


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "gb18030"])
def test_other_encodings(tmp_path: Path, codec: str) -> None:
    spec = _spec(codec="utf-8" if codec == "utf-8-sig" else codec)
    assert _rows(tmp_path, '[{"名称":"可口可乐"}]'.encode(codec), spec) == [{"名称": "可口可乐"}]


def test_ndjson_documents_are_each_gone_through(tmp_path: Path) -> None:
    content = '{"sn":"1","items":[{"n":1},{"n":2}]}\n{"sn":"2"}\n{"sn":"3","items":[{"n":3}]}'
    rows = _rows(tmp_path, content, _spec("items[]", {"n": "n", "sn": "../sn"}))
    assert rows == [{"n": "1", "sn": "1"}, {"n": "2", "sn": "1"}, {"n": "3", "sn": "3"}]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ('[{"a":1},', "cut off"),
        ('[{"a":1}', "cut off|ends"),
        ('[{"a":"x', "cut off"),
        ('[{"a":1} {"a":2}]', "no JSON"),
        ('{"a":1},{"a":2}', "no JSON"),
        ('{"a":01}', "no JSON"),
        ('{"a":"\n"}', "no JSON"),
        ('[{"a":NaN}]', "NaN is no JSON"),
        ('[{"a":-Infinity}]', "-Infinity is no JSON"),
        ('[{"a":1,"a":2}]', "'a' comes twice"),
        ('[{"a":' + "9" * 1_000_000 + "}]", "1000000 digits"),
        ("[" * 100_000, "too deep"),
        ('{"a":' * 100_000, "too deep"),
        ("[1]", "row 1 is a number, not an object"),
        ("[[1]]", "row 1 is an array"),
        ('[{"a":"\\ud800"}]', "half a character"),
        ('[{"a":"\\u0000"}]', "NUL"),
        ("[]", "not one row"),
    ],
)
def test_what_cannot_be_read_exactly_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(BadInputError, match=reason) as caught:
        _read(tmp_path, content)
    assert caught.value.where.startswith(str(tmp_path / "x.json"))


def test_an_error_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        _read(tmp_path, '{"a":1}\n{"a":2}\n{"a":}\n')
    assert caught.value.where == f"{tmp_path / 'x.json'}:3"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("data.resul[]", r"no data.resul\[\]; at data there is 'result', 'page'"),
        ("data.result.items[]", "looked for in an array"),
        ("data[]", r"where the path says \[\] there is an object"),
        ("status", "row 1 is text"),
        ("data..x", "is not a path"),
        ("data.result[0]", "is not a path"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused_with_what_is_there(tmp_path: Path, rows: str, reason: str) -> None:
    with pytest.raises(BadInputError, match=reason):
        _read(tmp_path, json.dumps(TICKETS), _spec(rows, {"n": "name"}))


@pytest.mark.parametrize("path", ["../../../../x", "../items", "a[]", "[0]", "a.", "../"])
def test_a_field_that_leads_out_of_the_document_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(BadInputError, match=r"not a path|goes up|leads back"):
        _read(tmp_path, json.dumps(TICKETS), _spec("data.result[].items[]", {"n": path}))


def test_a_field_that_is_looked_for_in_plain_text_is_refused_by_row(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"row 2: 'name' is looked for in text"):
        _read(tmp_path, '[{"by":""},{"by":"x"}]', _spec(fields={"by": "by.name"}))


def test_no_rows_are_no_error_where_the_columns_are_known(tmp_path: Path) -> None:
    table = _read(tmp_path, '{"data":{"result":[]}}', _spec("data.result[].items[]", {"n": "n"}))
    assert (len(table.frame), list(table.frame.columns)) == (0, ["n", "_row"])


@pytest.fixture(params=[1, 7, 64])
def tiny(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text comes in pieces of so many characters, and longer values are not taken at once."""
    monkeypatch.setattr(json_text, "WHOLE", request.param)
    chunks = json_rows.decoded_chunks

    def pieces(path: Path, codec: str) -> Iterator[str]:
        text = "".join(chunks(path, codec))
        return (text[start : start + request.param] for start in range(0, len(text), request.param))

    monkeypatch.setattr(json_rows, "decoded_chunks", pieces)


@pytest.mark.usefixtures("tiny")
def test_a_document_longer_than_the_buffer_gives_the_same_rows(tmp_path: Path) -> None:
    for content, spec in (
        (json.dumps(TICKETS, indent=1), _spec("data.result[].items[]", FIELDS)),
        (json.dumps(TICKETS["data"]), _spec("result[]", {"sn": "sn", "page": "../page", "c": "cashier"})),
        ('{"skip":{"a":[1,{"b":[]}],"c":"]"},"rows":[{"a":"x","n":12.10},{"n":-3}],"z":1}\n{"rows":[{"n":7}],"z":2}', _spec("rows[]")),
        ('[{"rows":[{"n":1}]},{"rows":[]}]', _spec("[].rows[]", {"n": "n"})),
        ('{"a":1}\n{"b":22}', _spec()),
    ):
        with pytest.MonkeyPatch.context() as whole_at_once:
            whole_at_once.setattr(json_text, "WHOLE", 1 << 20)
            expected = _read(tmp_path, content, spec).frame
        assert _read(tmp_path, content, spec).frame.equals(expected)


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"rows":[{"n":1}],"rows":[{"n":2}]}', "'rows' comes twice"),
        ('{"rows":[{"n":1},{"n":', "cut off|ends"),
        ('{"rows":[{"n":1} {"n":2}]}', r"should be|no JSON"),
        ('{"rows" [{"n":1}]}', r"should be|no JSON"),
        ('{rows:[{"n":1}]}', "a key in quotes|no JSON"),
        ('{"other":[{"n":1}]}', r"no rows\[\]; at the top there is 'other'"),
        ('{"skip":[1,2,{"a":nul}],"rows":[{"n":1}]}', "no JSON"),
        ('{"skip":' + "[" * 5000, "too deep"),
    ],
)
def test_a_document_longer_than_the_buffer_is_refused_for_the_same_reasons(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(BadInputError, match=reason):
        _read(tmp_path, content, _spec("rows[]", {"n": "n"}))


def test_one_endless_value_is_refused_before_it_fills_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "LONGEST", 4 << 20)
    with pytest.raises(BadInputError, match="longer than 4 million"):
        _read(tmp_path, '[{"a":"' + "x" * (12 << 20) + '"}]')


def test_too_many_different_members_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="more than 2000 different members"):
        _read(tmp_path, json.dumps([{f"k{n}": 1} for n in range(2001)]))


def _peak(path: Path, spec: InputSpec) -> int:
    tracemalloc.start()
    try:
        for _ in json_rows.read(path, spec).batches:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are longer than the buffer and than some batches."""
    monkeypatch.setattr(json_text, "WHOLE", 1 << 16)
    monkeypatch.setattr(encoding, "CHUNK", 1 << 16)
    monkeypatch.setattr(read_table, "BATCH", 500)
    path, peaks = tmp_path / "x.json", []
    for count in (3_000, 12_000):
        rows = ",".join(f'{{"n":{n},"name":"product number {n}, with a long name that fills the file"}}' for n in range(count))
        path.write_text(f'{{"data":[{rows}],"page":1}}', encoding="utf-8")
        del rows
        peaks.append(_peak(path, _spec("data[]", {"n": "n", "name": "name", "page": "../page"})))
    assert peaks[1] < 1.2 * peaks[0]


_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
_NAMES = st.sampled_from(["a", "b", "名称", "x y", "c.d"])
_VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), _TEXT)
_ANY = st.recursive(_VALUES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXT, inner, max_size=3)), max_leaves=5)


def _expected(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _fixture_free(test: Callable[..., None]) -> Callable[..., None]:
    return settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])(test)


@_fixture_free
@given(rows=st.lists(st.dictionaries(_NAMES, _ANY, min_size=1), min_size=1, max_size=6), lines=st.booleans(), ascii_only=st.booleans())
def test_whatever_python_writes_is_read_back(tmp_path: Path, rows: list[dict[str, object]], *, lines: bool, ascii_only: bool) -> None:
    content = "\n".join(json.dumps(r, ensure_ascii=ascii_only) for r in rows) if lines else json.dumps(rows, ensure_ascii=ascii_only)
    names = dict.fromkeys(name for row in rows for name in row)
    assert _rows(tmp_path, content) == [{name: _expected(row.get(name)) for name in names} for row in rows]


@_fixture_free
@given(data=st.data())
def test_damaged_files_are_read_or_refused_never_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(json.dumps(TICKETS, ensure_ascii=False).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(
            st.one_of(st.binary(max_size=3), st.sampled_from([b'"', b"[", b"}", b"\\"]))
        )
        content = content or bytearray(b" ")
    with suppress(BadInputError):
        _read(tmp_path, bytes(content), _spec("data.result[].items[]", FIELDS))
