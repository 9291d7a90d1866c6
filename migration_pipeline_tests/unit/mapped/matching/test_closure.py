"""Groups grow from the strongest link on and never hold two records that must stay apart."""

from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.mapped.matching.closure import Groups, best_partners, links_of

PAIRS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=20)


def test_a_group_is_named_after_its_smallest_record() -> None:
    groups = Groups()
    assert groups.join("c", "b")
    assert groups.join("b", "a")
    assert {groups.of(record) for record in "abc"} == {"a"}
    assert groups.of("z") == "z"


def test_records_with_different_tax_ids_are_not_chained_through_a_third_without_one() -> None:
    groups = Groups(known={"a": {"tax_id": "1"}, "c": {"tax_id": "2"}})
    assert groups.join("a", "b")
    assert not groups.join("b", "c")
    assert groups.of("c") == "c"


def test_distinct_records_are_not_chained_through_a_third() -> None:
    groups = Groups(apart=[("c", "a")])
    assert groups.join("a", "b")
    assert not groups.join("b", "c")


def test_one_weak_link_does_not_hold_two_groups_together() -> None:
    links = [("a", "b", 0.99), ("c", "d", 0.99), ("b", "c", 0.6)]
    for cohesion, joined in ((0.1, True), (0.2, False)):
        groups = Groups(links=links_of(links), cohesion=cohesion)
        assert groups.join("a", "b")
        assert groups.join("c", "d")
        assert groups.join("b", "c") is joined


@given(PAIRS, PAIRS, st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("12")))
def test_no_group_ever_holds_two_records_that_must_stay_apart(
    pairs: list[tuple[str, str]], apart: list[tuple[str, str]], ids: dict[str, str]
) -> None:
    apart = [pair for pair in apart if pair[0] != pair[1]]
    groups = Groups(known={record: {"id": value} for record, value in ids.items()}, apart=apart)
    for left, right in pairs:
        assert groups.join(left, right) == (groups.of(left) == groups.of(right))
    assert all(groups.of(left) != groups.of(right) for left, right in apart)
    assert all(ids[one] == ids[other] for one in ids for other in ids if groups.of(one) == groups.of(other))


def test_a_record_has_one_partner_and_the_strongest_comes_first() -> None:
    assert best_partners([("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]) == {("a", "x"), ("b", "y")}
