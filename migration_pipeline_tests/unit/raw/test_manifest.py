"""The manifest names every file with all that is needed to find, verify and read it again."""

from pathlib import Path

import pytest

from migration_pipeline.project.source import SourceSpec
from migration_pipeline.raw.archive import Archive
from migration_pipeline.raw.gather import Places
from migration_pipeline.raw.inputs import InputTable, read_input
from migration_pipeline.raw.manifest import manifest_of
from migration_pipeline.runtime.errors import BadInputError

SOURCE = SourceSpec.model_validate({"inputs": {"items": {"format": "csv", "file": "items.csv", "encoding": "gb18030"}}})


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "data" / "s1").mkdir(parents=True)
    (tmp_path / "data" / "s1" / "items.csv").write_bytes("no,名称\n1,茶\n2\n".encode("gb18030"))
    return Places(tmp_path / "data", Archive(tmp_path / "archive"), tmp_path / "cache", tmp_path / "live")


def _inputs(places: Places) -> dict[str, InputTable]:
    base = places.data / "s1"
    return {"items": read_input("items", SOURCE.inputs["items"], base, [base / "items.csv"], places.cache)}


def test_an_entry_tells_place_hash_size_rows_and_how_the_file_was_read(places: Places) -> None:
    (entry,) = manifest_of(_inputs(places), SOURCE, places)["items"]
    content = (places.data / "s1" / "items.csv").read_bytes()
    assert (entry["name"], entry["path"], entry["size"], entry["rows"]) == ("items.csv", "s1/items.csv", len(content), 2)
    assert entry["options"]["encoding"] == "gb18030"  # type: ignore[index]
    assert (places.archive.root / str(entry["stored"])).read_bytes() == content
    Archive(places.archive.root).verify([entry], "s1")


def test_a_file_that_changed_since_it_was_read_is_refused(places: Places) -> None:
    inputs = _inputs(places)
    (places.data / "s1" / "items.csv").write_text("no,x\n1,y\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="changes while it is read"):
        manifest_of(inputs, SOURCE, places)
