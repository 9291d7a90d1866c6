"""The CSV reader keeps every record and every character, and refuses what it cannot read without loss."""

import csv
import io
import json
import tracemalloc
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers import encoding, record_blocks
from migration_pipeline.raw.readers.delimited import read
from migration_pipeline.raw.readers.read_table import ReadTable, whole
from migration_pipeline.runtime.errors import BadInputError


def _read(folder: Path, content: str | bytes, **settings: object) -> ReadTable:
    path = folder / "sales.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return whole(read(path, InputSpec.model_validate({"format": "csv", "file": "sales.csv", **settings})))


def test_values_stay_as_written_and_are_text(tmp_path: Path) -> None:
    """Leading zeros, blanks, 18 digits, words like NULL and empty values are not touched."""
    frame = _read(tmp_path, "code,qty,note\n00123, 1.50 ,NULL\n123456789012345678,,NA\n").frame
    assert frame["code"].tolist() == ["00123", "123456789012345678"]
    assert frame["qty"].tolist() == [" 1.50 ", ""]
    assert frame["note"].tolist() == ["NULL", "NA"]
    assert {str(frame[c].dtype) for c in ("code", "qty", "note")} == {"str"}
    assert str(frame["_row"].dtype) == "int64"


def test_row_numbers_are_line_numbers_below_banner_and_header(tmp_path: Path) -> None:
    table = _read(tmp_path, "销售报表,,\n打印 2024\na,b\n1,2\n3,4\n", header_row=3)
    assert table.frame["_row"].tolist() == [4, 5]
    assert list(table.frame.columns) == ["a", "b", "_row"]


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_any_single_character_can_be_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    frame = _read(tmp_path, f"a{delimiter}b\n1,5{delimiter}2\n", delimiter=delimiter).frame
    assert frame[["a", "b"]].to_numpy().tolist() == [["1,5", "2"]]


def test_embedded_line_breaks_and_quotes_stay_inside_their_value(tmp_path: Path) -> None:
    frame = _read(tmp_path, 'a,b\n"x\ny","say ""hi"""\n1,2\n').frame
    assert frame["a"].tolist() == ["x\ny", "1"]
    assert frame["b"].tolist() == ['say "hi"', "2"]
    assert frame["_row"].tolist() == [2, 3]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_gives_the_same_rows(tmp_path: Path, line_end: str) -> None:
    frame = _read(tmp_path, line_end.join(["a,b", "1,2", "3,4"])).frame
    assert frame.to_numpy().tolist() == [["1", "2", 2], ["3", "4", 3]]


def test_rows_of_another_width_are_kept_as_ragged_with_their_numbers(tmp_path: Path) -> None:
    table = _read(tmp_path, "a,b\n1,2\nshort\n3,4\n5,6,7\n8,9\n")
    assert table.ragged.to_numpy().tolist() == [[3, "short"], [5, "5,6,7"]]
    assert table.frame["_row"].tolist() == [2, 4, 6]


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few lines fill many chunks and blocks, as in a large file."""
    monkeypatch.setattr(encoding, "CHUNK", 16)
    monkeypatch.setattr(record_blocks, "BLOCK", 64)


@pytest.mark.usefixtures("small_blocks")
def test_rows_are_numbered_across_blocks(tmp_path: Path) -> None:
    """Ragged and blank rows count too, in whatever block they lie."""
    lines = ["a,b", *(f"{n},{n}" for n in range(2, 200))]
    lines[100], lines[150] = "only one", ","
    table = _read(tmp_path, "\n".join(lines))
    assert table.ragged.to_numpy().tolist() == [[101, "only one"]]
    assert len(table.frame) == 198 - 2
    assert (table.frame["a"].astype(int) == table.frame["_row"]).all()


@pytest.mark.usefixtures("small_blocks")
def test_a_record_longer_than_a_block_is_read(tmp_path: Path) -> None:
    frame = _read(tmp_path, 'a,b\n1,"{}"\n2,z\n'.format("long\n" * 100)).frame
    assert frame["b"].str.len().tolist() == [500, 1]


def test_rows_without_any_value_are_left_out_and_do_not_shift_numbers(tmp_path: Path) -> None:
    table = _read(tmp_path, "a,b\n1,2\n\n,\n3,4\n\n")
    assert table.frame["_row"].tolist() == [2, 5]
    assert table.ragged.empty


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    table = _read(tmp_path, "a,b")
    assert list(table.frame.columns) == ["a", "b", "_row"]
    assert len(table.frame) == 0
    assert str(table.frame["a"].dtype) == "str"


def test_chinese_headers_stay_apart_and_an_unnamed_column_is_named_by_its_place(tmp_path: Path) -> None:
    frame = _read(tmp_path, "商品编码,商品名称,,零售价 \n1,可乐,x,3.50\n").frame
    assert list(frame.columns) == ["商品编码", "商品名称", "column_3", "零售价", "_row"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "GBK", "big5", "utf-16", "utf-16-le"])
def test_any_python_codec_gives_the_same_text(tmp_path: Path, encoding: str) -> None:
    frame = _read(tmp_path, "名稱,b\n可樂,2\n".encode(encoding), encoding=encoding).frame
    assert frame.to_numpy().tolist() == [["可樂", "2", 2]]
    assert next(iter(frame.columns)) == "名稱"


def test_a_byte_order_mark_is_not_part_of_the_first_column(tmp_path: Path) -> None:
    assert next(iter(_read(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n").frame.columns)) == "a"


def test_a_wrong_encoding_names_line_offset_and_the_encoding_that_works(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        _read(tmp_path, b"a,b\n1,2\n" + "可口可乐饮料,9\n".encode("gb18030"))
    assert caught.value.where.endswith("sales.csv:3")
    assert "offset 8" in caught.value.what
    assert "gb18030" in caught.value.what
    assert "encoding: gb18030" in caught.value.fix
    assert "可口" not in str(caught.value)


def test_utf8_declared_as_gb18030_is_refused_and_not_turned_into_other_characters(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="is utf-8, not gb18030"):
        _read(tmp_path, "名称,b\n" + "可乐饮料,2\n" * 20, encoding="gb18030")


def test_a_byte_order_mark_of_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="byte order mark of utf-8"):
        _read(tmp_path, "名称,b\n1,2\n".encode("utf-8-sig"), encoding="gb18030")
    with pytest.raises(BadInputError, match="byte order mark of utf-16"):
        _read(tmp_path, "名称,b\n1,2\n".encode("utf-16"))


@pytest.mark.parametrize(
    ("content", "settings", "message"),
    [
        (b"", {}, "empty"),
        (b" \n\n", {}, "empty"),
        (b"a,b\n1,\0\n", {}, "NUL"),
        (b"a,b\n1,2\n", {"encoding": "klingon"}, "no encoding 'klingon'"),
        (b"a,b,a,b\n1,2,3,4\n", {}, r"'a' \(2 times\), 'b' \(2 times\)"),
        (b",,\n1,2,3\n", {}, "header row is empty"),
        (b"a,_row_id\n1,2\n", {}, "used by store2erp itself: _row_id"),
        (b"a,b\n1,2\n", {"header_row": 5}, "before the header row"),
        (b"a,b\n1,2\n", {"delimiter": "||"}, "one ASCII character"),
    ],
)
def test_files_that_cannot_be_read_say_what_is_wrong_and_where(
    tmp_path: Path, content: bytes, settings: dict[str, object], message: str
) -> None:
    with pytest.raises(BadInputError, match=message) as caught:
        _read(tmp_path, content, **settings)
    assert "sales.csv" in caught.value.where
    assert caught.value.fix


def test_a_nul_byte_is_reported_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        _read(tmp_path, b"a,b\n1,2\n3,\0\n")
    assert caught.value.where.endswith(":3")


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("open_row", ['1,"2', '"1,2'])
def test_a_quote_that_is_never_closed_does_not_swallow_the_rest(tmp_path: Path, open_row: str, end: str) -> None:
    """Arrow takes the rest of the file as one value and says nothing."""
    with pytest.raises(BadInputError, match="never closed") as caught:
        _read(tmp_path, f"a,b\n0,0\n{open_row}\n3,4\n5,6{end}")
    assert caught.value.where.endswith("sales.csv:3")


def test_a_closed_multi_line_value_at_the_end_is_fine(tmp_path: Path) -> None:
    frame = _read(tmp_path, 'a,b\n5" pipe,"two\nlines"').frame
    assert frame[["a", "b"]].to_numpy().tolist() == [['5" pipe', "two\nlines"]]


def test_a_ragged_row_is_kept_as_written(tmp_path: Path) -> None:
    """Quotes and line breaks included, so that a person can repair it."""
    table = _read(tmp_path, 'a,b\n1,2\n"x,\n""y""", z ,3\n')
    assert table.ragged.to_numpy().tolist() == [[3, '"x,\n""y""", z ,3']]


def test_a_header_of_several_rows_gives_joined_names(tmp_path: Path) -> None:
    table = _read(tmp_path, "报表,,\n商品,,\n编码,品名,价\n1,2,3\n", header_row=2, header_rows=2)
    assert list(table.frame.columns) == ["商品/编码", "商品/品名", "商品/价", "_row"]
    assert table.frame["_row"].tolist() == [4]
    assert table.options["header_row"] == 2
    assert table.options["header_rows"] == 2


def test_a_header_cell_may_hold_a_line_break(tmp_path: Path) -> None:
    frame = _read(tmp_path, '"单价\n(元)",b\n1,2\n').frame
    assert list(frame.columns) == ["单价\n(元)", "b", "_row"]
    assert frame["_row"].tolist() == [2]


def test_a_file_without_header_takes_its_names_from_the_input(tmp_path: Path) -> None:
    table = _read(tmp_path, "1,2\n3,4\n", names=["a", "b"], header_row="auto")
    assert table.frame.to_numpy().tolist() == [["1", "2", 1], ["3", "4", 2]]
    assert "header_row" not in table.options


def test_with_an_empty_quote_every_quote_is_text(tmp_path: Path) -> None:
    frame = _read(tmp_path, 'a,b\n"1,2"\n', quote="").frame
    assert frame[["a", "b"]].to_numpy().tolist() == [['"1', '2"']]


def test_single_quotes_can_enclose_values(tmp_path: Path) -> None:
    frame = _read(tmp_path, "a,b\n'x,\ny','it''s \"ok\"'\n", quote="'").frame
    assert frame[["a", "b"]].to_numpy().tolist() == [["x,\ny", 'it\'s "ok"']]


def test_what_was_found_goes_into_the_options(tmp_path: Path) -> None:
    text = "销售报表\n流水号;商品名称;金额\n001;可口可乐饮料;3,5\n002;康师傅红烧牛肉面;4,5\n"
    auto = dict.fromkeys(("encoding", "delimiter", "quote", "header_row"), "auto")
    table = _read(tmp_path, text.encode("gb18030"), **auto)
    settled = {"encoding": "gb18030", "delimiter": ";", "quote": '"', "header_row": 2, "header_rows": 1}
    assert table.options == settled
    assert table.frame["商品名称"].tolist() == ["可口可乐饮料", "康师傅红烧牛肉面"]
    assert json.loads(json.dumps(table.options)) == settled


@pytest.mark.usefixtures("small_blocks")
def test_batches_come_before_the_whole_file_is_read_and_an_error_late_in_it_is_raised(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 2000 + b"\xff,2\n")
    batches = read(path, InputSpec(format="csv", file="sales.csv")).batches
    assert len(next(batches).table) > 0
    with pytest.raises(BadInputError) as caught:
        list(batches)
    assert caught.value.where.endswith(":2002")


def _held(path: Path) -> int:
    """Most bytes Python and Arrow held at a time while a file was read batch by batch."""
    before, held = pa.total_allocated_bytes(), 0
    tracemalloc.start()
    for batch in read(path, InputSpec(format="csv", file="sales.csv")).batches:
        held = max(held, pa.total_allocated_bytes() - before)
        del batch
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return held + peak


def test_memory_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "CHUNK", 1 << 16)
    monkeypatch.setattr(record_blocks, "BLOCK", 1 << 18)
    path, rows = tmp_path / "sales.csv", "20240101000001,690102807583,可口可乐,3.50\n".encode() * 60_000
    path.write_bytes(b"a,b,c,d\n" + rows)
    small = _held(path)
    path.write_bytes(b"a,b,c,d\n" + rows * 10)
    assert _held(path) < 1.2 * small + (2 << 20)
    assert small < len(rows) * 5


_CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(st.lists(st.lists(_CELLS, min_size=1, max_size=4), max_size=12))
def test_every_row_is_either_read_exactly_or_ragged(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    """Conservation at the very first step: rows in = rows read + ragged rows + rows without any value."""
    lines = [",".join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in rows]
    table = _read(tmp_path_factory.mktemp("csv"), "\n".join(["a,b", *lines, ""]))
    fitting = [row for row in rows if len(row) == 2 and any(row)]
    assert table.frame[["a", "b"]].to_numpy().tolist() == fitting
    odd = [n for n, row in enumerate(rows, start=2) if len(row) != 2]
    assert set(table.ragged["_row"]) <= set(odd)
    read_or_ragged = pd.concat([table.frame["_row"], table.ragged["_row"]])
    assert read_or_ragged.is_unique


_VALUES = st.text(st.characters(codec="gb18030", exclude_characters="\0\ufeff"), max_size=8)


@given(
    rows=st.lists(st.tuples(_VALUES, _VALUES, _VALUES).filter(any), max_size=12),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"]),
    delimiter=st.sampled_from(",;\t|"),
    quote=st.sampled_from("\"'"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    chunk=st.integers(3, 64),
)
def test_what_a_csv_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, str]],
    codec: str,
    delimiter: str,
    quote: str,
    line_end: str,
    chunk: int,
) -> None:
    """Any value in any encoding, quotes and line breaks inside it included, wherever chunks and blocks are cut."""
    text = io.StringIO(newline="")
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL if line_end == "\r\n" else csv.QUOTE_ALL  # with \n alone the writer does not quote a \r
    writer = csv.writer(text, delimiter=delimiter, quotechar=quote, lineterminator=line_end, quoting=quoting)
    writer.writerows([("a", "b", "c"), *rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "CHUNK", chunk)
        patch.setattr(record_blocks, "BLOCK", chunk)
        table = _read(tmp_path_factory.mktemp("csv"), text.getvalue().encode(codec), encoding=codec, delimiter=delimiter, quote=quote)
    assert table.frame[["a", "b", "c"]].to_numpy().tolist() == [list(row) for row in rows]
    assert table.ragged.empty
