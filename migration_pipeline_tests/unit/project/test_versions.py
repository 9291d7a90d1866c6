"""A version changes with what is in force for a store's dataset, and with nothing else; it never tells a person's data."""

import json
from pathlib import Path

import pytest

from migration_pipeline.project.corrections import PlacedCorrection, load_corrections
from migration_pipeline.project.decisions import PairRow, pair_name, write_decisions
from migration_pipeline.project.versions import KeyChange, Versions, differing, versions_of
from migration_pipeline_tests.unit.project.project_text import GOOD, changed, load


def of(
    folder: Path, text: str = GOOD, store: int = 0, dataset: str = "suppliers", corrections: tuple[PlacedCorrection, ...] = ()
) -> Versions:
    """The versions of one store x dataset of a project."""
    loaded = load(folder, text)
    spec = loaded.project.stores[store]
    return versions_of(loaded, spec, spec.laid_over(loaded.project.sources[spec.source]), dataset, corrections)


def kinds(one: Versions, other: Versions) -> set[str]:
    """The kinds that differ."""
    return {kind for kind, sha256 in one.hashes.items() if other.hashes[kind] != sha256}


@pytest.mark.parametrize(
    ("dataset", "text", "expected"),
    [
        ("suppliers", changed("name: name", "name: title"), {"mapping"}),
        ("sales", changed("name: name", "name: title"), set()),
        ("suppliers", changed("version: 1", "# why\nversion: 1"), set()),
        ("suppliers", changed("title: {en: Tea shops, zh: 茶叶店}", "title: {en: Tea, zh: 茶}"), set()),
        ("suppliers", changed("    value_maps:\n", "    policies: {negative_stock: reject}\n    value_maps:\n"), set()),
        ("suppliers", changed("    value_maps:\n", "    policies: {bad_tax_id: block}\n    value_maps:\n"), {"rules"}),
        ("sales", changed("    value_maps:\n", "    policies: {line_sign: reject}\n    value_maps:\n"), {"rules"}),
        ("sales", changed("    value_maps:\n", "    sales_limits: {rounding: 0.50}\n    value_maps:\n"), {"rules"}),
        ("suppliers", changed("    value_maps:\n", "    sales_limits: {rounding: 0.50}\n    value_maps:\n"), set()),
        ("suppliers", changed("version: 1", "version: 1\ncurrency: USD"), {"mapping"}),
    ],
)
def test_a_change_reaches_the_datasets_it_speaks_of(dataset: str, text: str, expected: set[str], tmp_path: Path) -> None:
    """A policy of stock is nothing to suppliers; a comment is nothing to anybody."""
    assert kinds(of(tmp_path / "a", dataset=dataset), of(tmp_path / "b", text, dataset=dataset)) == expected


def test_a_word_of_a_value_map_is_a_version_of_the_datasets_that_use_its_list(tmp_path: Path) -> None:
    text = changed("瓶: BOTTLE", "瓶: PCS")
    assert kinds(of(tmp_path / "a"), of(tmp_path / "b", text)) == set()
    word = text.replace("      unit:\n        瓶: PCS", "      unit: {瓶: BOTTLE}\n      payment_method: {现金: cash}")
    assert kinds(of(tmp_path / "a", dataset="sales"), of(tmp_path / "c", word, dataset="sales")) == {"value_maps"}


def test_a_policy_of_one_store_is_a_version_of_that_store_only(tmp_path: Path) -> None:
    text = changed("{id: S1, source: till}", "{id: S1, source: till, policies: {line_sign: reject}}")
    assert kinds(of(tmp_path / "a", dataset="sales"), of(tmp_path / "b", text, dataset="sales")) == {"rules"}
    assert kinds(of(tmp_path / "a", store=1), of(tmp_path / "b", text, store=1)) == set()


def test_corrections_and_cashiers_are_kept_without_what_they_say_of_persons(tmp_path: Path) -> None:
    folder = tmp_path / "corrections"
    folder.mkdir()
    entry = {"store": "S1", "dataset": "suppliers", "row": "suppliers.csv:2", "action": "set", "set": {"name": "Wang Wu"}}
    entry |= {"expect": {"name": "Li Si"}, "reason": "asked", "who": "Zhao Liu", "on": "2026-11-01"}
    (folder / "x.yaml").write_text(json.dumps({"corrections": [entry]}), encoding="utf-8")
    placed = load_corrections(tmp_path)
    text = changed("    value_maps:\n", "    cashiers: [Sun Qi]\n    value_maps:\n")
    made = [of(tmp_path / "p", text, corrections=placed), of(tmp_path / "q", text, dataset="sales")]
    said = json.dumps([dict(part.content) for versions in made for part in versions.parts])
    assert "suppliers suppliers.csv:2" in said
    assert "cashiers" in said
    assert [name for name in ("Wang Wu", "Li Si", "Zhao Liu", "Sun Qi") if name in said] == []
    assert kinds(of(tmp_path / "p", text), made[0]) == {"corrections"}


def test_decisions_are_versions_of_the_stores_they_chain_together(tmp_path: Path) -> None:
    """S1/a is S2/b and S2/b is S3/c: all three stores depend on both; a pair nobody decided is nothing."""

    def pair(left: str, right: str, decision: str) -> PairRow:
        return PairRow(pair_name(left, right), "review", "0.9", left, right, decision=decision)

    before = of(tmp_path)
    write_decisions(tmp_path, "suppliers", [pair("S1/x", "S3/y", "")])
    assert kinds(before, of(tmp_path)) == set()
    write_decisions(tmp_path, "suppliers", [pair("S2/b", "S3/c", "same")])
    assert kinds(before, of(tmp_path)) == set()
    write_decisions(tmp_path, "suppliers", [pair("S1/a", "S2/b", "same"), pair("S2/b", "S3/c", "same")])
    (decisions,) = [part for part in of(tmp_path).parts if part.kind == "decisions"]
    assert set(decisions.content) == {pair_name("S1/a", "S2/b"), pair_name("S2/b", "S3/c")}
    assert decisions.files == ("decisions/duplicates-suppliers.csv",)


def test_every_part_names_the_files_behind_it(tmp_path: Path) -> None:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "till.suppliers.yaml").write_text(
        "version: 1\ntables: {suppliers: {inputs: [suppliers], columns: {supplier_code: code, name: name}}}\n", encoding="utf-8"
    )
    (tmp_path / "expectations").mkdir()
    (tmp_path / "expectations" / "suppliers.json").write_text("{}", encoding="utf-8")
    files = {part.kind: part.files for part in of(tmp_path).parts}
    assert files["mapping"] == ("migration.yaml", "mappings/till.suppliers.yaml")
    assert "expectations/suppliers.json" in files["contracts"]
    assert files["code"][0].startswith("store2erp ")


def test_differing_settings_are_told_in_a_line() -> None:
    found = differing("rules", {"policies.x": "flag", "same": 1}, {"policies.x": "reject", "same": 1, "new": [1]})
    assert list(map(str, found)) == ["rules new: nothing -> [1]", "rules policies.x: flag -> reject"]
    assert str(KeyChange("inputs", "stock/B/stock.csv", "aa", "bb")) == "inputs stock/B/stock.csv: changed"
