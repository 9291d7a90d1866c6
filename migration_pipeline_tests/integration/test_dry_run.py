"""A dry run is the real run on copies: it changes nothing real, and the real run comes to what it predicted, or says why not."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from migration_pipeline.runtime.databases import CONTROL, DAGSTER, ERP, Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.conftest import Command
from migration_pipeline_tests.integration.small_project import SmallProject, write_project

Found = Callable[[Home], Databases]
OWN_TO_DRY_RUNS = "run_result"


@pytest.fixture
def chain(tmp_path: Path) -> SmallProject:
    """One good store."""
    return write_project(tmp_path / "chain")


def rows_of(databases: Databases, name: str) -> dict[str, str]:
    """Every table of a database -> a hash of its rows."""
    with databases.connect(name) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        query = sql.SQL("SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM {} AS t")
        texts = {table: connection.execute(query.format(sql.Identifier(table))).fetchone() for (table,) in tables}
    return {table: hashlib.sha256(str(text).encode()).hexdigest() for table, text in texts.items() if table != OWN_TO_DRY_RUNS}


def real_state(home: Home, databases: Databases) -> dict[str, Any]:
    """All that a dry run must leave alone: three databases, and the files of the lake and the reports."""
    there = {found.name for found in home.dagster.iterdir()} if home.dagster.exists() else set()
    reading = home.lake / "read"
    files = [path for folder in (home.lake, home.reports) for path in folder.rglob("*") if path.is_file() and reading not in path.parents]
    with databases.connect_server() as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        known = [name for name in (ERP, CONTROL, DAGSTER) if connection.execute(query, (databases.real_name(name),)).fetchone()]
    hashes = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return {"files": hashes, "dagster": there} | {name: rows_of(databases, name) for name in known}


def copies(databases: Databases) -> list[str]:
    """Databases of sandboxes that are there now."""
    with databases.connect_server() as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (f"{databases.prefix}sandbox_",))
        return [name for (name,) in found.fetchall()]


def verdicts(ended: Any) -> set[str]:
    return {one["verdict"] for one in ended.json["predicted_vs_actual"]}


@pytest.mark.slow
def test_nothing_real_changes_and_the_real_run_comes_to_what_was_predicted(
    chain: SmallProject, own_databases: Found, store2erp: Command
) -> None:
    """From an empty ERP, then with a change of price on a loaded one; what changed in between explains every difference."""
    home = Home.of(chain.folder)
    databases = own_databases(home)
    predicted = store2erp("run", "-p", chain.folder, "--dry-run", "--json")
    assert (predicted.code, predicted.json["dry_run"], predicted.json["balanced"]) == (0, True, True), predicted.text
    assert rows_of(databases, ERP) == {}
    assert copies(databases) == []
    actual = store2erp("run", "-p", chain.folder, "--json")
    assert (actual.code, actual.json["dry_run"]) == (0, False), actual.text
    told = [name for name in actual.json if name not in {"report", "dry_run", "predicted_vs_actual"}]
    assert {name: predicted.json[name] for name in told} == {name: actual.json[name] for name in told}
    assert (len(actual.json["predicted_vs_actual"]), verdicts(actual)) == (5, {"equal"}), actual.json["predicted_vs_actual"]

    products = chain.file("A", "products")
    products.write_text(products.read_text(encoding="utf-8").replace("4.2500", "4.5000"), encoding="utf-8")
    before = real_state(home, databases)
    dry = store2erp("run", "-p", chain.folder, "--dry-run", "--keep-sandbox")
    assert "DRY RUN" in dry.out
    assert "nothing was written" in dry.out
    assert real_state(home, databases) == before
    assert len(copies(databases)) == 2

    stock = chain.file("A", "stock")
    stock.write_text(stock.read_text(encoding="utf-8").replace("A-1,10,", "A-1,11,"), encoding="utf-8")
    late = store2erp("run", "-p", chain.folder, "--json")
    found = {(one["store"], one["dataset"]): one for one in late.json["predicted_vs_actual"]}
    assert {place: one["verdict"] for place, one in found.items() if one["verdict"] != "equal"} == {("A", "inventory"): "explained"}
    assert (len(found), late.code) == (5, 0)
    assert found["A", "inventory"]["changed"] == "inputs"
    assert "stock loaded quantity: 9.250 -> 10.250" in found["A", "inventory"]["differences"]
