"""A suggestion is a mapping file that says behind every line how sure it is, and reads back as what was suggested."""

from migration_pipeline.project.mapping_files import MappingFile
from migration_pipeline.project.source import TableSpec
from migration_pipeline.project.yaml_lines import parse_yaml
from migration_pipeline.raw.profiling.suggest_mapping import ColumnSuggestion, MappingSuggestion, TableSuggestion
from migration_pipeline.raw.profiling.suggest_mapping_yaml import mapping_yaml

COLUMNS = [
    ColumnSuggestion("product_code", "货号", 100, "mapped by the project", state="kept"),
    ColumnSuggestion("name", ("品名", "#x: y"), 95, "a usual name of it", ("别名",)),
    ColumnSuggestion("sell_price", "no", 25, "mapped by the project; impossible", state="doubtful"),
]


def written(**about: object) -> str:
    table = TableSuggestion("products", ("goods",), COLUMNS, {"updated_at": "%d/%m/%Y"}, {"产地": "text, 3 different", "a: #b": "code"})
    for name, value in about.items():
        setattr(table, name, value)
    words: dict[str, dict[str, str | None]] = {"unit": {"瓶": "BOTTLE", "坨": None}, "item_kind": {"怪": None}}
    return mapping_yaml(MappingSuggestion("till", "products", [table], words))


def test_the_file_reads_back_as_what_was_suggested() -> None:
    read = MappingFile.model_validate(parse_yaml(written()))
    table = read.tables["products"]
    assert table.columns == {"product_code": "货号", "name": ("品名", "#x: y"), "sell_price": "no"}
    assert (table.archive, table.waived) == (("产地", "a: #b"), {})
    assert table.dates == {"updated_at": "%d/%m/%Y"}
    assert read.value_maps == {"unit": {"瓶": "BOTTLE"}}


def test_every_line_says_how_sure_it_is_and_why() -> None:
    text = written()
    assert 'name: [品名, "#x: y"]  # 95 %: a usual name of it; or 别名' in text
    assert "# CHECK 25 %: mapped by the project; impossible" in text
    assert "#   产地: why nobody needs it" in text
    assert "# 坨: ?" in text


def test_what_is_archived_and_dated_already_stays() -> None:
    known = TableSpec(inputs=("goods",), archive=("旧",), dates={"updated_at": "%Y", "x_seen": "%d"})
    read = MappingFile.model_validate(parse_yaml(written(known=known)))
    assert read.tables["products"].archive == ("旧", "产地", "a: #b")
    assert read.tables["products"].dates == {"updated_at": "%d/%m/%Y", "x_seen": "%d"}


def test_a_table_that_lacks_a_column_says_so() -> None:
    assert "# missing 缺少: name:" in written(missing=("name",))
