"""Only what changed is run again, and what changed can be told: rows, values, and the setting behind them."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.project.yaml_lines import parse_yaml
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.conftest import Command
from migration_pipeline_tests.integration.small_project import SmallProject, write_project

Found = Callable[[Home], Databases]


@pytest.fixture
def chain(tmp_path: Path) -> SmallProject:
    """Stores A and B of one source, and C of another; a row of B's stock is rejected by a policy of its own."""
    project = write_project(tmp_path / "chain", ("A", "B", "C"))

    def other(values: dict[str, Any]) -> None:
        values["sources"]["other"] = deepcopy(values["sources"]["plain"])
        values["stores"][2]["source"] = "other"
        values["stores"][1]["policies"] = {"negative_stock": "reject"}
        values["limits"] = {"rejected_rows": 1}

    edit(project, other)
    return project


def edit(project: SmallProject, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the project file."""
    path = project.folder / "migration.yaml"
    values = json.loads(json.dumps(parse_yaml(path.read_text(encoding="utf-8"))))
    change(values)
    path.write_text(json.dumps(values, indent=1), encoding="utf-8")


@pytest.mark.slow
def test_only_changed_stores_run_again_and_diff_says_what_changed_and_why(
    chain: SmallProject, own_databases: Found, store2erp: Command
) -> None:
    """One story, for a run is slow: nothing to do; one store's policy; another source's mapping; one file, with what refers to it."""

    def changed() -> dict[str, list[str]]:
        ended = store2erp("run", "--changed", "-p", chain.folder, "--json")
        assert ended.code == 0, ended.text
        again: dict[str, list[str]] = {}
        for one in ended.json["changed"]:
            again.setdefault(one["store"], []).append(one["dataset"])
        assert sorted({*again, *ended.json["unchanged_stores"]}) == ["A", "B", "C"]
        return again

    def changes(*arguments: str) -> list[tuple[Any, ...]]:
        ended = store2erp("diff", "last~1", "last", "-p", chain.folder, "--json", "--rows", *arguments)
        assert ended.code == 0, ended.text
        keys = ("store", "table", "change", "old", "new", "columns", "row_ids", "because")
        return [tuple(one[key] for key in keys) for one in ended.json["changes"]]

    assert changed() == {store: ["suppliers", "products", "members", "inventory", "sales"] for store in "ABC"}
    told = store2erp("run", "--changed", "-p", chain.folder)
    assert told.code == 0
    assert "nothing to do" in told.out
    assert "3 stores" in told.out

    edit(chain, lambda values: values["stores"][1].pop("policies"))
    assert changed() == {"B": ["inventory"]}
    why = ["rules policies.negative_stock: reject -> flag"]
    rejected, loaded = "rejected negative_stock_rejected", "loaded loaded"
    assert changes() == [("B", "stock", "outcome", rejected, loaded, [], ["stock.csv:4"], why)]

    edit(chain, lambda values: values["sources"]["other"]["datasets"]["inventory"]["stock"]["columns"].update(unit_cost="quantity"))
    edit(chain, lambda values: values["sources"]["other"]["datasets"]["inventory"]["stock"].update(archive=["cost"]))
    assert changed() == {"C": ["inventory"]}
    (found,) = changes()
    assert found[:2] == ("C", "stock")
    assert found[2:6] == ("values", loaded, loaded, ["unit_cost", "value"])
    assert found[7] == ["mapping tables.stock.columns.unit_cost: cost -> quantity"]

    products = chain.file("A", "products")
    products.write_text(products.read_text(encoding="utf-8").replace("Bread of A", "Cake of A"), encoding="utf-8")
    assert changed() == {"A": ["products", "inventory", "sales"]}
    assert changes() == [
        ("A", "products", "values", loaded, loaded, ["name"], ["products.csv:3"], ["inputs products/A/products.csv: changed"])
    ]
    assert changes("--store", "B") == []
    text = store2erp("diff", "last~2", "last", "-p", chain.folder).text
    assert "policies.negative_stock" not in text
    assert "Cake" not in text
    _dagster_knows(chain, own_databases)


def _dagster_knows(chain: SmallProject, own_databases: Found) -> None:
    """Assets carry a data version made of extract and versions: another for A's products after the change, and the mapped one differs."""
    home = Home.of(chain.folder)
    with open_instance(home, own_databases(home)) as instance:
        seen: dict[str, set[str]] = {}
        for asset in ("raw_products", "cleaned_products", "mapped_products"):
            wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=["A"])
            for record in instance.fetch_materializations(wanted, limit=5).records:
                found = record.asset_materialization
                assert found is not None
                seen.setdefault(asset, set()).add((found.tags or {})["dagster/data_version"])
                if asset != "raw_products":
                    assert set(found.metadata["versions"].value) >= {"mapping", "rules", "contracts", "code"}  # type: ignore[arg-type]
    assert {asset: len(versions) for asset, versions in seen.items()} == dict.fromkeys(seen, 2)
    assert len({version for versions in seen.values() for version in versions}) > 2
