"""An export that is cut off or damaged is recognised by what it says itself; an honest one raises no alarm."""

from pathlib import Path

import pandas as pd
import pytest

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.project.source import InputSpec, TableSpec
from migration_pipeline.raw.export_check import Smell, check_input, check_table
from migration_pipeline.raw.inputs import InputTable, SourceFile, read_input, resolve

SPEC = InputSpec(format="csv", file="*.csv")
LINES = DATASETS["sales"].table("lines")
LINE_SPEC = TableSpec(inputs=("sales",), columns={"amount": "amt", "quantity": "qty", "sold_at": "at", "product_code": "no"})


def _table(rows: int, options: dict[str, object] | None = None) -> InputTable:
    frame = pd.DataFrame(
        {"a": pd.Series(["x"] * rows, dtype="str"), "_row_id": pd.Series([f"f.csv:{n}" for n in range(rows)], dtype="str")}
    )
    return InputTable(frame, frame.iloc[:0].assign(text=""), (SourceFile(Path("f.csv"), "f.csv", "0", rows, options or {}),))


def _read(folder: Path, content: str, spec: InputSpec = SPEC) -> InputTable:
    (folder / "f.csv").write_text(content, encoding="utf-8")
    return read_input("sales", spec, folder, resolve(spec, folder), folder / "cache")


def codes(smells: list[Smell]) -> dict[str, bool]:
    return {smell.code: smell.blocks for smell in smells}


@pytest.mark.parametrize("rows", [500, 1_000, 1_500, 10_000, 65_535, 65_536])
def test_a_count_at_which_exports_are_cut_is_reported_but_does_not_block(rows: int) -> None:
    assert codes(check_input("x", SPEC, _table(rows))) == {"round_count": False}


@pytest.mark.parametrize("rows", [0, 1, 999, 1_001, 65_537])
def test_other_counts_are_fine(rows: int) -> None:
    assert check_input("x", SPEC, _table(rows)) == []


@pytest.mark.parametrize("query", ["SELECT TOP 7 * FROM t", "select * from t limit 7", "SELECT * FROM t FETCH FIRST 7 ROWS ONLY"])
def test_as_many_rows_as_the_query_allows_prove_a_cut(query: str) -> None:
    live = InputSpec(format="database", url="sqlite:///x", query=query)
    assert codes(check_input("x", live, _table(7))) == {"row_limit": True}
    assert check_input("x", live, _table(6)) == []


def test_another_count_at_the_source_proves_a_loss() -> None:
    assert codes(check_input("x", SPEC, _table(7, {"rows_counted": 8}))) == {"count_differs": True}
    assert check_input("x", SPEC, _table(7, {"rows_counted": 7})) == []


@pytest.mark.parametrize("footer", ["共 3 条,,,", '"合计:共3条",,,', "共3条记录", "3 rows,,,"])
def test_a_footer_that_states_more_rows_than_there_are_proves_a_loss(tmp_path: Path, footer: str) -> None:
    whole = f"no,qty,amt,at\n1,1,1,x\n2,1,1,x\n3,1,1,x\n{footer}\n"
    assert check_input("x", SPEC, _read(tmp_path, whole)) == []
    cut = whole.replace("2,1,1,x\n", "")
    assert codes(check_input("x", SPEC, _read(tmp_path, cut))) == {"footer_differs": True}


def test_rows_that_became_several_count_once_against_the_footer(tmp_path: Path) -> None:
    """A stock table with one column per warehouse has as many rows as its footer says, not twice as many."""
    unpivot = {"columns": {"A": "a", "B": "b"}, "key": "wh", "value": "qty"}
    spec = InputSpec.model_validate({"format": "csv", "file": "*.csv", "unpivot": unpivot})
    content = "no,A,B\n1,1,2\n2,3,4\n共 2 条,4,6\n"
    assert check_input("x", spec, _read(tmp_path, content, spec)) == []
    assert codes(check_input("x", spec, _read(tmp_path, content.replace("2,3,4\n", ""), spec))) == {"footer_differs": True}


def test_a_footer_whose_sum_is_not_that_of_the_rows_proves_a_loss(tmp_path: Path) -> None:
    whole = 'no,qty,amt,at\n1,1,1000.10,x\n2,2,0.20,x\n合计,3,"1,000.30",\n'
    assert check_table(LINES, LINE_SPEC, "sales", SPEC, _read(tmp_path, whole)) == []
    smells = check_table(LINES, LINE_SPEC, "sales", SPEC, _read(tmp_path, whole.replace("2,2,0.20,x\n", "")))
    assert {smell.code for smell in smells} == {"footer_differs"}
    assert "the footer's amt is 1000.30, the rows above add up to 1000.10" in [smell.detail.partition(": ")[2] for smell in smells]


def test_a_product_whose_name_begins_like_a_footer_is_none_in_the_middle_of_the_file(tmp_path: Path) -> None:
    rows = "no,qty,amt,at\nTotal cereal,1,5,x\n" + "a,1,1,x\n" * 5
    assert check_table(LINES, LINE_SPEC, "sales", SPEC, _read(tmp_path, rows)) == []


def _days(last: str, rows: int = 60) -> str:
    hours = ["21:30:00", *(f"09:00:{second:02}" for second in range(rows - 1))]
    days = [f"a,1,1,2026-01-{day:02} {hour}" for day in range(1, 10) for hour in hours]
    return "\n".join(["no,qty,amt,at", *days, f"a,1,1,2026-01-10 {last}"]) + "\n"


def test_sales_that_stop_hours_before_the_store_closes_are_reported(tmp_path: Path) -> None:
    early = check_table(LINES, LINE_SPEC, "sales", SPEC, _read(tmp_path, _days("14:05:00")))
    assert codes(early) == {"ends_mid_day": False}
    quiet = _days("14:05:00", rows=20)
    assert check_table(LINES, LINE_SPEC, "sales", SPEC, _read(tmp_path, quiet)) == []
    assert check_table(LINES, LINE_SPEC, "sales", SPEC, _read(tmp_path, _days("20:05:00"))) == []


def test_damaged_text_blocks_until_a_person_says_why_it_is_fine(tmp_path: Path) -> None:
    content = "no,name\n1,caf\u00c3\u00a9\n2,???\n"
    assert codes(check_input("x", SPEC, _read(tmp_path, content))) == {"mojibake": True, "question_marks": True}
    accepted = InputSpec(format="csv", file="*.csv", accepted={"question_marks": "typed so by the staff"})
    found = check_input("x", accepted, _read(tmp_path, content))
    assert codes(found) == {"mojibake": True, "question_marks": False}
    assert any("typed so by the staff" in smell.detail for smell in found)


def test_no_cell_of_the_source_is_shown(tmp_path: Path) -> None:
    found = check_input("x", SPEC, _read(tmp_path, "name\nzhang???13912345678\n"))
    assert "13912345678" not in str(found)
