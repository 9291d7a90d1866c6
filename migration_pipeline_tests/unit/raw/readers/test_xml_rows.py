"""The XML reader streams, takes values from above the row, and says so when it cannot know them."""

from pathlib import Path

import pytest
from lxml import etree

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers import xml_rows
from migration_pipeline.raw.readers.read_table import ReadTable, whole
from migration_pipeline.raw.readers.xml_fields import FieldPath
from migration_pipeline.raw.readers.xml_rows import _RowStream
from migration_pipeline.runtime.errors import BadInputError

TICKETS = """<?xml version="1.0" encoding="{encoding}"?>
<POSLog store="S1">
  <Transaction no="1"><Header><No>T1</No></Header>
    <Line no="1"><Item id="A"/><Total>1.50</Total><Note/></Line>
    <Line no="2"><Item id="B"/><Total> 2 </Total></Line>
  </Transaction>
  <!-- nothing sold -->
  <Transaction no="2"><Header><No>可乐</No></Header></Transaction>
  <Transaction no="3"><Header><No>T3</No></Header><Line no="1"><Item id="C"/><Total>3</Total><Note>n</Note></Line></Transaction>
</POSLog>
"""
FIELDS = {"store": "../../@store", "ticket": "../Header/No", "line": "@no", "item": "Item/@id", "total": "Total", "note": "Note"}


def _read(folder: Path, content: str | bytes, rows: str = "/POSLog/Transaction/Line", fields: dict[str, str] | None = None) -> ReadTable:
    path = folder / "tickets.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return whole(xml_rows.read(path, InputSpec(format="xml", file="tickets.xml", rows=rows, fields=fields or FIELDS)))


def test_fields_come_from_the_row_its_parts_and_its_ancestors(tmp_path: Path) -> None:
    frame = _read(tmp_path, TICKETS.format(encoding="UTF-8")).frame
    assert frame["store"].tolist() == ["S1"] * 3
    assert frame["ticket"].tolist() == ["T1", "T1", "T3"]
    assert frame["item"].tolist() == ["A", "B", "C"]
    assert frame["total"].tolist() == ["1.50", " 2 ", "3"]
    assert frame["_row"].tolist() == [1, 2, 3]


def test_a_missing_element_is_missing_and_an_empty_one_is_empty_text(tmp_path: Path) -> None:
    notes = _read(tmp_path, TICKETS.format(encoding="UTF-8")).frame["note"]
    assert notes.isna().tolist() == [False, True, False]
    assert notes[0] == ""


def test_the_declared_encoding_of_the_file_is_used(tmp_path: Path) -> None:
    content = TICKETS.format(encoding="GB18030").encode("gb18030")
    frame = _read(tmp_path, content, "/POSLog/Transaction", {"no": "Header/No"}).frame
    assert frame["no"].tolist() == ["T1", "可乐", "T3"]


def test_namespaces_do_not_get_in_the_way(tmp_path: Path) -> None:
    content = TICKETS.format(encoding="UTF-8").replace("<POSLog", '<POSLog xmlns="http://www.nrf-arts.org/IXRetail/namespace/"')
    assert _read(tmp_path, content).frame["ticket"].tolist() == ["T1", "T1", "T3"]


def test_a_value_behind_the_rows_of_its_parent_is_found(tmp_path: Path) -> None:
    content = "<P><T><L>a</L><L>b</L><Sum>5</Sum></T><T><L>c</L><Sum>6</Sum></T></P>"
    frame = _read(tmp_path, content, "/P/T/L", {"l": ".//text()", "sum": "../Sum"}).frame
    assert frame["sum"].tolist() == ["5", "5", "6"]
    assert frame["l"].tolist() == ["a", "b", "c"]


def test_a_value_that_comes_too_late_is_an_error_and_not_a_missing_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    far = "<Junk>x</Junk>" * 10_000
    with pytest.raises(BadInputError, match=r"'day'.*behind the rows"):
        _read(tmp_path, f"<P><T><L/></T>{far}<Day>1</Day></P>", "/P/T/L", {"day": "../../Day"})
    monkeypatch.setattr(xml_rows, "PENDING", 1)
    with pytest.raises(BadInputError, match="behind the rows"):
        _read(tmp_path, f"<P><T><L/>{far}<Sum>5</Sum><L/></T></P>", "/P/T/L", {"sum": "../Sum"})


def test_a_value_of_the_root_in_front_of_the_rows_is_kept(tmp_path: Path) -> None:
    frame = _read(tmp_path, "<P><Day>1</Day><Junk>x</Junk><T><L/></T><T><L/></T></P>", "/P/T/L", {"day": "../../Day"}).frame
    assert frame["day"].tolist() == ["1", "1"]


def test_values_of_one_ticket_never_leak_into_the_next(tmp_path: Path) -> None:
    frame = _read(tmp_path, "<P><T><H>1</H><L/></T><T><L/></T></P>", "/P/T/L", {"h": "../H"}).frame
    assert frame["h"].isna().tolist() == [False, True]


def test_elements_of_the_same_name_elsewhere_are_not_rows(tmp_path: Path) -> None:
    content = "<P><L>no</L><T><X><L>no</L></X><L>yes<L>inner</L></L></T></P>"
    frame = _read(tmp_path, content, "/P/T/L", {"text": "text()"}).frame
    assert frame["text"].tolist() == ["yes"]


def test_two_values_for_one_field_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="finds 2 values in row 1"):
        _read(tmp_path, "<P><T><A>1</A><A>2</A></T></P>", "/P/T", {"a": "A"})
    assert _read(tmp_path, "<P><T><A>1</A><A>2</A></T></P>", "/P/T", {"a": "A[2]"}).frame["a"].tolist() == ["2"]


@pytest.mark.parametrize("path", ["ancestor::P/@x", "/P/@x", "../../../X", "..", "a[", "n:Total", "../A|../B"])
def test_paths_that_cannot_be_streamed_are_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(BadInputError, match="cannot be used"):
        _read(tmp_path, "<P><T><L/></T></P>", "/P/T/L", {"a": path})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ("<POSLog>\n<Transaction>\n<Line>", "malformed or cut off"),
        ("<POSLog>\n<Transaction></Line></POSLog>", "malformed or cut off"),
        ('<!DOCTYPE a [<!ENTITY x "y">]>\n<POSLog>&x;</POSLog>', "DOCTYPE"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd">\n<POSLog/>', "DOCTYPE"),
        ("<Other><Transaction/></Other>", "below / there is Other"),
        ("<POSLog><Transactions><Line/></Transactions></POSLog>", "below /POSLog there is Transactions"),
    ],
)
def test_files_that_cannot_be_read_are_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(BadInputError, match=message) as caught:
        _read(tmp_path, content)
    assert "tickets.xml" in caught.value.where


def test_a_cut_off_file_names_the_line_where_it_ends(tmp_path: Path) -> None:
    content = TICKETS.format(encoding="UTF-8")
    with pytest.raises(BadInputError) as caught:
        _read(tmp_path, content[: content.index("<Total> 2")])
    assert caught.value.where.endswith("tickets.xml:5")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<POSLog><张三>1</李四></POSLog>", "tag name mismatch"),
        ("<POSLog><a 13800138000/></POSLog>", "name required"),
        ('<POSLog xmlns:p="urn:p"><p:13800138000:张三/></POSLog>', "ns err qname"),
        ('<POSLog xmlns:p="urn:p"><p:Te:/></POSLog>', "malformed"),
        ("<POSLog><![CDATA[13800138000", "cdata not finished"),
        ('<?xml version="1.0" encoding="utf-13800138000"?><POSLog/>', "unsupported encoding"),
        ("<a>" * 100_000, "resource limit"),
        ("<POSLog>" + "x" * 11_000_000 + "</POSLog>", "resource limit"),
    ],
)
def test_what_is_malformed_is_refused_without_showing_values(tmp_path: Path, content: str, reason: str) -> None:
    """libxml2's own messages quote the file."""
    with pytest.raises(BadInputError, match=reason) as caught:
        _read(tmp_path, content)
    assert "13800138000" not in str(caught.value)
    assert "张三" not in str(caught.value)


@pytest.mark.parametrize("content", ["<P><T><L>{}</L></T></P>", "<P><T><Day>{}</Day><L/></T></P>", "<P><T><L a='"])
def test_an_element_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    """In the row, above it where a field may need it, or an attribute that never ends."""
    monkeypatch.setattr(xml_rows, "LONGEST_ROW", 1 << 16)
    with pytest.raises(BadInputError, match="is longer than"):
        _read(tmp_path, content.format("<a>1</a>" * 40_000) + "x" * 300_000, "/P/T/L", {"day": "../Day", "a": "a"})


def test_elements_nobody_needs_and_rows_that_wait_may_be_as_many_as_they_like(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_rows, "LONGEST_ROW", 1 << 16)
    rows = "<L><a>1</a></L>" * 20_000
    assert len(_read(tmp_path, f"<P>{'<J>1</J>' * 40_000}<T><Day>1</Day>{rows}</T></P>", "/P/T/L", {"day": "../Day"}).frame) == 20_000


def test_a_store_that_sold_nothing_is_an_empty_table(tmp_path: Path) -> None:
    frame = _read(tmp_path, "<POSLog/>").frame
    assert list(frame.columns) == [*FIELDS, "_row"]
    assert len(frame) == 0


class _Weighing(FieldPath):
    """A field that counts the elements in memory now and then."""

    largest = 0

    def value(self, row: etree._Element, number: int, path: Path) -> str | None:
        if number % 1000 == 1:
            self.largest = max(self.largest, sum(1 for _ in row.getroottree().iter()))
        return super().value(row, number, path)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Of 150,000 elements only those in the parser's window of 32 kB are in the tree at any time, whatever lies beside the rows."""
    ticket = "<T><H>1</H>" + "<L><A>x</A></L>" * 5 + "</T>"
    path = tmp_path / "big.xml"
    path.write_text("<P><Junk>" + "<J><K>y</K></J>" * 50_000 + "</Junk>" + ticket * 4_000 + "</P>", encoding="utf-8")
    field = _Weighing("h", "../H", 3, path)
    assert list(_RowStream(path, ["P", "T", "L"], [field]).rows()) == [["1"]] * 20_000
    assert 0 < field.largest < 6_000
