"""The engine learns without truth, gives the same again, and is quiet."""

import random

import pandas as pd
import pytest

from migration_pipeline.mapped.matching.model import scored
from migration_pipeline.mapped.matching.prepare import prepared
from migration_pipeline.mapped.matching.spec import Linkage

SPEC = Linkage.model_validate(
    {
        "comparisons": [{"columns": ["name"], "kind": "name", "frequency": True}, {"columns": ["born"], "kind": "date"}],
        "blocks": [["name"], ["born"]],
        "training": [["name"], ["born"]],
        "certain": [["name", "born"]],
        "proof": {"name": "close"},
        "learn_from": 100,
    }
)


def people(count: int = 150) -> pd.DataFrame:
    """Every person twice, one in three with another spelling."""
    draw = random.Random(7)  # noqa: S311
    rows = []
    for number in range(count):
        name = "".join(draw.choices("abcdefghijklmno", k=8))
        born = f"{draw.randint(1940, 2005)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        rows += [[f"{number}a", name, born], [f"{number}b", name[:-1] + "z" if number % 3 == 0 else name, born]]
    return pd.DataFrame(rows, columns=["id", "name", "born"])


def test_a_trained_model_finds_the_pairs_again_and_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    frame = prepared(people(), SPEC)
    (first, _), (second, _) = scored([frame], SPEC), scored([frame], SPEC)
    pd.testing.assert_frame_equal(
        first.sort_values(["left", "right"], ignore_index=True), second.sort_values(["left", "right"], ignore_index=True)
    )
    true = first["left"].str[:-1] == first["right"].str[:-1]
    assert (int(true.sum()), float(true.mean()) > 0.95) == (150, True)
    assert set(first["name"]) <= {"same", "close", "similar", "differs", "missing"}
    wrote = capfd.readouterr()
    assert (wrote.out, wrote.err) == ("", "")


def test_pairs_that_reach_all_levels_of_no_list_are_dropped() -> None:
    frame = prepared(people(), SPEC)
    every, same, both = (
        scored([frame], SPEC.model_copy(update={"alike": alike}))[0]
        for alike in ((), ({"name": "same", "born": "same"},), ({"name": "same"}, {"name": "close", "born": "digits swapped"}))
    )
    assert set(same["name"]) == {"same"}
    assert (len(every), len(same), len(both)) == (150, 100, 150)


def test_nothing_to_compare_gives_no_pair_but_all_columns() -> None:
    frame = prepared(people().head(0), SPEC)
    for frames in ([frame], [prepared(people(2), SPEC), frame]):
        found, crowds = scored(frames, SPEC)
        assert (len(found), crowds, list(found)) == (0, (), ["left", "right", "probability", "weight", "name", "born"])
