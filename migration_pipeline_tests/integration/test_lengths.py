"""The ERP's field is too short for a name: the row is quarantined, the books balance, and nothing is cut."""

from collections.abc import Callable
from pathlib import Path

from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.conftest import Command
from migration_pipeline_tests.integration.small_project import SmallProject, write_project

LIMIT = "ALTER TABLE item ALTER COLUMN name TYPE varchar(10)"


def limited(store2erp: Command, databases: Databases, folder: Path) -> SmallProject:
    """A project whose ERP takes ten characters of an item's name: `Shared tea` just fits, `Bread of A` too, a longer one does not."""
    project = write_project(folder)
    path = project.folder / "migration.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("sources:", "limits: {rejected_rows: 9}\nsources:", 1), encoding="utf-8")
    assert store2erp("target", "describe", "-p", project.folder).code == 0
    with databases.connect(ERP) as connection:
        connection.execute(LIMIT)
    return project


def test_a_name_above_the_limit_is_quarantined_and_the_books_balance(
    store2erp: Command, own_databases: Callable[[Home], Databases], tmp_path: Path
) -> None:
    databases = own_databases(Home.of(tmp_path / "p"))
    project = limited(store2erp, databases, tmp_path / "p")
    path = project.file("A", "products")
    path.write_text(path.read_text(encoding="utf-8").replace("Milk of A", "牛奶牛奶牛奶牛奶牛奶牛"), encoding="utf-8")
    assert store2erp("target", "describe", "-p", project.folder).code == 0
    done = store2erp("run", "-p", project.folder, "--json")
    assert (done.code, done.json["balanced"], done.json["unexplained"]) == (0, True, "0.00"), done.text[-3000:]
    with databases.connect(ERP) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM item").fetchall()}
    assert names == {"Shared tea", "Bread of A"}
    listed = store2erp("quarantine", "-p", project.folder).text
    assert "too_long" in listed


def test_at_the_limit_everything_goes_through(store2erp: Command, own_databases: Callable[[Home], Databases], tmp_path: Path) -> None:
    databases = own_databases(Home.of(tmp_path / "q"))
    project = limited(store2erp, databases, tmp_path / "q")
    path = project.file("A", "products")
    path.write_text(path.read_text(encoding="utf-8").replace("Milk of A", "牛奶牛奶牛奶牛奶牛奶"), encoding="utf-8")
    assert store2erp("target", "describe", "-p", project.folder).code == 0
    done = store2erp("run", "-p", project.folder, "--dataset", "suppliers", "--dataset", "products", "--json")
    assert (done.code, done.json["outcomes"]["rejected"]) == (0, 0), done.text[-3000:]


def test_a_run_that_the_erp_refused_goes_through_once_the_erp_has_described_itself(
    store2erp: Command, own_databases: Callable[[Home], Databases], tmp_path: Path
) -> None:
    """The first run has put the item into the crosswalk; the sale of it must not reach an ERP that does not have the item."""
    databases = own_databases(Home.of(tmp_path / "r"))
    project = limited(store2erp, databases, tmp_path / "r")
    path = project.file("A", "products")
    path.write_text(path.read_text(encoding="utf-8").replace("Milk of A", "牛奶牛奶牛奶牛奶牛奶牛"), encoding="utf-8")
    (project.folder / "target" / "postgres.yaml").unlink()
    refused = store2erp("run", "-p", project.folder, "--json")
    assert (refused.code, refused.json["balanced"]) == (0, True), refused.text[-3000:]
    assert "refused_by_target" in store2erp("quarantine", "-p", project.folder).text
    assert store2erp("target", "describe", "-p", project.folder).code == 0
    done = store2erp("run", "-p", project.folder, "--json")
    assert (done.code, done.json["balanced"]) == (0, True), done.text[-3000:]
