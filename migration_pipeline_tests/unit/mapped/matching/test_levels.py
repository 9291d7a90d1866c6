"""The levels of agreement, on values whose level everybody sees."""

import duckdb
import pandas as pd
import pytest

from migration_pipeline.mapped.matching.levels import DIFFERS, LEVELS, condition, missing
from migration_pipeline.mapped.matching.prepare import prepared
from migration_pipeline.mapped.matching.spec import Comparison, Linkage


def level(kind: str, one: list[str], other: list[str]) -> str:
    """The level two values of one kind reach."""
    columns = ["a", "b"][: len(one)]
    comparison = Comparison.model_validate({"columns": columns, "kind": kind})
    spec = Linkage(comparisons=(comparison,), blocks=(("a",),), proof={comparison.name: "same"})
    sides = prepared(pd.DataFrame([["1", *one], ["2", *other]], columns=["id", *columns]), spec)
    pair = sides.iloc[[0]].add_suffix("_l").reset_index(drop=True).join(sides.iloc[[1]].add_suffix("_r").reset_index(drop=True))
    cases = " ".join(f"WHEN {condition(step, comparison)} THEN '{step.label}'" for step in LEVELS[kind] if step.condition != "ELSE")
    with duckdb.connect(":memory:") as connection:
        connection.register("pair", pair)
        query = f"SELECT CASE WHEN {missing(comparison)} THEN 'missing' {cases} ELSE '{DIFFERS}' END FROM pair"  # noqa: S608
        return str(connection.execute(query).fetchall()[0][0])


@pytest.mark.parametrize(
    ("kind", "one", "other", "wanted"),
    [
        ("name", ["张小明"], ["张小明 "], "same"),
        ("name", ["ＭＡＲＹ"], ["mary"], "same"),
        ("name", ["katherine"], ["katharine"], "close"),
        ("name", ["张小明"], ["张晓明"], "similar"),
        ("name", ["张小明"], ["李四"], "differs"),
        ("name", [""], ["李四"], "missing"),
        ("full_name", ["anna", "berg"], ["anna", "berg"], "same"),
        ("full_name", ["anna", "berg"], ["berg", "anna"], "swapped"),
        ("full_name", ["hannagan", "mikhayla"], ["mikhvyla", "hannagan"], "swapped and close"),
        ("full_name", ["anna", "berg"], ["otto", "berg"], "family name same"),
        ("full_name", ["anna", "berg"], ["otto", "kuhn"], "differs"),
        ("date", ["1990-03-12"], ["1990-03-12"], "same"),
        ("date", ["1990-03-12"], ["1990-03-21"], "digits swapped"),
        ("date", ["1990-03-12"], ["1990-12-03"], "day and month swapped"),
        ("date", ["1990-03-12"], ["1984-03-12"], "one part off"),
        ("date", ["1990-03-12"], ["1990-11-25"], "same year"),
        ("date", ["1990-03-12"], ["1971-11-25"], "differs"),
        ("code", ["13912345678"], ["13912345687"], "one character off"),
        ("code", ["13912345678"], ["13912345612"], "two characters off"),
        ("words", ["上海光明乳业有限公司"], ["上海 光明乳业 有限公司"], "same"),
        ("words", ["上海光明乳业有限公司"], ["上海光明乳业股份有限公司"], "similar"),
        ("words", ["上海光明乳业有限公司"], ["北京三元食品厂"], "differs"),
        ("text", ["main street"], ["main streat"], "close"),
        ("digits", ["2010"], ["2731"], "differs"),
        ("digits", ["2010"], ["2016"], "one character off"),
        ("postcode", ["tq13 8df"], ["tq13 9xx"], "same area"),
        ("exact", ["kg"], ["g"], "differs"),
        ("number", ["100"], ["100.00"], "same"),
        ("number", ["100"], ["103.5"], "within 4 %"),
        ("number", ["100"], ["abc"], "differs"),
        ("days", ["2022-03-31"], ["2022-04-01"], "a day apart"),
        ("days", ["2022-03-31"], ["2022-06-01"], "differs"),
    ],
)
def test_values_reach_the_level_a_person_would_give_them(kind: str, one: list[str], other: list[str], wanted: str) -> None:
    assert level(kind, one, other) == wanted
    assert level(kind, other, one) == wanted, "and the other way round"


def test_every_kind_ends_with_differs_and_its_figures_are_chances() -> None:
    for kind, steps in LEVELS.items():
        assert (steps[0].label, steps[-1].label, steps[-1].condition) == ("same", DIFFERS, "ELSE"), kind
        assert abs(sum(step.m for step in steps) - 1) < 0.01, kind
        assert abs(sum(step.u for step in steps) - 1) < 0.01, kind
        assert steps[0].m > steps[0].u, kind
