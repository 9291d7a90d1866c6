"""Three zones: what is merged without asking, what a person is asked, what stays apart."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migration_pipeline.mapped.matching.link import MERGE, REVIEW, Linked, link
from migration_pipeline.mapped.matching.spec import preset

PERSONS = preset("persons")
COLUMNS = ["id", "name", "birthday", "phone", "email", "address"]
PHONE = "13912345678"


def persons(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Persons of id, name, birthday, phone."""
    return pd.DataFrame([[*row, "", ""] for row in rows], columns=COLUMNS)


def zones(linked: Linked) -> dict[tuple[str, str], str]:
    return {(pair["left"], pair["right"]): pair["zone"] for pair in linked.pairs.to_dict("records")}


def test_the_same_person_merges_a_misspelt_one_is_reviewed_another_stays_apart() -> None:
    linked = link(
        persons(
            ("a", "张小明", "1990-01-02", PHONE),
            ("b", "张小明", "1990-01-02", PHONE),
            ("c", "张小朋", "1990-01-02", PHONE),
            ("d", "欧阳修", "1975-11-30", "13800000001"),
        ),
        PERSONS,
    )
    assert zones(linked) == {("a", "b"): MERGE, ("a", "c"): REVIEW}, "one question about c, not one per record of its likely group"
    assert linked.clusters.to_dict("list") == {"id": ["a", "b"], "cluster": ["a", "a"]}
    (review,) = linked.review[linked.review["left"] == "a"].to_dict("records")
    assert (review["name"], review["phone"], review["birthday"], review["email"]) == ("similar", "same", "same", "missing")


NAMES = st.sampled_from(["张伟", "李娜", "王芳芳", "欧阳修", "anna berg", "otto kuhn", ""])
BIRTHDAYS = st.sampled_from(["", "1990-01-02", "1961-12-30"])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(NAMES, BIRTHDAYS), min_size=2, max_size=6))
def test_a_phone_alone_never_merges(people: list[tuple[str, str]]) -> None:
    """All have one phone; only names that agree are merged, whatever the engine thinks."""
    linked = link(persons(*((str(at), name, born, PHONE) for at, (name, born) in enumerate(people))), PERSONS)
    merged = linked.pairs[linked.pairs["zone"] == MERGE]
    assert merged["name"].isin(["same", "close"]).all()


def test_equal_tax_ids_are_proof_and_different_ones_keep_apart() -> None:
    rows = [
        ["a", "光明乳业有限公司", "021-1", "上海路1号", "", "91310000A"],
        ["b", "光明乳业有限公司", "021-1", "上海路1号", "", "91310000B"],
        ["c", "光明乳业有限公司", "021-1", "上海路1号", "", ""],
        ["d", "某某某商行", "", "", "", "91310000A"],
    ]
    linked = link(pd.DataFrame(rows, columns=["id", "name", "phone", "address", "contact", "tax_id"]), preset("organisations"))
    found = zones(linked)
    assert found["a", "d"] == MERGE
    assert found["a", "b"] == REVIEW
    groups = dict(zip(linked.clusters["id"], linked.clusters["cluster"], strict=True))
    assert groups["a"] == groups["d"] != groups.get("b", "b")


def test_what_a_person_called_distinct_is_not_merged() -> None:
    both = persons(("a", "张小明", "1990-01-02", PHONE), ("b", "张小明", "1990-01-02", PHONE))
    assert zones(link(both, PERSONS)) == {("a", "b"): MERGE}
    assert zones(link(both, PERSONS, apart=[("b", "a")])) == {("a", "b"): REVIEW}


def test_the_order_of_records_and_of_frames_changes_nothing() -> None:
    one = persons(("a", "张小明", "1990-01-02", PHONE), ("b", "李娜", "1985-05-06", "13700000002"), ("c", "王五", "", "13600000003"))
    other = persons(("x", "张小明", "1990-01-02", PHONE), ("y", "李娜", "1985-05-07", "13700000002"))
    there, back = link(one, PERSONS, links=other), link(other.iloc[::-1], PERSONS, links=one.iloc[::-1])
    flipped = back.pairs.rename(columns={"left": "right", "right": "left"})[list(there.pairs)]
    keys = ["left", "right"]
    pd.testing.assert_frame_equal(there.pairs.sort_values(keys, ignore_index=True), flipped.sort_values(keys, ignore_index=True))
    assert zones(there)["a", "x"] == MERGE
    alone = link(pd.concat([one, other]), PERSONS)
    pd.testing.assert_frame_equal(alone.pairs, link(pd.concat([other, one]), PERSONS).pairs)


def test_one_record_or_none_is_no_problem() -> None:
    for frame in (persons(), persons(("a", "张小明", "", ""))):
        linked = link(frame, PERSONS)
        assert (len(linked.pairs), len(linked.clusters), len(linked.review)) == (0, 0, 0)


def test_ids_of_two_frames_may_be_the_same() -> None:
    frame = persons(("1", "张小明", "1990-01-02", PHONE))
    assert link(frame, PERSONS, links=frame).clusters["id"].tolist() == ["1:1", "2:1"]


@pytest.mark.parametrize("name", ["organisations", "products"])
def test_the_other_presets_run_on_data_with_nothing_in_it(name: str) -> None:
    spec = preset(name)
    frame = pd.DataFrame([[str(at), *[None] * len(spec.columns)] for at in range(3)], columns=["id", *spec.columns])
    assert len(link(frame, spec).pairs) == 0


def test_flavours_of_one_product_are_no_question_but_another_way_to_write_it_is() -> None:
    """A catalogue is full of siblings; asking about each of them buries the few that are the same."""
    columns = ["id", "name", "brand", "spec", "unit", "category", "sell_price", "barcode"]
    rows = [
        ["a", "蓝莓酸奶", "蒙牛", "100g", "PCS", "乳品", "3.00", "6901028000017"],
        ["b", "草莓酸奶", "蒙牛", "100g", "PCS", "乳品", "3.00", ""],
        ["c", "酸奶大果粒蓝莓", "蒙牛", "100克", "PCS", "乳品", "3.00", ""],
    ]
    found = zones(link(pd.DataFrame(rows, columns=columns), preset("products").model_copy(update={"review": 0.01})))
    assert found == {("a", "c"): REVIEW}
