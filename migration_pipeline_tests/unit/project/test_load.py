"""A project that cannot be meant gives one error with file and line, what is wrong there and what to do."""

from pathlib import Path

import pytest

from migration_pipeline.project.load import deep_merge, load_project, preset_names
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.unit.project.project_text import GOOD, changed, load, write


def error_of(folder: Path, text: str) -> BadInputError:
    with pytest.raises(BadInputError) as caught:
        load(folder, text)
    assert caught.value.fix
    return caught.value


def line_with(text: str, part: str) -> int:
    """The 1-based line of a text in which a part first stands."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_good_project_is_loaded_with_its_folders(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    assert [store.id for store in loaded.project.stores] == ["S1", "S2"]
    assert loaded.data == tmp_path / "data"
    assert load_project(tmp_path / "migration.yaml").project == loaded.project


def test_data_can_be_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    assert load_project(write(tmp_path / "p"), tmp_path / "elsewhere").data == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("suppliers: {format: csv, file: suppliers.csv}", "suppliers: {format: csv, fiel: suppliers.csv}", "fiel"),
        ("format: csv, file: sales.csv", "format: csw, file: sales.csv", "csv"),
        ("            name: name", "            nmae: name", "nmae"),
        ("        lines:\n", "        line:\n", "lines"),
        ("    value_maps:\n", "    policies: {negative_stok: keep}\n    value_maps:\n", "negative_stok"),
        ("    source: till\n", "    policies: {orphan_line: fix}\n    source: till\n", "exclude, reject, block"),
        ("      sales:\n        lines", "      sail:\n        lines", "products"),
        ("{id: S1, source: till}", "{id: S1, source: tilll}", "tilll"),
        ("{id: S1, source: till}", "{id: S 1, source: till}", "pattern"),
        ("- id: S2", "- id: S1", "S1"),
        ("datasets: [suppliers]", "datasets: [supplier]", "supplier"),
        ("inputs: [suppliers]", "inputs: [supliers]", "supliers"),
        ("瓶: BOTTLE", "瓶: BOTLE", "BOTLE"),
        ("      unit:\n", "      units:\n", "units"),
        ("ticket_no: t, product_code: p, quantity: q, amount: a, sold_at: at", "ticket_no: t", "sold_at"),
        ("version: 1", "version: 2", "1"),
        ("name: tea-shops", "name: Tea Shops", "pattern"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, what: str) -> None:
    text = changed(old, new)
    error = error_of(tmp_path, text)
    assert error.where == f"{tmp_path / 'migration.yaml'}:{line_with(text, new.strip().splitlines()[0])}"
    assert what in error.what + error.fix


def test_an_unknown_key_comes_with_the_nearest_known_one(tmp_path: Path) -> None:
    error = error_of(tmp_path, changed("format: csv, file: sales.csv", "fromat: csv, file: sales.csv"))
    assert "format" in error.fix or "missing" in error.what.lower()
    error = error_of(tmp_path, changed("sales: {format: csv, file: sales.csv}", "sales: {format: csv, file: sales.csv, delimeter: ';'}"))
    assert error.what == "there is no key 'delimeter' here"
    assert error.fix == "did you mean 'delimiter'?"


def test_an_unknown_key_that_is_like_no_other_comes_with_the_list(tmp_path: Path) -> None:
    assert "stores_from" in error_of(tmp_path, GOOD + "zzz: 1\n").fix


def test_a_value_map_of_thousands_of_words_is_told_where_such_codes_belong(tmp_path: Path) -> None:
    words = "\n".join(f"        w{n}: BOTTLE" for n in range(5_001))
    error = error_of(tmp_path, changed("        瓶: BOTTLE", words))
    assert "value_maps.unit: more than 5,000 entries" in str(error)
    assert "under lookups:" in error.fix


def test_a_rule_has_exactly_one_action(tmp_path: Path) -> None:
    rule = "          inputs: [sales]\n          rules: [{id: r, when: {}, flag: zero_price, clear: [amount]}]"
    error = error_of(tmp_path, changed("          inputs: [sales]", rule))
    assert "exactly one" in error.what


def test_other_errors_are_counted(tmp_path: Path) -> None:
    assert "(and 1 more error" in error_of(tmp_path, GOOD + "zzz: 1\nyyy: 2\n").what


def test_a_lookup_of_an_input_that_is_not_there(tmp_path: Path) -> None:
    lookup = "          inputs: [sales]\n          lookups: {cls: {input: classes, on: {c: c}}}"
    assert "classes" in error_of(tmp_path, changed("          inputs: [sales]", lookup)).what


def test_fallbacks_exist_for_products_only(tmp_path: Path) -> None:
    fallbacks = "inputs: [suppliers]\n          fallbacks: {name: supplier_code}"
    assert "products" in error_of(tmp_path, changed("inputs: [suppliers]", fallbacks)).what


def test_stores_from_must_name_a_source_and_an_input(tmp_path: Path) -> None:
    assert "till2" in error_of(tmp_path, GOOD + "stores_from: {source: till2, input: sales}\n").what
    assert "nothing" in error_of(tmp_path, GOOD + "stores_from: {source: till, input: nothing}\n").what


def test_a_project_without_stores(tmp_path: Path) -> None:
    start, end = GOOD.index("stores:"), GOOD.index("sources:")
    assert "stores" in error_of(tmp_path, GOOD[:start] + GOOD[end:]).what


def test_a_missing_data_folder_names_the_line_of_data(tmp_path: Path) -> None:
    error = error_of(tmp_path, GOOD + "data: nowhere\n")
    assert error.where.endswith(f"migration.yaml:{len(GOOD.splitlines()) + 1}")
    with pytest.raises(BadInputError) as caught:
        load_project(write(tmp_path), tmp_path / "nowhere")
    assert caught.value.where == "--data"


def test_a_folder_without_a_project(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such file"):
        load_project(tmp_path)


def test_a_preset_that_does_not_exist_comes_with_the_list(tmp_path: Path) -> None:
    error = error_of(tmp_path, changed("  till:\n", "  till:\n    preset: sis\n"))
    assert error.where.endswith(f":{line_with(GOOD, '  till:') + 1}")
    assert "siss" in error.fix


@pytest.mark.parametrize("preset", preset_names())
def test_every_preset_is_a_valid_source_by_itself(tmp_path: Path, preset: str) -> None:
    text = f"version: 1\nname: x\ntitle: {{en: x, zh: x}}\nstores: [{{id: A, source: s}}]\nsources: {{s: {{preset: {preset}}}}}\n"
    assert load(tmp_path, text).project.sources["s"].datasets


def test_a_source_changes_its_preset_only_where_it_says_so(tmp_path: Path) -> None:
    head = "version: 1\nname: x\ntitle: {en: x, zh: x}\nstores: [{id: A, source: s}]\nsources:\n  s:\n    preset: siss\n"
    changes = "    inputs: {items: {file: other.db}}\n    value_maps: {unit: {提: PACK}}\n"
    source = load(tmp_path, head + changes).project.sources["s"]
    assert source.inputs["items"].file == "other.db"
    assert source.inputs["items"].table == "t_bd_item_info"
    assert source.value_maps["unit"]["提"] == "PACK"
    assert source.value_maps["unit"]["瓶"] == "BOTTLE"


def test_deep_merge_replaces_everything_but_mappings() -> None:
    base = {"a": {"x": 1, "y": [1]}, "b": 1}
    assert deep_merge(base, {"a": {"y": [2]}, "b": {"z": 1}}) == {"a": {"x": 1, "y": [2]}, "b": {"z": 1}}
    assert base == {"a": {"x": 1, "y": [1]}, "b": 1}
