"""`store2erp cleaning-report` on the demo: totals tie, the change log proves itself, all three forms show no person."""

import json
import re
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.policy_effects import policy_effects
from migration_pipeline.contracts.stage_output import EVERY_ROW
from migration_pipeline.orchestration.cleaning_report import FORMS, figures_of, write_cleaning_reports
from migration_pipeline.reconciled.cleaning_report import arranged
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import read_stage
from migration_pipeline_tests.integration.conftest import Command, Demo
from migration_pipeline_tests.integration.test_change_log import CELL_RULE

STORE = "S01"
LEAST_PEOPLE = 30


def people(demo: Demo) -> set[str]:
    """Personal values of the demo's members and suppliers, as they stand in the change log and in the cleaned tables."""
    found: set[str] = set()
    for dataset in ("members", "suppliers"):
        output = read_stage(demo.workspace.home.lake, "cleaned", dataset, STORE)
        for field in DATASETS[dataset].table(dataset).fields:
            if field.personal:
                log = output.changes[output.changes["column"] == field.name]
                for values in (output.tables[dataset][field.name], log["old"], log["new"]):
                    found |= set(values.dropna().astype("str"))
    return {value.strip() for value in found if len(value.strip()) > 2 and value.strip() != "预开卡"}


@pytest.mark.parametrize("dataset", list(DATASETS))
def test_totals_tie_and_the_log_adds_up_to_the_findings(demo: Demo, dataset: str) -> None:
    figures = figures_of(demo.workspace, STORE, dataset)
    report = arranged(figures)
    assert report.ties
    assert sum(line.waiting for line in report.totals) == 0
    assert sum(line.source_rows for line in report.totals) > 0
    findings = figures.cleaned.findings
    own = findings[findings["rule"].str.match(CELL_RULE)]
    logged = figures.cleaned.changes.groupby(["table", "rule"])["cells"].sum()
    assert {(row["table"], row["rule"]): row["hits"] for row in own.to_dict("records")}.items() <= logged.to_dict().items()


def test_the_main_report_links_to_every_cleaning_report_and_each_links_back(demo: Demo) -> None:
    report = demo.workspace.report
    links = set(re.findall(r'href="(cleaning/[^"]+)"', report.read_text(encoding="utf-8")))
    assert len(links) == sum(len(demo.workspace.datasets(store)) for store in demo.workspace.stores)
    for link in links:
        page = (report.parent / link).read_text(encoding="utf-8")
        back = re.search(r'href="([^"]+)">←', page)
        assert back
        assert (report.parent / link).parent.joinpath(back[1]).resolve() == report.resolve()


@pytest.mark.parametrize("dataset", list(DATASETS))
def test_rules_that_end_rows_count_what_the_ledger_counts(demo: Demo, dataset: str) -> None:
    """Rows of a built-in rule and its reason's rows in the ledger are counted apart: by the policy, and when the row ends."""
    output = read_stage(demo.workspace.home.lake, "cleaned", dataset, STORE)
    ended = output.outcomes[output.outcomes["stage"] == "cleaned"].groupby(["table", "reason"]).size().to_dict()
    for effect in (effect for effect in policy_effects(output.facts) if effect.ends):
        assert 0 < effect.rows <= ended[effect.table, effect.reason]


@pytest.mark.parametrize("dataset", list(DATASETS))
def test_every_old_value_is_the_source_text_of_its_row_and_column(demo: Demo, dataset: str) -> None:
    raw = read_stage(demo.workspace.home.lake, "raw", dataset, STORE)
    log = read_stage(demo.workspace.home.lake, "cleaned", dataset, STORE).changes
    log = log[(log["row_id"] != EVERY_ROW) & (log["source_column"] != "")]
    for (table, column), part in log.groupby(["table", "source_column"]):
        held = raw.tables[table].set_index("_row_id")[column].reindex(part["row_id"])
        assert held.fillna("").tolist() == part["old"].fillna("").tolist(), (table, column)


@pytest.mark.parametrize("form", list(FORMS))
def test_no_form_shows_a_person(demo: Demo, form: str, tmp_path: Path) -> None:
    persons = people(demo)
    assert len(persons) > LEAST_PEOPLE
    for dataset in ("members", "suppliers"):
        out = tmp_path / f"{dataset}.{form}"
        write_cleaning_reports(demo.workspace, [STORE], [dataset], form, out)
        content = out.read_bytes()
        text = "\n".join(_cells(content)) if form == "xlsx" else content.decode()
        assert ("•••" in text) == (dataset == "members"), "nothing personal of the demo's suppliers is changed"
        assert [value for value in persons if value in text] == []
        assert out.stat().st_mode & 0o077 == 0


def _cells(content: bytes) -> list[str]:
    book = load_workbook(BytesIO(content), read_only=True)
    return [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]


def test_the_command_prints_figures_and_paths(demo: Demo, store2erp: Command, tmp_path: Path) -> None:
    out = tmp_path / "members.json"
    asked = ("cleaning-report", "-p", demo.workspace.loaded.folder, "--store", STORE, "--dataset", "members")
    ended = store2erp(*asked, "--format", "json", "--out", out, "--json")
    assert ended.code == 0, ended.text
    (line,) = ended.json["reports"]
    assert (line["path"], line["ties"], line["source_rows"]) == (str(out), True, line["accounted"])
    written = json.loads(out.read_text(encoding="utf-8"))
    assert (written["changed_cells"], len(written["rules"])) == (line["changed_cells"], line["rules"])
    assert str(out) in store2erp(*asked, "--out", out).text


@pytest.mark.parametrize(
    ("stores", "datasets", "form", "what"),
    [
        (None, None, "html", "do not go into one file"),
        (["S01"], ["members"], "pdf", "there is no form"),
        (["S01"], ["wares"], "html", "there is no dataset"),
        (["S99"], None, "html", "there is no store"),
    ],
)
def test_what_cannot_be_written_is_said(
    demo: Demo, stores: list[str] | None, datasets: list[str] | None, form: str, what: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInputError, match=what):
        write_cleaning_reports(demo.workspace, stores, datasets, form, tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_rows_not_loaded_yet_are_counted_as_waiting(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    """After rules changed and before the next load, the old load's outcomes say nothing about this cleaning."""
    from migration_pipeline.orchestration import cleaning_report as module

    monkeypatch.setattr(module, "_same_rows", lambda one, other: False)
    report = arranged(figures_of(demo.workspace, STORE, "products"))
    (total,) = report.totals
    assert report.ties
    assert total.loaded == 0 < total.waiting
    assert isinstance(report.changes, pd.DataFrame)
