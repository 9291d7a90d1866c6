"""`store2erp duplicates find`: a misspelt member of two shops goes to a person, whose decision makes them one member in the ERP;
so do decisions about products and suppliers."""

import csv
from pathlib import Path

from psycopg import sql

from migration_pipeline.orchestration.workspace import open_workspace
from migration_pipeline.project.decisions import PairRow, decisions_file, pair_name, write_decisions
from migration_pipeline.runtime.databases import ERP
from migration_pipeline_tests.integration.conftest import Command
from migration_pipeline_tests.integration.small_project import SmallProject, write_project

PHONE, BORN = "13912345678", "1990-01-02"


def two_shops(folder: Path) -> SmallProject:
    """One customer of two shops, whose given name was typed with another sign in the second."""
    project = write_project(folder, ("A", "B"))
    file = folder / "migration.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("phone: phone, points", "phone: phone, birthday: born, points"), encoding="utf-8")
    for store, name in (("A", "张小明"), ("B", "张小朋")):
        member = f"card,name,phone,born,points,stored\n{store}-M,{name},{PHONE},{BORN},12.50,80.00\n"
        project.file(store, "members").write_text(member, encoding="utf-8")
    return project


def decide(folder: Path, word: str) -> None:
    """What a person writes into the one open row."""
    file = decisions_file(folder, "members")
    with file.open(encoding="utf-8-sig", newline="") as source:
        header, row = csv.reader(source)
    row[header.index("decision")] = word
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([header, row])


def test_a_misspelt_member_is_reviewed_decided_and_becomes_one_with_all_balances(tmp_path: Path, store2erp: Command) -> None:
    project = two_shops(tmp_path / "p")
    ended = store2erp("duplicates", "find", "-p", project.folder, "--json")
    assert ended.code == 0, ended.text
    members = ended.json["members"]
    assert (members["records"], members["merge"], members["review"], members["decided"]) == (2, 0, 1, 0)
    shown = decisions_file(project.folder, "members").read_text(encoding="utf-8-sig")
    assert not any(value in shown + ended.text for value in (PHONE, "小明", "小朋", BORN)), "personal values are masked"

    decide(project.folder, "same")
    again = store2erp("duplicates", "find", "-p", project.folder, "--dataset", "members", "--json")
    assert again.json["members"]["decided"] == 1, "a decision is remembered"

    done = store2erp("run", "-p", project.folder, "--json")
    assert done.code == 0, done.text
    assert (done.json["balanced"], done.json["unexplained"]) == (True, "0.00")
    workspace = open_workspace(project.folder)
    with workspace.databases.connect(ERP) as connection:
        assert connection.execute("SELECT count(*) FROM member").fetchall() == [(1,)]
        sums = connection.execute("SELECT count(DISTINCT member_code), sum(points)::text, sum(stored_principal)::text FROM member_balance")
        assert sums.fetchall() == [(1, "25.00", "160.00")]
    explained = store2erp("explain", "B", "members", "members.csv:2", "-p", project.folder, "--json").json["tables"][0]
    assert (explained["outcome"], explained["reason"]) == ("merged", "same_record")
    assert "duplicates-members.csv:2" in explained["detail"], "the ledger names the row of the decision"


def test_an_open_pair_stays_apart_and_says_so_once_it_is_loaded(tmp_path: Path, store2erp: Command) -> None:
    project = two_shops(tmp_path / "p")
    assert store2erp("run", "-p", project.folder, "--json").code == 0
    with open_workspace(project.folder).databases.connect(ERP) as connection:
        assert connection.execute("SELECT count(*) FROM member").fetchall() == [(2,)]
    assert store2erp("duplicates", "find", "-p", project.folder, "--dataset", "members", "--json").code == 0
    assert "already loaded apart" in decisions_file(project.folder, "members").read_text(encoding="utf-8-sig")


def decisions(folder: Path, dataset: str, same: tuple[str, str], distinct: tuple[str, str]) -> None:
    """A file of two decided pairs."""
    rows = [
        PairRow(pair_name(left, right), "review", "0.9000", left, right, decision=word)
        for (left, right), word in ((same, "same"), (distinct, "distinct"))
    ]
    write_decisions(folder, dataset, rows)


def names_in_erp(folder: Path, table: str) -> list[str]:
    with open_workspace(folder).databases.connect(ERP) as connection:
        query = sql.SQL("SELECT name FROM {} ORDER BY 1").format(sql.Identifier(table))
        return [name for (name,) in connection.execute(query).fetchall()]


def test_decided_products_and_suppliers_become_one_or_stay_two_and_a_second_run_changes_nothing(tmp_path: Path, store2erp: Command) -> None:
    """What is called the same is one item or supplier; what is called distinct stays two, against an equal barcode and an equal name."""
    project = write_project(tmp_path / "p", ("A", "B"))
    for store in project.stores:
        with project.file(store, "suppliers").open("a", encoding="utf-8") as file:
            file.write(f"{store}-T,One Name Ltd,5.00\n")
    decisions(project.folder, "products", ("A/A-2", "B/B-2"), ("A/A-1", "B/B-1"))
    decisions(project.folder, "suppliers", ("A/A-S", "B/B-S"), ("A/A-T", "B/B-T"))

    for changed in (True, False):
        done = store2erp("run", "-p", project.folder, "--json")
        assert done.code == 0, done.text
        assert (done.json["balanced"], done.json["unexplained"], done.json["erp_changed_rows"] > 0) == (True, "0.00", changed)
        items, suppliers = names_in_erp(project.folder, "item"), names_in_erp(project.folder, "supplier")
        assert items.count("Shared tea") == 2, "distinct, though their barcode is the same"
        assert len([name for name in items if name.startswith("Bread of ")]) == 1, "decided to be the same"
        assert suppliers.count("One Name Ltd") == 2, "distinct, though their name is the same"
        assert len([name for name in suppliers if name.startswith("Supplier of ")]) == 1, "decided to be the same"
    explained = store2erp("explain", "B", "products", "products.csv:3", "-p", project.folder, "--json").json["tables"][0]
    assert (explained["outcome"], explained["reason"]) == ("merged", "same_record")
    assert "duplicates-products.csv:2" in explained["detail"], "the ledger names the row of the decision"
