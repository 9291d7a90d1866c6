"""`store2erp explain`: what became of one source row, stage by stage, without showing members' data."""

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.orchestration.explain import Explanation, explain
from migration_pipeline.orchestration.metadata import MASK
from migration_pipeline_tests.integration.conftest import Command, Demo, Ended
from migration_pipeline_tests.integration.small_project import write_project

PERSON = ("姓名", "手机", "生日", "地址")
"""Personal columns of the CSV stores' member file."""


@pytest.fixture(scope="module")
def truth(demo: Demo) -> pd.DataFrame:
    """truth/outcomes.parquet."""
    frame: pd.DataFrame = pq.read_table(demo.folder / "truth" / "outcomes.parquet").to_pandas()
    return frame


def a_row(truth: pd.DataFrame, reason: str, store: str = "S04", table: str = "members") -> str:
    """Row id of the first row of a table with this end."""
    return str(truth[(truth["reason"] == reason) & (truth["store"] == store) & (truth["table"] == table)]["row_id"].iloc[0])


def raw_line(demo: Demo, store: str, row: str) -> dict[str, str]:
    """The line a row id of a CSV store names, read without the pipeline: its id counts the header as line 1."""
    file, line = row.rsplit(":", 1)
    lines = (demo.folder / "data" / store / file).read_text(encoding="gb18030").splitlines()
    return dict(zip(lines[0].split(","), lines[int(line) - 1].split(","), strict=True))


def the_table(ended: Ended, table: str) -> dict[str, Any]:
    """The one explanation of a table in the JSON of a command that went well."""
    assert ended.code == 0, ended.text
    (found,) = [way for way in ended.json["tables"] if way["table"] == table]
    return dict(found)


def steps(way: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Values by stage."""
    return {step["stage"]: step["values"] for step in way["steps"]}


def test_every_kind_of_end_is_explained_as_the_truth_has_it(demo: Demo, truth: pd.DataFrame) -> None:
    """One row per table x reason, each of another store where possible."""
    wrong, some = [], truth.sample(frac=1, random_state=1).drop_duplicates(["table", "reason"])
    for row in some.to_dict("records"):
        ways = explain(demo.workspace, row["store"], row["dataset"], row["row_id"])
        found = [(way.outcome, way.reason) for way in ways if way.table == row["table"]]
        if found != [(row["outcome"], row["reason"])]:
            wrong.append((row["store"], row["table"], row["row_id"], row["reason"], found))
    assert wrong == []
    assert (len(some) > 50, some["store"].nunique()) == (True, 7)


def test_a_loaded_row_shows_its_values_before_and_after_and_in_the_erp(demo: Demo, truth: pd.DataFrame, store2erp: Command) -> None:
    row = a_row(truth, "loaded", table="products")
    before = raw_line(demo, "S04", row)
    way = the_table(store2erp("explain", "S04", "products", row, "-p", demo.folder, "--json"), "products")
    shown = steps(way)
    assert list(shown) == ["raw", "cleaned", "erp"]
    assert {name: shown["raw"][name] for name in ("商品编码", "品名")} == {name: before[name] for name in ("商品编码", "品名")}
    assert shown["cleaned"]["product_code"] == before["商品编码"].strip("\t'")
    assert shown["erp"]["item_code"] == way["target_key"] != ""
    assert shown["erp"]["name"] == shown["cleaned"]["name"]
    assert (way["outcome"], way["reason"]) == ("loaded", "loaded")


def test_a_merged_row_names_the_record_it_went_into(demo: Demo, truth: pd.DataFrame, store2erp: Command) -> None:
    """The member's card of another store became the record; this card leads to the same ERP key."""
    row = a_row(truth, "same_record")
    way = the_table(store2erp("explain", "S04", "members", row, "-p", demo.folder, "--json"), "members")
    card = [steps(way)["cleaned"]["member_code"]]
    (owner,) = [record["keys"][0] for record in demo.truth["golden"]["members"] if ["S04", *card] in record["keys"]]
    assert (way["outcome"], way["target_key"]) == ("merged", f"M{owner[0]}-{owner[1]}")
    assert steps(way)["erp"]["member_code"] == way["target_key"]


@pytest.mark.parametrize(
    ("reason", "table", "dataset", "outcome"),
    [
        ("voided_ticket", "tickets", "sales", "excluded"),
        ("bad_number", "members", "members", "rejected"),
        ("ragged_row", "suppliers", "suppliers", "rejected"),
    ],
)
def test_a_row_that_did_not_go_on_says_why_and_is_in_no_erp(
    reason: str, table: str, dataset: str, outcome: str, demo: Demo, truth: pd.DataFrame, store2erp: Command
) -> None:
    """In words of both languages, with the stage that decided."""
    stores = truth[(truth["reason"] == reason) & (truth["table"] == table)]["store"].unique()
    row = a_row(truth, reason, stores[0], table)
    way = the_table(store2erp("explain", stores[0], dataset, row, "-p", demo.folder, "--json"), table)
    assert (way["outcome"], way["reason"], way["target_key"], "erp" in steps(way)) == (outcome, reason, "", False)
    assert any("一" <= letter <= "鿿" for letter in way["detail"])
    assert ("cleaned" in way["detail"]) != (reason == "ragged_row")


def test_a_member_is_masked_unless_asked_for(demo: Demo, truth: pd.DataFrame, store2erp: Command) -> None:
    """Name, phone, birthday and address in no stage and no form; with --show-personal all of them."""
    row = a_row(truth, "loaded")
    person = [value for name, value in raw_line(demo, "S04", row).items() if name in PERSON and value]
    assert len(person) == len(PERSON)
    for form in ((), ("--json",)):
        masked = store2erp("explain", "S04", "members", row, "-p", demo.folder, *form)
        assert (masked.code, [value for value in person if value in masked.text]) == (0, [])
        assert MASK in masked.text
    shown = store2erp("explain", "S04", "members", row, "-p", demo.folder, "--show-personal")
    assert [value for value in person if value not in shown.text] == []
    assert MASK not in shown.text


def test_what_cleaning_did_to_a_phone_is_seen_with_show_personal(demo: Demo, truth: pd.DataFrame, store2erp: Command) -> None:
    """Before and after differ: +86 is taken away."""
    rows = truth[(truth["store"] == "S04") & (truth["table"] == "members") & truth["reason"].isin(["loaded", "same_record"])]["row_id"]
    row = next(row for row in rows if raw_line(demo, "S04", row)["手机"].startswith("+86 "))
    way = the_table(store2erp("explain", "S04", "members", row, "-p", demo.folder, "--json", "--show-personal"), "members")
    assert steps(way)["raw"]["手机"] == f"+86 {steps(way)['cleaned']['phone']}"


def test_json_has_the_shape_scripts_rely_on(demo: Demo, truth: pd.DataFrame, store2erp: Command) -> None:
    row = a_row(truth, "loaded")
    answer = store2erp("explain", "S04", "members", row, "-p", demo.folder, "--json").json
    assert list(answer) == ["store", "dataset", "row", "tables"]
    assert (answer["store"], answer["dataset"], answer["row"]) == ("S04", "members", row)
    for way in answer["tables"]:
        assert set(way) == set(Explanation.__dataclass_fields__)
        assert all(set(step) == {"stage", "table", "values", "note"} for step in way["steps"])
        assert all(isinstance(value, str) for step in way["steps"] for value in step["values"].values())


@pytest.mark.parametrize(
    ("store", "dataset", "row", "word"),
    [
        ("S04", "members", "会员.csv:99999", "会员.csv:2"),
        ("S04", "mebmers", "会员.csv:2", ", ".join(DATASETS)),
        ("S99", "members", "x:1", "stores are S01"),
    ],
)
def test_an_unknown_row_is_refused_with_an_example(store: str, dataset: str, row: str, word: str, demo: Demo, store2erp: Command) -> None:
    """Exit code 2 and what an id looks like."""
    ended = store2erp("explain", store, dataset, row, "-p", demo.folder)
    assert (ended.code, "Traceback" in ended.text, word in ended.err) == (2, False, True), ended.text


def test_equal_ticket_numbers_of_two_stores_are_told_apart(tmp_path: Path, store2erp: Command) -> None:
    """Every till begins with 1: the ERP's row shown is that of the row's own store."""
    project = write_project(tmp_path / "chain", ("A", "B"))
    for store in project.stores:
        for name in ("tickets", "lines", "payments"):
            file = project.file(store, name)
            file.write_text(file.read_text(encoding="utf-8").replace(f"{store}T", "T"), encoding="utf-8")
    assert store2erp("run", "-p", project.folder, "--json").code == 0
    for store in project.stores:
        way = the_table(store2erp("explain", store, "sales", "tickets.csv:2", "-p", project.folder, "--json"), "tickets")
        assert (steps(way)["erp"]["store_code"], steps(way)["erp"]["ticket_no"]) == (store, "T1")
