"""Copies, empty tables and logs are told from what matters, with a reason."""

from typing import Any

from migration_pipeline.raw.profiling.importance import Weighed, importance


def weighed(relation: Any, place: str, columns: dict[str, list[str]], role: str = "") -> Weighed:
    name = f"r{abs(hash(place))}"
    return Weighed(place, ".", tuple(columns), len(next(iter(columns.values()))), relation(name, columns), role)


def test_a_copy_is_redundant_and_the_original_is_not(database: Any, relation: Any) -> None:
    original = weighed(relation, "items.csv", {"a": ["1", "2", "3"], "b": ["x", "y", "z"]}, "products.products")
    backup = weighed(relation, "items_bak.csv", {"a": ["1", "2"], "b": ["x", "y"]}, "products.products")
    found = importance(database, [backup, original])
    assert (found["items.csv"].tag, found["items_bak.csv"].tag) == ("critical", "redundant")
    assert "items.csv" in found["items_bak.csv"].en


def test_a_backup_with_rows_of_its_own_is_for_a_person_to_decide(database: Any, relation: Any) -> None:
    original = weighed(relation, "items.csv", {"a": ["1", "2", "3"]})
    backup = weighed(relation, "items_bak.csv", {"a": ["1", "4"]})
    assert importance(database, [original, backup])["items_bak.csv"].tag == "unknown"


def test_empty_tables_and_logs_are_redundant_and_every_tag_has_a_reason(database: Any, relation: Any) -> None:
    tables = [weighed(relation, "a", {"x": []}), weighed(relation, "db sys_log", {"y": ["1"]}), weighed(relation, "c", {"z": ["1"]})]
    found = importance(database, tables)
    assert [found[table.place].tag for table in tables] == ["redundant", "redundant", "unknown"]
    assert all(judged.en and judged.zh for judged in found.values())
