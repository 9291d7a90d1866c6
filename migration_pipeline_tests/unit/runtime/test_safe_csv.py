"""CSV for people and machines: nothing in it runs as a formula, and every cell reads back as it was."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.runtime.safe_csv import rows_of, safe_csv

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8) | st.sampled_from(
    ["=1", "'=1", "+", "０01", "\n-"]
)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=8))
def test_every_cell_reads_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    assert [tuple(row.values()) for row in rows_of(safe_csv(["a", "b"], rows))] == rows


@given(TEXTS)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    content = safe_csv(["a"], [[text]]).decode("utf-8-sig")
    (_, [cell]) = csv.reader(io.StringIO(content, newline=""))
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_the_file_begins_with_a_byte_order_mark_and_every_cell_is_quoted() -> None:
    assert safe_csv(["a", "b"], [["001", ""]]) == b'\xef\xbb\xbf"a","b"\r\n"001",""\r\n'
