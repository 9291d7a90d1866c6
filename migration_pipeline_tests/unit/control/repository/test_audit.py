"""Nobody changes the log unseen: the database refuses, and where somebody gets past that, the chain names the entry."""

import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from migration_pipeline.contracts.audit import GENESIS, Deed
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.audit import AuditLog
from migration_pipeline.runtime.databases import CONTROL, Databases

ADDS = """
import sys
from migration_pipeline.contracts.audit import Deed
from migration_pipeline.control.repository.audit import AuditLog
from migration_pipeline.runtime.databases import Databases
log = AuditLog(Databases(sys.argv[1], prefix=sys.argv[2], options="sslmode=disable"))
for n in range(25):
    log.add(Deed("override", store=sys.argv[3], subject=str(n)), Deed("override", store=sys.argv[3], why="原因 100 %"))
"""


@pytest.fixture
def log(databases: Databases) -> AuditLog:
    """An empty log."""
    upgrade(databases)
    return AuditLog(databases)


@pytest.fixture
def owner(log: AuditLog) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Somebody who owns the tables and switches off what refuses changes."""
    with log.databases.connect(CONTROL, autocommit=True) as connection:
        connection.execute("ALTER TABLE audit_entry DISABLE TRIGGER append_only")
        yield connection


def three(log: AuditLog) -> None:
    log.add(*(Deed("approved", store="S01", subject=f"wave {n}", why="looks right", details={"n": n, "zh": "批准"}) for n in (1, 2, 3)))


def test_an_untouched_log_verifies_and_says_who_and_when(log: AuditLog) -> None:
    three(log)
    found = list(log.entries())
    assert [(entry["number"], entry["subject"], entry["details"]) for entry in found][1] == (2, "wave 2", '{"n":2,"zh":"批准"}')
    assert found[0]["previous"] == GENESIS
    assert all(entry["who"] and entry["db_user"] and str(entry["at"]).endswith("Z") for entry in found)
    chain = log.verify()
    assert (chain.entries, chain.head, chain.problem) == (3, found[2]["sha256"], "")
    assert [entry["number"] for entry in log.entries({"store": "S01"}, last=2)] == [2, 3]


def test_two_processes_that_write_at_once_make_one_chain(log: AuditLog) -> None:
    base, prefix = log.databases.base_url, log.databases.prefix
    writers = [subprocess.Popen([sys.executable, "-c", ADDS, base, prefix, store]) for store in ("A", "B")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    chain = log.verify()
    assert (chain.entries, chain.problem) == (100, "")
    stores = [entry["store"] for entry in log.entries()]
    assert stores.count("A") == stores.count("B") == 50


def test_the_database_refuses_to_change_what_was_written(log: AuditLog) -> None:
    for table in ("audit_entry", "approval"):
        for statement in ("UPDATE {} SET who = 'x'", "DELETE FROM {}", "TRUNCATE {}"):
            with log.databases.connect(CONTROL) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                connection.execute(statement.format(table).encode())


def test_what_a_writer_claims_of_number_time_and_hash_does_not_count(log: AuditLog) -> None:
    three(log)
    forged = (
        "INSERT INTO audit_entry SELECT 99, '2020-01-01', who, 'nobody', action, store, dataset, run_id, subject, why, details, 'x', 'y'"
    )
    with log.databases.connect(CONTROL, autocommit=True) as connection:
        connection.execute(f"{forged} FROM audit_entry WHERE number = 1".encode())
    assert (log.verify().entries, log.verify().problem) == (4, "")


TAMPERED = {
    "UPDATE audit_entry SET why = 'looks wrong' WHERE number = 2": "entry 2 was changed",
    "UPDATE audit_entry SET at = at + interval '1 us' WHERE number = 3": "entry 3 was changed",
    "UPDATE audit_entry SET who = who || 'x' WHERE number = 1": "entry 1 was changed",
    "DELETE FROM audit_entry WHERE number = 2": "entry 2 was removed",
    "DELETE FROM audit_entry WHERE number = 1": "entry 1 was removed",
    "UPDATE audit_entry SET number = 4 WHERE number = 3; ALTER TABLE audit_entry DISABLE TRIGGER chain; INSERT INTO audit_entry "
    "SELECT 3, at, who, db_user, action, store, dataset, run_id, subject, why, details, 'f', sha256 FROM audit_entry WHERE number = 2; "
    "ALTER TABLE audit_entry ENABLE TRIGGER chain": "entry 3 was changed",
}


def test_the_first_entry_that_was_tampered_with_is_named(log: AuditLog, owner: psycopg.Connection[tuple[object, ...]]) -> None:
    for done, named in TAMPERED.items():
        owner.execute("TRUNCATE audit_entry")
        three(log)
        owner.execute(done.encode())
        assert log.verify().problem == named


def test_a_cut_end_and_a_rewritten_log_are_found_by_what_was_kept_elsewhere(
    log: AuditLog, owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    """Whoever owns the database can write a whole new chain: only a hash outside of it tells."""
    three(log)
    kept = {3: log.verify().head}
    assert log.verify(kept).problem == ""
    owner.execute("DELETE FROM audit_entry WHERE number = 3")
    assert log.verify().problem == ""
    assert "its end was cut off" in log.verify(kept).problem
    log.add(Deed("approved", subject="something else"))
    assert log.verify().problem == ""
    assert "was written anew" in log.verify(kept).problem


def test_the_least_privileged_role_may_only_read_and_add(log: AuditLog) -> None:
    three(log)
    with log.databases.connect(CONTROL, autocommit=True) as connection:
        connection.execute("SET ROLE store2erp_app")
        connection.execute(
            "INSERT INTO audit_entry (who, action, store, dataset, run_id, subject, why, details) "
            "VALUES ('a', 'approved', '', '', '', '', '', '{}')"
        )
        assert connection.execute("SELECT count(*) FROM audit_entry").fetchone() == (4,)
        connection.execute("DELETE FROM measurement")
        for forbidden in ("UPDATE audit_entry SET who = 'x'", "DELETE FROM approval", "ALTER TABLE audit_entry DISABLE TRIGGER USER"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"permission denied|must be owner"):
                connection.execute(forbidden.encode())
        connection.execute("RESET ROLE")
    assert log.verify().problem == ""


def test_a_deed_nobody_has_a_word_for_is_not_written() -> None:
    with pytest.raises(KeyError):
        Deed("something")
