"""The CSV reader keeps every record and every character, and refuses what it cannot read without loss."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers import delimited
from migration_pipeline.raw.readers.delimited import read
from migration_pipeline.raw.readers.read_table import ReadTable
from migration_pipeline.runtime.errors import BadInputError


def _read(folder: Path, content: str | bytes, **settings: object) -> ReadTable:
    path = folder / "sales.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, InputSpec.model_validate({"format": "csv", "file": "sales.csv", **settings}))


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


def test_ragged_rows_are_numbered_in_a_large_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrow numbers ragged rows only when it reads with one thread; large files start with several."""
    monkeypatch.setattr(delimited, "BLOCK", 64)
    lines = ["a,b", *(f"{n},{n}" for n in range(2, 200))]
    lines[100] = "only one"
    table = _read(tmp_path, "\n".join(lines))
    assert table.ragged.to_numpy().tolist() == [[101, "only one"]]
    assert (table.frame["a"].astype(int) == table.frame["_row"]).all()


def test_a_record_longer_than_a_block_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "BLOCK", 64)
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
        (b"a,b\n1,2\n", {"delimiter": "||"}, "one character"),
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
