"""`store2erp profile` on the simulated chain and on data of others: what it says is true, and its suggestion can be run."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from migration_pipeline.cli.profile import profile
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.project.load import load_project
from migration_pipeline.raw.archive import Archive
from migration_pipeline.raw.claimed import unclaimed
from migration_pipeline.raw.extract import extract
from migration_pipeline.raw.gather import Places, datasets_of
from migration_pipeline.raw.profiling.profile import Profile, profile_folder
from migration_pipeline.raw.profiling.suggest import suggestion
from migration_pipeline.raw.profiling.suggest_yaml import project_yaml
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.simulation.chain import simulate

OTHERS = Path(__file__).resolve().parents[3] / "shared" / "data"
TRUE_ROLES = {
    "t_bd_supcust_info": "suppliers.suppliers",
    "t_bd_item_info": "products.products",
    "t_bd_item_cls": "lookup of products.products",
    "t_rm_vip_info": "members.members",
    "t_im_branch_stock": "inventory.stock",
    "t_rm_saleflow": "sales.lines",
    "t_rm_payflow": "sales.payments",
    "供应商.csv": "suppliers.suppliers",
    "商品.csv": "products.products",
    "会员.csv": "members.members",
    "库存.csv": "inventory.stock",
    "小票.csv": "sales.tickets",
    "小票明细.csv": "sales.lines",
    "付款.csv": "sales.payments",
    "商品.xlsx 商品": "products.products",
    "商品.xlsx 供应商": "suppliers.suppliers",
    "商品.xlsx 会员": "members.members",
    "销售.xlsx 小票": "sales.tickets",
    "销售.xlsx 明细": "sales.lines",
    "销售.xlsx 付款": "sales.payments",
    "suppliers.csv": "suppliers.suppliers",
    "items.csv": "products.products",
    "customers.csv": "members.members",
    "stock.csv": "inventory.stock",
    "Transaction": "sales.tickets",
    "Transaction/RetailTransaction/LineItem": "sales.lines",
    "Transaction/RetailTransaction/Tender": "sales.payments",
}
"""The end of a table's place -> what the simulation made it as."""


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("profile") / "chain"
    simulate(folder)
    return folder


@pytest.fixture(scope="module")
def found(chain: Path) -> Profile:
    return profile_folder(chain / "data")


def command(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(profile)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def extracted(data: Path, project: str, folder: Path) -> dict[str, int]:
    """Rows per store, dataset and table that the suggested project reads."""
    folder.mkdir(exist_ok=True)
    (folder / "migration.yaml").write_text(project, encoding="utf-8")
    loaded = load_project(folder, data)
    assert unclaimed(loaded.project, loaded.project.stores, loaded.data) == []
    places = Places(loaded.data, Archive(folder / "archive"), folder / "cache", folder / "live")
    rows = {}
    for store in loaded.project.stores:
        source = loaded.project.sources[store.source]
        for dataset in datasets_of(store, source):
            tables = extract(DATASETS[dataset], store, source, places).tables
            rows |= {f"{store.id} {dataset}.{name}": len(frame) for name, frame in tables.items()}
    return rows


def test_every_table_of_the_chain_is_what_it_was_made_as(found: Profile) -> None:
    roles = {table.place.partition("/")[2]: table.role for table in found.tables}
    wrong = {
        place: role for place, role in roles.items() if role != TRUE_ROLES[max((end for end in TRUE_ROLES if place.endswith(end)), key=len)]
    }
    assert wrong == {}
    assert found.unclassified == ()


def test_the_suggestion_reads_every_row_of_the_chain(chain: Path, found: Profile, tmp_path: Path) -> None:
    rows = extracted(chain / "data", project_yaml(suggestion(found)), tmp_path / "suggested")
    counted = {(table.found.unit, table.role): table.rows for table in found.tables if not table.role.startswith("lookup")}
    for (store, role), expected in counted.items():
        assert rows[f"{store} {role}"] == expected, (store, role)


def test_one_store_of_strange_files_is_read_without_any_preset(chain: Path, tmp_path: Path) -> None:
    """The CSV store under other file names and headers: the dictionary and the contents must do."""
    data = tmp_path / "data"
    data.mkdir()
    for path in (chain / "data" / "S04").iterdir():
        text = path.read_text(encoding="gb18030").replace("商品编码", "货号").replace("小票号", "流水号")
        (data / f"导出_{path.name}").write_text(text, encoding="gb18030")
    found = profile_folder(data)
    assert found.systems == {}
    rows = extracted(data, project_yaml(suggestion(found)), tmp_path / "project")
    assert rows == {f"S01 {table.guess.name}": table.rows for table in found.tables}
    assert len(rows) == 7


def test_the_planted_defects_of_the_chain_are_seen(found: Profile) -> None:
    store = [table for table in found.tables if table.found.unit == "S04"]
    codes = next(column for table in store if table.role == "products.products" for column in table.columns if column.name == "商品编码")
    assert codes.counts["scientific"] == 1
    assert codes.counts["wrapped"] > 0
    orphans = {(r.child_column, r.orphans > 0) for r in found.relations if r.child == "S04/小票明细.csv"}
    assert orphans == {("小票号", True), ("商品编码", True)}


def test_the_command_shows_a_table_writes_a_page_and_leaves_the_data_alone(chain: Path, tmp_path: Path) -> None:
    data = chain / "data" / "S04"
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*")}
    shown = command(data, "--html", tmp_path / "page.html")
    assert shown.exit_code == 0, shown.exception
    assert "会员.csv" in shown.output
    assert "preset: csv_zh" in shown.output
    assert "<!DOCTYPE html>" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*")} == before


def test_json_has_the_same_figures(chain: Path, tmp_path: Path) -> None:
    told = json.loads(command("--data", chain / "data" / "S04", "--json", "--sample", "20", "--html", tmp_path / "page.html").stdout)
    members = next(table for table in told["tables"] if table["likely"]["role"] == "members.members")
    assert members["rows"] == 82
    assert len(members["sample"]["rows"]) == 20
    assert told["sampling"]["size_for_error_rate"]["0.01"] == 299


def test_a_project_is_profiled_through_its_own_inputs(chain: Path, tmp_path: Path) -> None:
    told = json.loads(command("-p", chain, "--store", "S06", "--json", "--html", tmp_path / "page.html").stdout)
    roles = {table["table"]: table["likely"]["role"] for table in told["tables"]}
    assert roles["S06/商品.xlsx 商品"] == "products.products, inventory.stock"
    assert told["suggestion"] is None
    assert told["unclassified"] == []


def test_the_page_never_goes_among_the_data(chain: Path) -> None:
    shown = command(chain / "data", "--html", chain / "data" / "S04" / "page.html")
    assert isinstance(shown.exception, BadInputError)
    assert not (chain / "data" / "S04" / "page.html").exists()


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("northwind", {"suppliers.suppliers", "products.products", "members.members", "sales.tickets", "sales.lines"}),
        ("completejourney_sample", {"products.coupons", "sales.lines"}),
        ("ref_cn_admin_divisions", set[str]()),
    ],
)
def test_data_of_others_is_read_as_suggested(name: str, roles: set[str], tmp_path: Path) -> None:
    data = OTHERS / name
    if not data.is_dir():
        pytest.skip(f"the data set {name} is not here")
    found = profile_folder(data)
    made = suggestion(found)
    suggested = {
        f"{dataset}.{table}" for source in made.sources.values() for dataset, tables in source.datasets.items() for table in tables
    }
    assert suggested == roles
    if roles:
        rows = extracted(data, project_yaml(made), tmp_path / "project")
        assert sum(rows.values()) > 0
