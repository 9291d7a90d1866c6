"""An extract holds every row and column the source has, or says what is missing and what nobody named."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.raw.archive import Archive
from migration_pipeline.raw.extract import extract
from migration_pipeline.raw.gather import Places
from migration_pipeline.runtime.errors import BadInputError

PRODUCTS = {"inputs": ["items"], "columns": {"product_code": "no", "name": "title"}}
LOOKUP = {"lookups": {"cls": {"input": "classes", "on": {"cls_no": "no"}}}}
ITEMS = "no,title,cls_no\n1,Tea,A \n2,Salt,B\n3,Rice,\n"
CLASSES = "no,label\nA,Drinks\nA ,Doubled\n,Nothing\n"


@dataclasses.dataclass(frozen=True)
class Setup:
    """A data folder with one store `s1`, and where extracts go."""

    root: Path

    def file(self, name: str, content: str) -> None:
        path = self.root / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def products(self, table: Mapping[str, object], inputs: Mapping[str, object] | None = None, store: str = "s1") -> StageOutput:
        files = {"items": {"format": "csv", "file": "items.csv"}, "classes": {"format": "csv", "file": "classes.csv"}}
        source = SourceSpec.model_validate({"inputs": {**files, **(inputs or {})}, "datasets": {"products": {"products": table}}})
        places = Places(self.root / "data", Archive(self.root / "archive"), self.root / "cache", self.root / "live")
        return extract(DATASETS["products"], StoreSpec(id=store, source="x", path="s1"), source, places)


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    made = Setup(tmp_path)
    made.file("s1/items.csv", ITEMS)
    made.file("s1/classes.csv", CLASSES)
    return made


def error(setup: Setup, table: Mapping[str, object], inputs: Mapping[str, object] | None = None) -> BadInputError:
    with pytest.raises(BadInputError) as caught:
        setup.products(table, inputs)
    assert caught.value.fix
    assert "s1" in caught.value.where
    return caught.value


def test_rows_come_untouched_with_ids_and_the_files_are_archived(setup: Setup) -> None:
    output = setup.products({**PRODUCTS, "archive": ["cls_no"]})
    frame = output.tables["products"]
    assert frame["_row_id"].tolist() == ["items.csv:2", "items.csv:3", "items.csv:4"]
    assert frame["cls_no"].fillna("").tolist() == ["A ", "B", ""]
    (listed,) = output.facts["files"]["items"]  # type: ignore[index]
    assert (setup.root / "archive" / listed["stored"]).read_text(encoding="utf-8") == ITEMS
    assert (listed["name"], listed["size"]) == ("items.csv", len(ITEMS))


def test_a_mapped_column_that_is_not_there(setup: Setup) -> None:
    found = error(setup, {**PRODUCTS, "columns": {"product_code": "no", "name": "titel"}, "archive": ["*"]})
    assert "'titel'" in found.what
    assert "title" in found.what


def test_a_column_nobody_named(setup: Setup) -> None:
    assert "'cls_no'" in error(setup, PRODUCTS).what


def test_a_column_with_a_point_in_its_name_must_be_named_too(setup: Setup) -> None:
    setup.file("s1/items.csv", "no,title,price.net\n1,Tea,2\n")
    assert "'price.net'" in error(setup, PRODUCTS).what


def test_a_star_archives_all_the_rest(setup: Setup) -> None:
    assert len(setup.products({**PRODUCTS, "archive": ["*"]}).tables["products"]) == 3


def test_a_dataset_without_one_row(setup: Setup) -> None:
    setup.file("s1/items.csv", "no,title,cls_no\n")
    assert "not one row" in error(setup, {**PRODUCTS, "archive": ["*"]}).what


def test_a_missing_file(setup: Setup) -> None:
    assert error(setup, PRODUCTS, {"items": {"format": "csv", "file": "other.csv"}})


def test_ragged_rows_are_in_the_ledger(setup: Setup) -> None:
    setup.file("s1/items.csv", "no,title\n1,Tea\n2\n")
    output = setup.products(PRODUCTS)
    assert output.outcomes[["row_id", "reason"]].to_numpy().tolist() == [["items.csv:3", "ragged_row"]]


def test_lookups_take_the_first_match_ignoring_padding_and_never_match_a_missing_key(setup: Setup) -> None:
    """Neither a doubled nor an empty key may double a row or make one up."""
    output = setup.products({**PRODUCTS, **LOOKUP, "columns": {**PRODUCTS["columns"], "category": "cls.label"}})  # type: ignore[dict-item]
    frame = output.tables["products"]
    assert frame["no"].tolist() == ["1", "2", "3"]
    assert frame["cls.label"].fillna("-").tolist() == ["Drinks", "-", "-"]


@pytest.mark.parametrize("on", [{"nothing": "no"}, {"cls_no": "nothing"}])
def test_a_lookup_over_a_column_that_is_not_there(setup: Setup, on: dict[str, str]) -> None:
    lookups = {"cls": {"input": "classes", "on": on}}
    assert "nothing" in error(setup, {**PRODUCTS, "lookups": lookups, "archive": ["*"]}).what


def test_several_inputs_are_appended(setup: Setup) -> None:
    setup.file("s1/more.csv", "no,title,cls_no\n9,Oil,A\n")
    table = {**PRODUCTS, "inputs": ["items", "more"], "archive": ["*"]}
    output = setup.products(table, {"more": {"format": "csv", "file": "more.csv"}})
    assert output.tables["products"]["_row_id"].tolist()[-1] == "more.csv:2"
    assert output.tables["products"].index.tolist() == [0, 1, 2, 3]


def test_the_same_content_read_the_same_way_has_the_same_id(setup: Setup) -> None:
    table = {**PRODUCTS, "archive": ["*"]}
    first = setup.products(table).extract_id
    setup.file("s1/items.csv", ITEMS)
    assert setup.products(table).extract_id == first
    assert len(first) == 16


def test_other_content_another_store_or_another_reading_have_other_ids(setup: Setup) -> None:
    table = {**PRODUCTS, "archive": ["*"]}
    ids = [setup.products(table).extract_id, setup.products(table, store="s2").extract_id]
    ids.append(setup.products({**PRODUCTS, "archive": ["cls_no"]}).extract_id)
    ids.append(setup.products(table, {"items": {"format": "csv", "file": "items.csv", "encoding": "utf-8-sig"}}).extract_id)
    setup.file("s1/items.csv", ITEMS + "4,Oil,A\n")
    ids.append(setup.products(table).extract_id)
    assert len(set(ids)) == 5


def test_a_store_sees_only_its_rows_of_a_shared_file(setup: Setup) -> None:
    setup.file("all.csv", "no,title,shop\n1,Tea,7\n2,Salt,8\n")
    source = SourceSpec.model_validate(
        {
            "inputs": {"items": {"format": "csv", "file": "all.csv", "shared": True, "store_column": "shop"}},
            "datasets": {"products": {"products": PRODUCTS}},
        }
    )
    places = Places(setup.root / "data", Archive(setup.root / "archive"), setup.root / "cache", setup.root / "live")
    found = {}
    for source_id in ("7", "8"):
        store = StoreSpec(id="s1", source="x", source_id=source_id)
        found[source_id] = extract(DATASETS["products"], store, source, places)
    assert {key: output.tables["products"]["_row_id"].tolist() for key, output in found.items()} == {"7": ["all.csv:2"], "8": ["all.csv:3"]}
    assert found["7"].extract_id != found["8"].extract_id


def test_what_every_canonical_column_was_read_from_is_kept(setup: Setup) -> None:
    output = setup.products({**PRODUCTS, "archive": ["cls_no"]})
    assert output.facts["columns"] == {"products": {"product_code": "no", "name": "title"}}


def test_smells_of_a_cut_export_are_kept_and_counted_as_findings(setup: Setup) -> None:
    setup.file("s1/items.csv", "no,title,cls_no\n" + "".join(f"{n},Tea,A\n" for n in range(1000)))
    output = setup.products({**PRODUCTS, "archive": ["cls_no"]})
    (smell,) = output.facts["export"]  # type: ignore[misc]
    assert (smell["code"], smell["blocks"]) == ("round_count", False)
    assert output.findings["reason"].tolist() == ["round_count"]


def test_an_accepted_smell_changes_nothing_about_the_extract(setup: Setup) -> None:
    table = {**PRODUCTS, "archive": ["cls_no"]}
    accepted = {"items": {"format": "csv", "file": "items.csv", "accepted": {"round_count": "counted"}}}
    assert setup.products(table).extract_id == setup.products(table, accepted).extract_id


def test_two_inputs_that_read_the_same_rows_are_refused(setup: Setup) -> None:
    """Every row would count twice."""
    found = error(setup, {**PRODUCTS, "inputs": ["items", "again"], "archive": ["*"]}, {"again": {"format": "csv", "file": "items.csv"}})
    assert "same rows" in found.what


def test_parts_of_one_file_put_below_each_other_have_ids_of_their_own(setup: Setup) -> None:
    """A dump with gift cards in one table and loyalty cards in another: row 1 of both is not the same row."""
    setup.file("s1/d.sql", "INSERT INTO a (no, title) VALUES (1, 'Tea'), (7);\nINSERT INTO b (no, title) VALUES (2, 'Salt');\n")
    dump = {name: {"format": "sql_dump", "file": "d.sql", "table": name} for name in ("a", "b")}
    output = setup.products({**PRODUCTS, "inputs": ["a", "b"]}, dump)
    assert output.tables["products"]["_row_id"].tolist() == ["d.sql:1#a", "d.sql:1#b"]
    assert output.outcomes["row_id"].tolist() == ["d.sql:2#a"]
