"""The order in which stores run decides neither ERP codes nor golden records, wherever the scheme does not say that the first is first."""

from collections.abc import Callable, Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.contracts.codes import CODE_COLUMNS
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.mapped.map import map_to_erp
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.load import load_project
from migration_pipeline.raw.extract import extract
from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.small_project import SHARED_BARCODE, SmallProject, write_project

STORES = ("A", "B", "C")
HASHES = "codes:\n" + "".join(f'  {dataset}: {{patterns: ["{{hash:12}}"], length: 16, characters: upper}}\n' for dataset in CODE_COLUMNS)
NUMBERS = "codes:\n" + "".join(f'  {dataset}: {{patterns: ["{{number:06d}}"], characters: digits}}\n' for dataset in CODE_COLUMNS)
Cleaned = dict[tuple[str, str], StageOutput]
Codes = dict[tuple[str, str, str], str]


@pytest.fixture
def opened(tmp_path: Path, databases: Databases) -> Callable[[str], tuple[Workspace, Cleaned]]:
    """Three stores that share a product and a member, each with a word of its own for both, and everything cleaned once."""
    upgrade(databases)
    project = write_project(tmp_path / "chain", STORES)
    for store in STORES:
        _share(project, store)

    def with_codes(codes: str) -> tuple[Workspace, Cleaned]:
        path = project.folder / "migration.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("currency: CNY\n", f"currency: CNY\n{codes}"), encoding="utf-8")
        workspace = Workspace(load_project(project.folder), Home(tmp_path / "home"), databases)
        return workspace, {(store, name): _cleaned(workspace, store, name) for store in STORES for name in DATASETS}

    return with_codes


def _share(project: SmallProject, store: str) -> None:
    products, members = project.file(store, "products"), project.file(store, "members")
    products.write_text(products.read_text(encoding="utf-8").replace("Shared tea", f"Tea as {store} says"), encoding="utf-8")
    with members.open("a", encoding="utf-8") as out:
        out.write(f"{store}-X,Same Person,13900001111,1.00,0.00\n")


def _cleaned(workspace: Workspace, store: str, dataset: str) -> StageOutput:
    raw = extract(DATASETS[dataset], workspace.store(store), workspace.source(store), workspace.places)
    return clean(dataset, raw, workspace.source(store))


def in_order(workspace: Workspace, cleaned: Cleaned, order: tuple[str, ...]) -> tuple[Codes, Mapping[str, Any], Mapping[str, list[str]]]:
    """All codes, golden records, and what every store's own tables refer to, after the stores ran in this order in an empty crosswalk."""
    with workspace.databases.connect(CONTROL) as connection:
        connection.execute("TRUNCATE crosswalk, identity")
    referred: dict[str, list[str]] = {}
    for store in order:
        context = workspace.mapping_context(store, f"run {store}")
        tables = {name: map_to_erp(name, cleaned[store, name], context).tables for name in DATASETS}
        named = [tables["sales"]["ticket_line"]["item_code"], tables["inventory"]["opening_stock"]["item_code"]]
        referred[store] = [*(code for codes in named for code in codes), *tables["sales"]["ticket"]["member_code"].dropna()]
    crosswalk = CrosswalkRepository(workspace.databases)
    codes: Codes = {}
    golden: dict[str, Any] = {}
    for dataset in CODE_COLUMNS:
        rows = crosswalk.rows(dataset)
        assert rows.groupby("erp_key")["is_owner"].sum().eq(1).all(), "one owner each"
        codes |= {(dataset, row.store, row.source_key): row.erp_key for row in rows.itertuples()}
        golden[dataset] = crosswalk.golden(dataset, rows["erp_key"].unique()).fillna("").to_dict("records")
    return codes, golden, referred


def together(codes: Codes) -> set[frozenset[tuple[str, str, str]]]:
    """Which source records are one ERP record, whatever its code."""
    groups: dict[tuple[str, str], set[tuple[str, str, str]]] = {}
    for record, code in codes.items():
        groups.setdefault((record[0], code), set()).add(record)
    return {frozenset(group) for group in groups.values()}


def test_in_every_order_the_houses_own_scheme_gives_the_same_codes_and_golden_records(
    opened: Callable[[str], tuple[Workspace, Cleaned]],
) -> None:
    workspace, cleaned = opened("")
    first_codes, first_golden, first_referred = in_order(workspace, cleaned, STORES)
    assert {first_codes["products", store, f"{store}-1"] for store in STORES} == {f"P{SHARED_BARCODE}"}
    assert first_codes["products", "B", "B-2"] == "PB-B-2"
    person = {("members", store, f"{store}-X") for store in STORES}
    for order in permutations(STORES):
        codes, golden, referred = in_order(workspace, cleaned, order)
        assert together(codes) == together(first_codes)
        assert {codes[record] for record in person} == {f"M{order[0]}-{order[0]}-X"}, "who is in several stores is named by the first"
        assert {k: v for k, v in codes.items() if k not in person} == {k: v for k, v in first_codes.items() if k not in person}
        assert golden["products"] == first_golden["products"]
        assert golden["suppliers"] == first_golden["suppliers"]
        assert without_code(golden["members"]) == without_code(first_golden["members"])
        assert referred == first_referred
    names = {row["erp_key"]: row["name"] for row in first_golden["products"]}
    assert names[f"P{SHARED_BARCODE}"] == "Tea as A says", "equally new and complete: by store, not by arrival"


def without_code(rows: list[dict[str, str]]) -> list[tuple[tuple[str, str], ...]]:
    return sorted(tuple(sorted(item for item in row.items() if item[0] != "erp_key")) for row in rows)


def test_hashes_are_the_same_in_every_order_and_everything_refers_to_them(opened: Callable[[str], tuple[Workspace, Cleaned]]) -> None:
    workspace, cleaned = opened(HASHES)
    first_codes, first_golden, first_referred = in_order(workspace, cleaned, STORES)
    assert all(len(code) == 12 and code.isalnum() and code.isupper() for code in first_codes.values())
    assert len({first_codes["products", store, f"{store}-1"] for store in STORES}) == 1
    assert {*first_referred["A"]} == {first_codes["products", "A", f"A-{n}"] for n in (1, 2, 3)} | {first_codes["members", "A", "A-M"]}
    for order in list(permutations(STORES))[1:]:
        codes, golden, referred = in_order(workspace, cleaned, order)
        shared = {key for key in codes if key[0] == "members" and key[2].endswith("-X")}
        assert {k: v for k, v in codes.items() if k not in shared} == {k: v for k, v in first_codes.items() if k not in shared}
        assert (golden["products"], golden["suppliers"], referred) == (first_golden["products"], first_golden["suppliers"], first_referred)


def test_numbers_go_by_who_comes_first_but_the_same_records_stay_together(opened: Callable[[str], tuple[Workspace, Cleaned]]) -> None:
    workspace, cleaned = opened(NUMBERS)
    first_codes, first_golden, _ = in_order(workspace, cleaned, STORES)
    assert sorted({code for (dataset, *_), code in first_codes.items() if dataset == "products"}) == [f"{n:06d}" for n in range(1, 8)]
    codes, golden, _ = in_order(workspace, cleaned, STORES[::-1])
    assert codes != first_codes
    assert together(codes) == together(first_codes)
    assert all(without_code(golden[name]) for name in ("products", "members"))
    assert without_code(golden["members"]) == without_code(first_golden["members"])
