"""Stores that run at once, in processes of their own: one thing gets one ERP key and one owner; a killed process leaves nothing half."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.runtime.databases import CONTROL, URL_VARIABLE, Databases
from migration_pipeline_tests.integration.assigning_process import OWN, SHARED, records

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, KILLS = 30, 3
Store = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def store(databases: Databases, server_url: str) -> Iterator[Store]:
    """Starts the process of one store; what still runs in the end is killed."""
    upgrade(databases)
    started: list[subprocess.Popen[str]] = []

    def start(name: str) -> "subprocess.Popen[str]":
        script = ROOT / "migration_pipeline_tests" / "integration" / "assigning_process.py"
        command = [sys.executable, str(script), databases.prefix, name]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), URL_VARIABLE: server_url}
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        started.append(process)
        assert heard(process) == "ready"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def say(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def heard(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def demand_sound(databases: Databases) -> None:
    """Every ERP key has exactly one owner, every GTIN one key, no GTIN's records two keys."""
    with databases.connect(CONTROL) as connection:
        owners = "SELECT erp_key FROM crosswalk GROUP BY dataset, erp_key HAVING count(*) FILTER (WHERE is_owner) <> 1"
        assert connection.execute(owners).fetchall() == []
        apart = """SELECT 1 FROM crosswalk AS c JOIN identity AS i ON i.value = split_part(c.source_key, '/', 2)
                   WHERE i.dataset = c.dataset AND i.erp_key <> c.erp_key"""
        assert connection.execute(apart).fetchall() == []


def rows_by_round(databases: Databases) -> dict[tuple[str, str], int]:
    with databases.connect(CONTROL) as connection:
        found = connection.execute("SELECT store, first_run, count(*) FROM crosswalk GROUP BY 1, 2").fetchall()
    return {(name, round_): count for name, round_, count in found}


def test_two_processes_that_assign_the_same_things_again_and_again_agree(store: Store, databases: Databases) -> None:
    both = [store("S1"), store("S2")]
    for number in range(ROUNDS):
        for process in both:
            say(process, f"r{number}")
        first, second = (json.loads(heard(process)) for process in both)
        assert first[:SHARED] == second[:SHARED]
        assert not set(first[SHARED:]) & set(second)
    demand_sound(databases)
    with databases.connect(CONTROL) as connection:
        numbers = connection.execute("SELECT DISTINCT erp_key FROM crosswalk ORDER BY 1").fetchall()
    assert [key for (key,) in numbers] == [f"P{n:06d}" for n in range(1, ROUNDS * (SHARED + 2 * OWN) + 1)], (
        "no number is lost or given twice"
    )


def test_a_process_killed_before_its_commit_leaves_nothing_and_holds_up_nobody(store: Store, databases: Databases) -> None:
    process = store("S1")
    say(process, "hold r0")
    assert heard(process) == "held"
    process.kill()
    process.wait()
    other = CrosswalkRepository(databases).assign("products", "S2", "r0", records("S2", "r0"))
    assert other["is_owner"].all()
    assert other["erp_key"].iloc[0] == "P000001"
    assert rows_by_round(databases) == {("S2", "r0"): SHARED + OWN}


def test_killed_at_any_moment_a_round_is_whole_or_not_there_and_a_rerun_gives_the_same_keys(store: Store, databases: Databases) -> None:
    for kill in range(KILLS):
        process, rounds = store("S1"), [f"k{kill}-{n}" for n in range(200)]
        for round_ in rounds:
            say(process, round_)
        before = [json.loads(heard(process)) for _ in range(3)]
        time.sleep(0.07 * kill)
        process.kill()
        process.wait()
        assert set(rows_by_round(databases).values()) == {SHARED + OWN}
        again = CrosswalkRepository(databases)
        assert [again.assign("products", "S1", "x", records("S1", round_))["erp_key"].tolist() for round_ in rounds[:3]] == before
    demand_sound(databases)
