"""Repeating elements of XML and JSON become tables that know what is around them."""

import json
from pathlib import Path

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.profiling.formats import Refusal
from migration_pipeline.raw.profiling.structure import Tables, json_tables, xml_tables
from migration_pipeline.raw.read import read

LOG = """<Log>
 <Ticket void="0"><Head><No>1</No></Head><Sale type="s">
  <Line n="1"><Item>A</Item></Line><Line n="2"><Item>B</Item></Line><Total>3</Total></Sale></Ticket>
 <Ticket void="1"><Head><No>2</No></Head><Sale type="s">
  <Line n="1"><Item>A</Item></Line><Line n="2"><Item>C</Item></Line><Total>4</Total></Sale></Ticket>
</Log>"""


def found(tables: Tables | Refusal) -> dict[str, dict[str, object]]:
    assert not isinstance(tables, Refusal), tables
    return {label: dict(keys) for label, keys in tables}


def test_lines_below_tickets_know_their_ticket(tmp_path: Path) -> None:
    """Otherwise nobody could say which ticket a line belongs to."""
    (tmp_path / "log.xml").write_text(LOG)
    tables = found(xml_tables(tmp_path / "log.xml"))
    assert list(tables) == ["Ticket", "Ticket/Sale/Line"]
    assert tables["Ticket"]["fields"] == {"void": "@void", "No": "Head/No", "type": "Sale/@type", "Total": "Sale/Total"}
    assert tables["Ticket/Sale/Line"]["fields"] == {
        "void": "../../@void",
        "No": "../../Head/No",
        "type": "../@type",
        "n": "@n",
        "Item": "Item",
    }


def test_the_reader_reads_what_was_found(tmp_path: Path) -> None:
    (tmp_path / "log.xml").write_text(LOG)
    keys = found(xml_tables(tmp_path / "log.xml"))["Ticket/Sale/Line"]
    frame = read(tmp_path / "log.xml", InputSpec.model_validate({"format": "xml", "file": "log.xml", **keys})).frame
    assert frame["No"].tolist() == ["1", "1", "2", "2"]
    assert frame["Item"].tolist() == ["A", "B", "A", "C"]


def test_lists_inside_records_of_json_become_tables_that_know_their_record(tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    path.write_text(
        json.dumps({"data": {"orders": [{"sn": "1", "who": {"id": 7}, "items": [{"sku": "A"}, {"sku": "B"}]}, {"sn": "2", "items": []}]}})
    )
    tables = found(json_tables(path))
    assert tables["data.orders[]"]["fields"] == {"sn": "sn", "who_id": "who.id"}
    frame = read(path, InputSpec.model_validate({"format": "json", "file": "orders.json", **tables["data.orders[].items[]"]})).frame
    assert frame["sn"].tolist() == ["1", "1"]
    assert frame["sku"].tolist() == ["A", "B"]


def test_lines_of_json_are_records(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text('{"a": 1}\n{"a": 2, "b": 3}\n{"a": 4}\n')
    assert found(json_tables(tmp_path / "a.ndjson"))[""]["fields"] == {"a": "a", "b": "b"}


def test_what_is_cut_off_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<a><b>")
    (tmp_path / "a.json").write_text('{"a": [')
    assert isinstance(xml_tables(tmp_path / "a.xml"), Refusal)
    assert isinstance(json_tables(tmp_path / "a.json"), Refusal)
