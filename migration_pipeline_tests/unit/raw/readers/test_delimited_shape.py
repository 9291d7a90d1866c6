"""Delimiter, quote and header row are found where the file shows them, and asked for where it does not."""

from pathlib import Path

import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers.delimited_shape import Shape, joined_names, settled_shape
from migration_pipeline.runtime.errors import BadInputError

PATH = Path("sales.csv")


def _shape(text: str, **settings: object) -> Shape:
    return settled_shape(text, InputSpec.model_validate({"format": "csv", "file": "sales.csv", **settings}), PATH)


def _delimiter(text: str, **settings: object) -> str:
    return _shape(text, delimiter="auto", **settings).dialect.delimiter


def _header(text: str, **settings: object) -> int:
    return _shape(text, header_row="auto", **settings).header_row


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n" + "1,5;2,5;3\n" * 30, ";"),
        ("a\tb\n1,5\t2\n", "\t"),
        ("a|b\n1|x, y\n2|z\n", "|"),
        ("销售报表\n门店,日期,金额\n01,2024-01-01,3\n02,2024-01-01,4\n", ","),
        ('a;b\n"x,y";2\n"z,w";3\n', ";"),
        ('a,b\n"x;y\nz;w",2\n3,4\n', ","),
        ("coupon\nC001\nC002\n", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_the_one_that_splits_all_records_alike(text: str, delimiter: str) -> None:
    assert _delimiter(text) == delimiter


def test_a_tie_of_delimiters_is_refused_with_the_candidates() -> None:
    with pytest.raises(BadInputError, match=", and ; fit alike") as caught:
        _delimiter("a,b;c\n1,2;3\n")
    assert caught.value.fix == "write delimiter: in the input"


@pytest.mark.parametrize("written", ["\t", "\\t", "TAB"])
def test_a_tab_can_be_written_in_every_way_yaml_offers(written: str) -> None:
    assert _shape("a\tb\n", delimiter=written).dialect.delimiter == "\t"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("a,b\n1,2\n", '"'),
        ('a,b\n"1","O\'Neil"\n', '"'),
        ("'a','b'\n'1','x,y'\n'2','z'\n", "'"),
        ("a,b\n'00123,x\n'00124,y\n", '"'),
        ("a,b\n1,'x'\n2,y\n3,z\n4,w\n", '"'),
    ],
)
def test_single_quotes_are_quotes_only_where_values_stand_in_them_throughout(text: str, quote: str) -> None:
    """An apostrophe before an id, or round one value, is part of the value."""
    assert _shape(text, quote="auto").dialect.quote == quote


def test_both_quotes_round_values_are_refused() -> None:
    with pytest.raises(BadInputError, match="quote cannot be told"):
        _shape("'a',\"b\"\n'1',\"2\"\n", quote="auto")


@pytest.mark.parametrize(
    "settings", [{"delimiter": "||"}, {"delimiter": ""}, {"delimiter": "、"}, {"delimiter": "\n"}, {"quote": "''"}, {"quote": "“"}]
)
def test_marks_that_arrow_cannot_use_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(BadInputError, match="one ASCII character"):
        _shape("a,b\n", **settings)


def test_delimiter_and_quote_differ() -> None:
    with pytest.raises(BadInputError, match="the same"):
        _shape("a,b\n", delimiter="'", quote="'")


def test_an_empty_quote_means_that_nothing_is_quoted() -> None:
    assert _shape("a,b\n", quote="").dialect.quote == ""


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("货号,品名,零售价\n001,可乐,3\n", 1),
        ("销售报表\n打印 2024-01-01\n货号,品名,零售价\n001,可乐,3\n002,雪碧,4\n", 3),
        ("销售报表,,\n门店,总店,\n货号,品名,零售价\n001,可乐,3\n", 3),
        ("\nfoo,bar\nx,1\ny,2\n", 2),
        ("foo,bar,\nx,1,\ny,2,\n", 1),
        ("supplier name,contact,address\n百事,某某,某地\n可口,某某,某地\n", 1),
        ("货号,品名,零售价\n", 1),
        ("coupon\nC001\nC002\n", 1),
    ],
)
def test_the_header_is_the_first_row_that_names_columns(text: str, row: int) -> None:
    assert _header(text) == row


@pytest.mark.parametrize(
    "text",
    [
        "S01,可乐,瓶\nS02,7喜,瓶\nS03,雪碧,瓶\n",
        "001,3.50,2024-01-01\n002,4.50,2024-01-02\n",
        "foo,bar\nx,y\nz,w\n",
        "foo,foo\n1,2\n3,4\n",
        "001,x,1\nfoo,y,z\n002,z,2\n003,w,3\n",
        "foo,,bar\n1,2,3\n",
        "",
    ],
)
def test_without_a_clear_header_the_person_is_asked(text: str) -> None:
    with pytest.raises(BadInputError, match="no row is clearly the header") as caught:
        _header(text)
    assert "header_row:" in caught.value.fix


def test_a_file_without_header_begins_at_row_one() -> None:
    assert _header("1,2\n", names=["a", "b"]) == 1


def test_a_header_of_two_rows_is_found_below_its_banner() -> None:
    assert _header("报表,,,\n商品,,价格,\n货号,品名,进,售\n001,可乐,1,2\n002,雪碧,2,3\n", header_rows=2) == 2
    assert _header("report,,,\nfoo,bar,baz,qux\na,b,c,d\n" + "001,x,1,2\n" * 30, header_rows=2) == 2


def test_names_of_merged_headers_are_joined_with_their_left_neighbour() -> None:
    upper, lower = ["编码", "价格", "", "库存"], ["", "进价", "售价", "", "备注"]
    assert joined_names([upper, lower]) == ["编码", "价格/进价", "价格/售价", "库存", "库存/备注"]


def test_a_record_cut_by_the_end_of_the_sample_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("migration_pipeline.raw.readers.delimited_shape.SAMPLE", 13)
    assert _header("foo,bar,baz\n1,2,3\n4,5,6\n") == 1
