"""The ERP describes itself from its catalogue, and a load is refused once it has changed."""

from pathlib import Path

import pytest

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.contracts.target_description import differences
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.loaded.protocol import CompanyRow, StoreRow
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.orchestration.workspace import demand_unchanged
from migration_pipeline.project.target_file import keep_description, kept_description
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.errors import BadInputError


@pytest.fixture
def target(databases: Databases) -> PostgresTarget:
    """An ERP as `prepare` makes it."""
    found = PostgresTarget(databases)
    found.prepare(CompanyRow("C", "company", "CNY"), [StoreRow("S1", "one", {"MAIN": "MAIN"})], VOCABULARIES["unit"])
    return found


def test_the_catalogue_says_what_the_contract_says(target: PostgresTarget) -> None:
    described = target.describe()
    assert set(described.tables) == set(ERP_TABLES)
    for name, table in ERP_TABLES.items():
        found = described.tables[name]
        assert tuple(found.columns) == table.column_names, name
        assert found.key == table.key, name
        assert {r.table for r in found.references} == {r.table for r in table.references}, name
        for column in table.columns:
            assert found.columns[column.name].required is not column.nullable, (name, column.name)
            if column.type == "numeric":
                assert (found.columns[column.name].precision, found.columns[column.name].scale) == (column.precision, column.scale)
            if column.vocabulary and name != "unit":
                assert set(found.columns[column.name].values) == set(VOCABULARIES[column.vocabulary]), (name, column.name)


def test_lengths_enumerations_and_new_columns_of_the_erp_are_seen(target: PostgresTarget, databases: Databases) -> None:
    before = target.describe()
    with databases.connect(ERP) as connection:
        connection.execute("CREATE TYPE colour AS ENUM ('red', 'it''s')")
        connection.execute("ALTER TABLE item ALTER COLUMN name TYPE varchar(40), ADD COLUMN colour colour NOT NULL")
    assert differences(before, target.describe()) == [
        "item.name: type was text, is character varying",
        "item.name: length was None, is 40",
        "item.colour is new",
    ]
    assert target.describe().tables["item"].columns["colour"].values == ("red", "it's")


def test_the_kept_file_is_the_description_and_a_changed_erp_is_refused(
    target: PostgresTarget, databases: Databases, tmp_path: Path
) -> None:
    path = keep_description(tmp_path, target.describe())
    text = path.read_bytes()
    kept = kept_description(tmp_path, "postgres")
    assert kept is not None
    demand_unchanged(kept, target.describe(), str(path))
    assert keep_description(tmp_path, target.describe()).read_bytes() == text
    with databases.connect(ERP) as connection:
        connection.execute("ALTER TABLE item DROP COLUMN brand")
    with pytest.raises(BadInputError, match=r"item\.brand is gone"):
        demand_unchanged(kept, target.describe(), str(path))


def test_a_damaged_file_is_refused_with_its_line(tmp_path: Path, target: PostgresTarget) -> None:
    path = keep_description(tmp_path, target.describe())
    path.write_text(path.read_text(encoding="utf-8").replace("    key:", "    kye:", 1), encoding="utf-8")
    with pytest.raises(BadInputError, match="kye"):
        kept_description(tmp_path, "postgres")
