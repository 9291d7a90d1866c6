"""Rows with one key become one row: the newest and most complete values, balances added, every own measure kept."""

from decimal import Decimal

from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits, reasons


def members(**columns: list[str | None]) -> dict[str, dict[str, list[str | None]]]:
    return {"members": columns}


def test_the_newest_value_of_each_field_counts_and_gaps_are_filled_from_older_rows() -> None:
    output = cleaned(
        "members",
        members(
            member_code=["1", "1", "1"],
            name=["old", "new", None],
            tier=["gold", None, None],
            email=[None, None, "e"],
            updated_at=["2026-01-01", "2026-01-03", "2026-01-02"],
        ),
    )
    kept = output.tables["members"]
    assert kept[["_row_id", "name", "tier", "email"]].to_numpy().tolist() == [["members:2", "new", "gold", "e"]]
    assert reasons(output, "members") == {"members:1": "duplicate_key", "members:3": "duplicate_key"}


def test_without_dates_the_most_complete_row_counts_then_the_later_one() -> None:
    columns = members(member_code=["1", "1", "2", "2"], name=["full", "bare", "a", "b"], tier=["gold", None, None, None])
    output = cleaned("members", columns)
    assert output.tables["members"]["name"].tolist() == ["full", "b"]


def test_rows_without_a_date_come_after_dated_ones() -> None:
    output = cleaned(
        "members", members(member_code=["1", "1"], name=["dated", "undated"], tier=[None, "x"], updated_at=["2020-01-01", None])
    )
    assert output.tables["members"]["name"].tolist() == ["dated"]


def test_balances_are_added_and_each_row_keeps_its_own_share() -> None:
    output = cleaned(
        "members",
        members(member_code=["1", "1", "2"], points=["10", "5.5", "1"], stored_principal=["100", "-1", "0"], stored_bonus=["1", "2", "3"]),
    )
    kept = output.tables["members"]
    assert kept["points"].tolist() == [Decimal("15.50"), Decimal(1)]
    assert kept["stored_principal"].tolist() == [Decimal(99), Decimal(0)]
    assert kept["stored_value"].tolist() == [Decimal(102), Decimal(3)]
    assert sorted([*kept["_money"], *output.outcomes["money"]]) == [Decimal(1), Decimal(3), Decimal(101)]
    assert sorted([*kept["_points"], *output.outcomes["points"]]) == [Decimal(1), Decimal("5.5"), Decimal(10)]


def test_rejected_rows_are_not_folded_and_not_added() -> None:
    output = cleaned("members", members(member_code=["1", "1"], points=["10", "x"]))
    assert output.tables["members"]["points"].tolist() == [Decimal(10)]
    assert reasons(output, "members") == {"members:2": "bad_number"}


def test_keys_of_several_columns_fold_only_when_all_are_equal() -> None:
    coupons = {"coupon_code": ["C", "C", "C"], "product_code": ["P", "P", "Q"], "campaign": ["1", "1", "1"]}
    output = cleaned("products", {"coupons": coupons})
    assert len(output.tables["coupons"]) == 2
    assert reasons(output, "coupons") == {"coupons:1": "duplicate_key"}


def test_codes_that_differ_in_case_stay_apart() -> None:
    output = cleaned("products", {"products": {"product_code": ["85123a", "85123A"], "name": ["x", "y"]}})
    assert len(output.tables["products"]) == 2
    assert hits(output, "case_clash") == 1


def test_fallbacks_fill_what_no_row_of_a_key_has() -> None:
    columns = {"product_code": ["1", "1", "2"], "name": [None, "Tea", None]}
    output = cleaned("products", {"products": columns}, specs={"products": {"fallbacks": {"name": "product_code"}}})
    assert sorted(output.tables["products"]["name"]) == ["2", "Tea"]
    assert hits(output, "fallback.name") == 1


def test_without_a_fallback_a_product_without_name_is_rejected() -> None:
    output = cleaned("products", {"products": {"product_code": ["1"], "name": [None]}})
    assert reasons(output, "products") == {"products:1": "missing_required"}
