"""`store2erp crosswalk export` and `codes:` by the real command: what is written is the crosswalk; a scheme that does not fit stops."""

import hashlib
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline.runtime.safe_csv import rows_of
from migration_pipeline_tests.integration.conftest import Command
from migration_pipeline_tests.integration.small_project import SmallProject, write_project

CODES = """\
currency: CNY
codes:
  products: {patterns: ["{gtin}", "9{number:07d}"], length: 13, characters: digits}
  members: {patterns: ["M{hash:8}"]}
"""
DatabasesOf = Callable[[Home], Databases]


@pytest.fixture
def project(tmp_path: Path) -> SmallProject:
    """Two stores, codes by a scheme, and a product whose name and code a spreadsheet would run."""
    made = write_project(tmp_path / "chain", ("A", "B"))
    yaml = made.folder / "migration.yaml"
    yaml.write_text(yaml.read_text(encoding="utf-8").replace("currency: CNY\n", CODES), encoding="utf-8")
    for name in ("products", "stock", "lines"):
        path = made.file("A", name)
        path.write_text(path.read_text(encoding="utf-8").replace("A-3", "-3").replace("Milk of A", "=1+2"), encoding="utf-8")
    return made


def read_back(folder: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of every file that the manifest lists, after comparing each with it."""
    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert {path.name for path in folder.iterdir()} == {"manifest.json", *(file["file"] for file in listed)}
    found = {}
    for file in listed:
        content = (folder / file["file"]).read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        found[file["file"]] = [*rows_of(content)]
        assert len(found[file["file"]]) == file["rows"]
    return found


def all_of(crosswalk: CrosswalkRepository) -> dict[str, list[dict[str, Any]]]:
    return {dataset: crosswalk.rows(dataset).to_dict("records") for dataset in ("products", "members", "suppliers")}


def test_the_export_reads_back_as_the_crosswalk(
    store2erp: Command, project: SmallProject, own_databases: DatabasesOf, tmp_path: Path
) -> None:
    empty = store2erp("crosswalk", "export", "-p", project.folder, "--json")
    assert (empty.code, empty.json) == (0, {"folder": None, "files": []})
    assert store2erp("run", "-p", project.folder, "--json").code == 0
    out = tmp_path / "out"
    told = store2erp("crosswalk", "export", "-p", project.folder, "--out", out, "--json")
    assert told.code == 0, told.text
    files, home = read_back(out), Home.of(project.folder)
    assert told.json["files"] == json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"]
    crosswalk = CrosswalkRepository(own_databases(home))
    for dataset, rows in all_of(crosswalk).items():
        keys = ("erp_key", "store", "source_key", "first_run")
        expected = [(*(row[key] for key in keys), str(row["is_owner"]).lower()) for row in rows]
        heads = ("erp_code", "store", "source_code", "first_run", "is_owner")
        assert [tuple(row[head] for head in heads) for row in files[f"{dataset}.csv"]] == expected
        stores = {(store, row["old_code"], row["new_code"]) for store in "AB" for row in files[f"{store}-{dataset}.csv"]}
        assert stores == {(row["store"], row["source_key"], row["erp_key"]) for row in rows}
    assert {row["old_code"]: row["name"] for row in files["A-products.csv"]}["-3"] == "=1+2"
    assert b'"\'-3"' in (out / "A-products.csv").read_bytes()
    everything = b"".join(path.read_bytes() for path in out.iterdir())
    assert b"Person" not in everything
    assert b"1380000" not in everything
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert store2erp("crosswalk", "export", "-p", project.folder, "--out", out).code == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before, "the same crosswalk gives the same bytes"
    demand_followed(own_databases(home), files)
    _demand_parts(store2erp, project, tmp_path / "part")


def demand_followed(databases: Databases, files: dict[str, list[dict[str, str]]]) -> None:
    """Items, sale lines and stock in the ERP carry the new codes."""
    new = {row["old_code"]: row["new_code"] for row in files["A-products.csv"]}
    assert new["A-1"] == "6901028000017"
    assert {new["A-2"], new["-3"]} == {"90000001", "90000002"}
    with databases.connect(ERP) as connection:
        for table in ("ticket_line", "opening_stock", "item_price"):
            found = connection.execute(f"SELECT DISTINCT item_code FROM {table} WHERE store_code = 'A'").fetchall()  # type: ignore[arg-type]  # noqa: S608
            assert {code for (code,) in found} == set(new.values()), table
        assert {code for (code,) in connection.execute("SELECT item_code FROM item").fetchall()} >= set(new.values())


def _demand_parts(store2erp: Command, project: SmallProject, out: Path) -> None:
    told = store2erp("crosswalk", "export", "-p", project.folder, "--out", out, "--dataset", "products", "--store", "B")
    assert "products.csv" in told.out
    assert {row["store"] for row in read_back(out)["products.csv"]} == {"B"}
    assert set(read_back(out)) == {"products.csv", "B-products.csv"}
    for wrong, why in ((("--dataset", "sales"), "no codes of its own"), (("--store", "Z"), "no store 'Z'")):
        ended = store2erp("crosswalk", "export", "-p", project.folder, "--out", out, *wrong)
        assert (ended.code, why in ended.text) == (2, True)
    inside = store2erp("crosswalk", "export", "-p", project.folder, "--out", project.folder / "data" / "x")
    assert (inside.code, "among the data" in inside.text) == (2, True)


def test_a_scheme_longer_than_the_erp_takes_is_refused_with_its_line_before_anything_is_loaded(
    store2erp: Command, project: SmallProject, own_databases: DatabasesOf
) -> None:
    assert store2erp("target", "describe", "-p", project.folder, "--json").code == 0
    databases = own_databases(Home.of(project.folder))
    with databases.connect(ERP) as connection:
        connection.execute("ALTER TABLE ticket_line ALTER COLUMN item_code TYPE varchar(10)")
    assert store2erp("target", "describe", "-p", project.folder, "--json").code == 0
    ended = store2erp("run", "-p", project.folder, "--store", "A")
    assert ended.code == 2
    text = " ".join(ended.text.split())
    assert "codes of products may have 13 characters, but the ERP takes 10" in text
    assert "migration.yaml:6" in text.replace(" ", "")
    with databases.connect(ERP) as connection:
        assert connection.execute("SELECT count(*) FROM item").fetchone() == (0,)


def test_a_wrong_pattern_is_refused_with_its_line(store2erp: Command, project: SmallProject) -> None:
    yaml = project.folder / "migration.yaml"
    yaml.write_text(yaml.read_text(encoding="utf-8").replace('"M{hash:8}"', '"M{phone}"'), encoding="utf-8")
    ended = store2erp("crosswalk", "export", "-p", project.folder)
    assert ended.code == 2
    assert "migration.yaml:7" in ended.text
    assert "names {phone}; members have" in ended.text
