"""Written corrections say what they were made of: any text comes back from the YAML."""

import stat
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from migration_pipeline.orchestration.quarantine_import import write_corrections
from migration_pipeline.project.corrections import Correction, load_corrections

DAY = date(2026, 11, 22)


def correction(old: str | None, new: str | None) -> Correction:
    """One edit of one cell."""
    about = {"store": "S01", "dataset": "members", "table": "members", "row": "m.csv:2", "action": "set"}
    return Correction.model_validate(
        {**about, "expect": {"a": old}, "set": {"a": new}, "reason": "why", "who": "李娜", "on": DAY.isoformat()}
    )


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(["7.00", "yes", "on", "null", "1e5", "2026-01-01"]),
        min_size=2,
        max_size=2,
    )
)
def test_any_text_comes_back_from_the_yaml(cells: list[str]) -> None:
    """Also what YAML would take for a number, a day or nothing."""
    made = correction(cells[0], cells[1])
    with TemporaryDirectory() as folder:
        write_corrections(Path(folder), [made], DAY)
        assert [placed.correction for placed in load_corrections(Path(folder))] == [made]


def test_files_are_numbered_in_the_order_they_were_made_and_are_their_owners(tmp_path: Path) -> None:
    """The second may correct what the first set: it must be applied after it."""
    paths = [write_corrections(tmp_path, [correction("1", str(n))], DAY) for n in range(12)]
    assert [path.name for path in paths][::11] == ["quarantine-2026-11-22-001.yaml", "quarantine-2026-11-22-012.yaml"]
    assert [placed.correction.set["a"] for placed in load_corrections(tmp_path)] == [str(n) for n in range(12)]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}


def test_an_emptied_cell_is_null(tmp_path: Path) -> None:
    path = write_corrections(tmp_path, [correction("1", None)], DAY)
    assert "a: null" in path.read_text(encoding="utf-8")
