"""Known systems are recognised in any format, and only with all the columns their preset needs."""

from pathlib import Path

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.profiling.discover import FoundTable
from migration_pipeline.raw.profiling.known_systems import _preset, known_system, needed_columns, overrides


def siss_tables(form: str) -> list[FoundTable]:
    """The tables the preset siss reads, as they would be found in another format."""
    source = _preset("siss")
    found = []
    for name, spec in source.inputs.items():
        names = {c for specs in source.datasets.values() for table in specs.values() if name in table.inputs for c in needed_columns(table)}
        lookups = {"item_clsno", "item_clsname"} if name == "classes" else {"item_clsno"} if name == "items" else set()
        mine = InputSpec.model_validate({"format": form, "file": "shop.x", "table": spec.table})
        found.append(FoundTable("S1", mine, spec.table or "", (Path("shop.x"),), tuple(sorted(names | lookups))))
    return found


def test_a_known_system_is_recognised_in_any_format() -> None:
    for form in ("sqlite", "sql_dump"):
        system = known_system(siss_tables(form))
        assert system is not None
        assert (system.preset, system.percent) == ("siss", 100)


def test_a_table_without_a_column_the_preset_needs_is_not_taken() -> None:
    tables = siss_tables("sqlite")
    cut = [t if t.label != "t_rm_vip_info" else FoundTable(t.unit, t.spec, t.label, t.files, t.names[1:]) for t in tables]
    system = known_system(cut)
    assert system is not None
    assert "members" not in system.datasets
    assert system.role(cut[[t.label for t in cut].index("t_rm_vip_info")]) == ""


def test_strange_tables_are_no_known_system() -> None:
    spec = InputSpec.model_validate({"format": "csv", "file": "a.csv"})
    assert known_system([FoundTable("S1", spec, "", (Path("a.csv"),), ("x", "y"))]) is None


def test_only_what_differs_from_the_preset_is_said() -> None:
    source, (table, *_) = _preset("siss"), siss_tables("sql_dump")
    name = next(n for n, spec in source.inputs.items() if spec.table == table.spec.table)
    assert overrides(source.inputs[name], table, {}) == {"format": "sql_dump", "file": "shop.x"}
