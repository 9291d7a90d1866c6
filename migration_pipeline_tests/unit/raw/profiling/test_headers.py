"""A header that the reader leaves open is settled by known names, never by a row of data."""

from pathlib import Path

import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.profiling.headers import likely_header
from migration_pipeline.runtime.errors import BadInputError

AUTO = InputSpec.model_validate(
    {"format": "csv", "file": "a.csv", "encoding": "auto", "delimiter": "auto", "quote": "auto", "header_row": "auto"}
)


def test_known_names_decide_the_encoding_of_a_short_file(tmp_path: Path) -> None:
    """Too few characters for any statistics, but 货号 and 品名 are words of the trade."""
    (tmp_path / "a.csv").write_text("货号,品名,售价\n1,茶,2\n2,米,3\n", encoding="gb18030")
    names, options = likely_header(tmp_path / "a.csv", AUTO)
    assert names == ("货号", "品名", "售价")
    assert options["encoding"] == "gb18030"


def test_identifiers_in_the_first_row_are_names(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("f1,f2\n" + "a,b\n" * 20)
    assert likely_header(tmp_path / "a.csv", AUTO)[0] == ("f1", "f2")


def test_a_first_row_of_data_is_not_taken_for_names(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Maria Anders,Berlin\nAna Trujillo,Mexico\nThomas Hardy,London\n")
    with pytest.raises(BadInputError):
        likely_header(tmp_path / "a.csv", AUTO)
