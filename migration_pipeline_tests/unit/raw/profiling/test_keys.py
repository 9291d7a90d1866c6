"""Keys are found alone and in pairs, and repetitions are counted before and after folding."""

from typing import Any

from migration_pipeline.raw.profiling.keys import key_candidates, measured, repeated_rows


def candidates(database: Any, relation: Any, counted: Any, columns: dict[str, list[str | None]], wanted: tuple[str, ...] = ()) -> Any:
    return key_candidates(database, relation("r", columns), list(counted(columns).values()), wanted)


def test_a_column_with_a_value_of_its_own_in_every_row_is_a_key(database: Any, relation: Any, counted: Any) -> None:
    (key,) = candidates(database, relation, counted, {"id": ["1", "2", "3"], "price": ["1.5", "2.5", "3.5"]})
    assert (key.columns, key.unique) == (("id",), True)


def test_a_gap_makes_it_no_key(database: Any, relation: Any, counted: Any) -> None:
    found = candidates(database, relation, counted, {"id": [*map(str, range(30)), None]})
    assert [(key.unique, key.missing) for key in found] == [(False, 1)]


def test_two_columns_together_may_be_the_key(database: Any, relation: Any, counted: Any) -> None:
    columns: dict[str, list[str | None]] = {
        "ticket": ["1", "1", "2", "2", "3"],
        "line": ["1", "2", "1", "2", "1"],
        "n": ["5", "5", "5", "5", "5"],
    }
    assert [key.columns for key in candidates(database, relation, counted, columns)] == [("ticket", "line")]


def test_keys_that_only_look_different_are_counted(database: Any, relation: Any) -> None:
    key = measured(database, relation("r", {"id": ["A1", "a1 ", "Ａ１", "B2", "B2", ""]}), ("id",))
    assert (key.missing, key.repeated, key.repeated_folded) == (1, 1, 3)


def test_the_key_of_the_contract_is_measured_even_if_it_is_none(database: Any, relation: Any, counted: Any) -> None:
    columns: dict[str, list[str | None]] = {"code": ["1", "1", "1", "2"], "name": ["x", "y", "z", "w"]}
    found = {key.columns: key.repeated for key in candidates(database, relation, counted, columns, ("code",))}
    assert found[("code",)] == 2


def test_rows_that_repeat_another_one_are_counted(database: Any, relation: Any) -> None:
    assert repeated_rows(database, relation("r", {"a": ["1", "1", "2"], "b": ["x", "x", "x"]}), ["a", "b"]) == 1
