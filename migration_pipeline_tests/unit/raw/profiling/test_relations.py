"""References between tables are found with their orphans, and chance is not taken for one."""

from typing import Any

from migration_pipeline.raw.profiling.columns import table_figures, values_of
from migration_pipeline.raw.profiling.relations import KeyColumn, Overlap, Relation, overlaps, relations

Tables = dict[str, dict[str, list[str | None]]]


def key_columns(database: Any, relation: Any, tables: Tables) -> list[KeyColumn]:
    keys = []
    for number, (place, columns) in enumerate(tables.items()):
        rows, target = relation(f"r{number}", columns), f"w{number}"
        figures = table_figures(database, rows, list(columns), target)
        keys += [KeyColumn(place, column, values_of(target, n)) for n, column in enumerate(figures)]
    return keys


def related(database: Any, relation: Any, tables: Tables) -> list[Relation]:
    return relations(database, key_columns(database, relation, tables))


ITEMS = [str(n) for n in range(100000, 100040)]


def test_a_line_refers_to_its_product_and_orphans_are_counted(database: Any, relation: Any) -> None:
    tables: Tables = {
        "items.csv": {"item_no": list(ITEMS), "name": [f"n{i}" for i in ITEMS], "unit": ["x"] * 40},
        "lines.csv": {"item_no": [*ITEMS, *ITEMS, "9999", "9999", None], "line": [str(n) for n in range(83)]},
    }
    (found,) = related(database, relation, tables)
    assert (found.child, found.child_column, found.parent, found.parent_column) == ("lines.csv", "item_no", "items.csv", "item_no")
    assert (found.rows, found.orphans, found.orphan_values) == (82, 2, 1)


def test_another_name_will_do_where_the_values_speak_for_it(database: Any, relation: Any) -> None:
    tables: Tables = {"商品": {"编码": list(ITEMS), "a": ["x"] * 40, "b": ["y"] * 40}, "明细": {"货品": [*ITEMS[:30], *ITEMS[:30]]}}
    assert [(r.child_column, r.parent_column, r.orphans) for r in related(database, relation, tables)] == [("货品", "编码", 0)]


def test_row_numbers_refer_to_nothing(database: Any, relation: Any) -> None:
    """1, 2, 3 are among every other 1, 2, 3."""
    numbers = [str(n) for n in range(1, 40)]
    tables: Tables = {
        "items": {"seq": list(numbers), "name": [f"x{n}" for n in numbers]},
        "lines": {"week": [*numbers[:20], *numbers[:20]]},
    }
    assert related(database, relation, tables) == []


def test_numbers_without_gaps_prove_nothing(database: Any, relation: Any) -> None:
    """Any postcode is among 1 to 100,000."""
    tables: Tables = {
        "people": {"person": [f"P{n}" for n in range(40)], "postcode": [str(3000 + n * 7) for n in range(40)]},
        "payments": {"truth": [str(n) for n in range(1, 5000)]},
    }
    assert related(database, relation, tables) == []


def test_of_two_parents_the_table_of_that_name_wins(database: Any, relation: Any) -> None:
    stores = ["S101", "S102", "S103"]
    tables: Tables = {
        "staff": {"store_id": list(stores), "a": ["1"] * 3},
        "store": {"store_id": list(stores)},
        "customer": {"store_id": stores * 9},
    }
    assert ("customer", "store") in {(r.child, r.parent) for r in related(database, relation, tables)}


def test_stock_refers_to_products_and_not_the_other_way_round(database: Any, relation: Any) -> None:
    tables: Tables = {
        "items": {"item_no": list(ITEMS), "name": [f"n{i}" for i in ITEMS], "price": ["1"] * 40, "unit": ["x"] * 40},
        "stock": {"item_no": list(ITEMS), "qty": ["1"] * 40},
    }
    assert [(r.child, r.parent) for r in related(database, relation, tables)] == [("stock", "items")]


def test_ids_that_a_spreadsheet_turned_into_numbers_still_refer(database: Any, relation: Any) -> None:
    tables: Tables = {
        "members": {"card_id": list(ITEMS), "tier": ["x"] * 40, "s": ["y"] * 40},
        "sales": {"card_id": [f"{i}.0" for i in ITEMS[:20]] * 2},
    }
    assert [(r.child, r.orphans) for r in related(database, relation, tables)] == [("sales", 0)]


def test_overlaps_count_values_whatever_the_names(database: Any, relation: Any) -> None:
    """Three quarters of the values of a column with a meaningless name are in the other table's key; no name is weighed."""
    tables: Tables = {"items": {"no": list(ITEMS), "a": ["x"] * 40}, "sales": {"东西": [*ITEMS[:30], *(f"x{i}" for i in ITEMS[:10])] * 2}}
    assert overlaps(database, key_columns(database, relation, tables)) == [Overlap("sales", "东西", "items", "no", 75)]
