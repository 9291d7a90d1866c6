"""A report is its owner's alone, replaced whole, and one that cannot be written is one clear error."""

from pathlib import Path

import pytest

from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.private_file import write_private


def test_a_file_is_the_owners_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "reports" / "a.html"
    for content in (b"old", b"new"):
        write_private(path, content)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["a.html"]


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("in the way", encoding="utf-8")
    with pytest.raises(InfrastructureError, match="the report cannot be written"):
        write_private(tmp_path / "reports" / "a.html", b"")
