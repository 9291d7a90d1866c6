"""Members' and suppliers' data stay where they belong: in no event of Dagster, no report, no log, no message, nothing the command wrote."""

import json
import zipfile
from pathlib import Path

import dagster as dg
import pytest

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.orchestration.evidence import export
from migration_pipeline.reconciled.evidence.keys import make_key
from migration_pipeline.runtime.databases import CONTROL, DAGSTER
from migration_pipeline.runtime.lake import read_stage
from migration_pipeline_tests.integration.conftest import Command, Demo
from migration_pipeline_tests.integration.small_project import write_project

LEAST_PEOPLE = 100
NOBODY = "预开卡"
"""What a store system writes instead of a name on cards it has not sold; the words for it stand in a reason's description."""


@pytest.fixture(scope="module")
def planted(demo: Demo) -> frozenset[str]:
    """Phones, birthdays, addresses, mail and names of everybody in the demo, as cleaned; names of two letters are in ordinary words."""
    found: set[str] = set()
    for store in demo.truth["stores"]:
        for dataset in ("members", "suppliers"):
            frame = read_stage(demo.workspace.home.lake, "cleaned", dataset, store).tables[dataset]
            for field in DATASETS[dataset].table(dataset).fields:
                if field.personal and field.type != "date":
                    found |= set(frame[field.name].dropna())
    return frozenset(value for value in found if len(value) > 2 and value != NOBODY)


def leaks(text: str, planted: frozenset[str]) -> list[str]:
    """Planted values in a text, escaped as JSON would or not."""
    both = text + (text.encode().decode("unicode_escape", errors="ignore") if "\\u" in text else "")
    return sorted(value for value in planted if value in both)


def test_there_are_people_to_find(planted: frozenset[str]) -> None:
    """Otherwise the tests below would show nothing."""
    phones = {value for value in planted if value.isdigit() and len(value) == 11}
    assert len(phones) > LEAST_PEOPLE
    assert len(planted - phones) > LEAST_PEOPLE
    one = min(planted - phones)
    assert leaks(f"{one} and", planted) == [one]
    assert leaks(one.encode("unicode_escape").decode(), planted) == [one]


def test_no_event_of_dagster_shows_a_person(demo: Demo, planted: frozenset[str]) -> None:
    """Metadata, samples, check results and failures, as the database holds them: whole rows of every table of Dagster."""
    with demo.workspace.databases.connect(DAGSTER) as connection:
        tables = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()]
        assert {"event_logs", "runs", "asset_keys"} <= set(tables)
        found: dict[str, list[str]] = {}
        for name in tables:
            text = "\n".join(row for (row,) in connection.execute(f'SELECT t::text FROM "{name}" AS t').fetchall())  # noqa: S608
            found[name] = leaks(text, planted)
    assert {name: values[:5] for name, values in found.items() if values} == {}


def test_no_figure_of_the_check_history_shows_a_person(demo: Demo, planted: frozenset[str]) -> None:
    with demo.workspace.databases.connect(CONTROL) as connection:
        rows = [row for (row,) in connection.execute("SELECT t::text FROM check_history AS t").fetchall()]
    assert len(rows) > LEAST_PEOPLE
    assert leaks("\n".join(rows), planted) == []


def test_samples_are_in_the_events_but_masked(demo_instance: dg.DagsterInstance) -> None:
    """The sample tables are there: their absence would make the test above pass for nothing."""
    event = demo_instance.get_latest_materialization_event(dg.AssetKey("cleaned_members"))
    assert event is not None
    assert event.asset_materialization is not None
    sample = str(event.asset_materialization.metadata["sample members"].value)
    assert "•••" in sample
    assert "member_code" in sample


def test_no_file_of_reports_and_logs_shows_a_person(demo: Demo, planted: frozenset[str]) -> None:
    home = demo.workspace.home
    files = [path for folder in (home.reports, home.logs, home.dagster) for path in folder.rglob("*") if path.is_file()]
    assert home.reports / "index.html" in files
    assert home.logs / "store2erp.log" in files
    assert {str(path): leaks(path.read_text(encoding="utf-8", errors="replace"), planted) for path in files} == {str(p): [] for p in files}


def test_the_command_wrote_no_person(demo: Demo, planted: frozenset[str], store2erp: Command) -> None:
    """Neither while migrating nor when asked where things stand."""
    asked = [store2erp(name, "-p", demo.folder, *form).text for name in ("status", "quarantine") for form in ((), ("--json",))]
    asked.append(store2erp("quarantine", "-p", demo.folder, "--rows").text)
    assert leaks(demo.written + "".join(asked), planted) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("80.00\n", '"Person A\n'),
        ("80.00\n", "80.00\n\x00Person A,13800000001\n"),
        ("Person A", "Person A\udcff"),
        ("card,name", "card,card"),
    ],
)
def test_no_message_about_broken_members_quotes_one(old: str, new: str, tmp_path: Path, store2erp: Command) -> None:
    """Unclosed quotes, NUL bytes, wrong encodings and wrong headers are named by file and line, never by what stands there."""
    project = write_project(tmp_path / "shop")
    members = project.file("A", "members")
    text = members.read_text(encoding="utf-8")
    assert old in text
    members.write_bytes(text.replace(old, new, 1).encode("utf-8", errors="surrogateescape"))
    ended = store2erp("run", "-p", project.folder, "--dataset", "members")
    logged = "".join(path.read_text(encoding="utf-8") for path in (project.folder / ".store2erp" / "logs").iterdir())
    assert ended.code == 2, ended.text
    assert "members.csv" in ended.text
    assert leaks(ended.text + logged, frozenset({"Person A", "13800000001"})) == []


def test_no_file_of_an_evidence_pack_shows_a_person(demo: Demo, planted: frozenset[str], tmp_path: Path) -> None:
    """An auditor of another house reads it; members' card numbers are not in it either."""
    done = export(demo.workspace, tmp_path / "pack.zip", make_key(tmp_path / "k.key"))
    assert done.ledger_rows == demo.first["source_rows"]
    with zipfile.ZipFile(done.path) as pack:
        found = {name: leaks(pack.read(name).decode("utf-8", errors="replace"), planted)[:3] for name in pack.namelist()}
        members = [json.loads(line) for name in found if name.endswith("members.jsonl") for line in pack.read(name).splitlines()]
    assert {name: values for name, values in found.items() if values} == {}
    assert {one["target_key"][:1] for one in members} == {"", "~"}
