"""Blocks hold whole records however the stream is cut, and a record without end is refused without reading on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.raw.readers import record_blocks as module
from migration_pipeline.raw.readers.delimited import _parsed
from migration_pipeline.raw.readers.record_blocks import Dialect, record_blocks, record_ends
from migration_pipeline.runtime.errors import BadInputError

PATH = Path("sales.csv")
CSV = Dialect(",", '"')


def _blocks(data: bytes, size: int, dialect: Dialect = CSV) -> list[bytes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", size)
        return list(record_blocks((data[start : start + size] for start in range(0, len(data), size)), dialect, PATH))


def _parse(blocks: list[bytes]) -> tuple[list[list[str]], list[str]]:
    """Rows and ragged texts of all blocks, by Arrow."""
    parts = [_parsed(block, ["a", "b"], CSV, PATH) for block in blocks]
    rows = [list(row.values()) for table, _ in parts for row in table.to_pylist()]
    return rows, [text for _, ragged in parts for _, text in ragged]


@given(st.text('a,"\n\r ', max_size=60), st.integers(1, 20))
def test_arrow_reads_the_blocks_as_it_reads_the_whole(text: str, size: int) -> None:
    """The only danger of cutting: a quote seen otherwise here than by the parser would merge or split records."""
    data = text.encode()
    try:
        blocks = _blocks(data, size)
    except BadInputError:
        with pytest.raises(BadInputError):
            _blocks(data, 1000)
        return
    assert b"".join(blocks).removesuffix(b"\n") == data.removesuffix(b"\n")
    assert _parse(blocks) == _parse(_blocks(data, 1000))


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_crlf_is_never_cut_in_two(size: int) -> None:
    data = b"1,2\r\n3,4\r\n"
    assert all(not block.startswith(b"\n") for block in _blocks(data, size))


def test_records_of_a_block_end_outside_quotes() -> None:
    assert list(record_ends(b'a,b\r\n"x\ny",5" z\n\n', CSV, PATH)) == [5, 16, 17]


def test_without_a_quote_character_quotes_are_text() -> None:
    assert list(record_ends(b'"a\nb"\n', Dialect(",", ""), PATH)) == [3, 6]


def _endless(start: bytes, taken: list[int]) -> Iterator[bytes]:
    yield start
    for number in range(1 << 20):
        taken.append(number)
        yield b"x" * 4096


@pytest.mark.parametrize(("start", "message"), [(b"a,b\n1,2\n", "longer than"), (b'a,b\n1,2\n"', "not closed within")])
def test_a_record_without_end_is_refused_and_not_read_into_memory(monkeypatch: pytest.MonkeyPatch, start: bytes, message: str) -> None:
    monkeypatch.setattr(module, "BLOCK", 8192)
    monkeypatch.setattr(module, "MAX_RECORD", 1 << 16)
    taken: list[int] = []
    with pytest.raises(BadInputError, match=message) as caught:
        list(record_blocks(_endless(start, taken), CSV, PATH))
    assert caught.value.where == "sales.csv:3"
    assert len(taken) < 20


def test_a_quote_closed_in_the_middle_of_later_text_is_refused() -> None:
    """The first quote is never closed; the next quoted value would close it, and two records would become one."""
    with pytest.raises(BadInputError, match="in the middle of other text") as caught:
        _blocks(b'a,b\n1,"2\n3,"x"\n5,6\n', 1000)
    assert caught.value.where == "sales.csv:2"


def test_blanks_after_a_closing_quote_are_harmless() -> None:
    assert _blocks(b'a,b\n"1\n2" ,3\n', 1000) == [b'a,b\n"1\n2" ,3\n']
