"""Used coupons do not go on, and one whose validity is over is found, to the last tick of its last day."""

import pytest

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline_tests.unit.cleaned.raw_tables import Columns, hits, raw, reasons, source_of, spec

WRITTEN = "2026-03-01T00:00:00+00:00"


def cleaned(columns: Columns, written: str = WRITTEN, **policies: str) -> StageOutput:
    """Coupons out of files written at a moment."""
    files = {"any": [{"modified": "2026-01-01T00:00:00+00:00"}, {"modified": written}]}
    keyed: Columns = {"product_code": ["P1"] * len(next(iter(columns.values()))), "campaign": ["A"] * 9, **columns}
    width = len(keyed["product_code"])
    tables = {"coupons": {name: list(values)[:width] for name, values in keyed.items()}}
    source = source_of("products", {"coupons": spec(list(keyed))}, policies=policies)
    given = raw(tables)
    return clean("products", StageOutput(given.extract_id, given.tables, facts={"files": files}), source)


def test_used_and_expired_coupons_are_excluded_and_others_go_on() -> None:
    output = cleaned({"coupon_code": ["C1", "C2", "C3", "C4"], "status": ["issued", "used", "expired", "locked"]})
    assert reasons(output, "coupons") == {"coupons:2": "used_coupon", "coupons:3": "used_coupon"}
    assert output.tables["coupons"]["coupon_code"].tolist() == ["C1", "C4"]


def test_an_older_row_does_not_bring_a_used_coupon_back() -> None:
    """Both rows end as used; neither is merged into something that goes on."""
    output = cleaned({"coupon_code": ["C1", "C1", "C2"], "status": ["issued", "used", "issued"]})
    assert reasons(output, "coupons") == {"coupons:1": "used_coupon", "coupons:2": "used_coupon"}


def test_a_status_nobody_mapped_is_rejected_not_guessed() -> None:
    assert reasons(cleaned({"coupon_code": ["C1"], "status": ["9"]}), "coupons") == {"coupons:1": "unmapped_value"}


@pytest.mark.parametrize(
    ("until", "expired"),
    [
        ("2026-02-28", 1),
        ("2026-02-28 23:59:59.997", 1),
        ("2026-02-28 23:59:59", 1),
        ("2026-03-01", 0),
        ("2026-03-01 23:59:59.997", 0),
        ("2026-02-28 18:00:00", 1),
        ("2026-03-01 18:00:00", 0),
        (None, 0),
    ],
)
def test_a_day_alone_and_its_last_tick_mean_the_whole_day(until: str | None, expired: int) -> None:
    """Files written at midnight: what was good until the day before is over, what is good today is not."""
    output = cleaned({"coupon_code": ["C1"], "valid_until": [until]})
    assert hits(output, "expired_coupon") == expired
    assert len(output.tables["coupons"]) == 1


def test_during_its_last_day_a_coupon_is_valid_and_a_moment_is_a_moment() -> None:
    columns = {"coupon_code": ["C1", "C2", "C3"], "valid_until": ["2026-03-01", "2026-03-01 23:59:59.997", "2026-03-01 08:00:00"]}
    assert hits(cleaned(columns, "2026-03-01T08:30:00+00:00"), "expired_coupon") == 1
    assert hits(cleaned(columns, "2026-03-01T08:30:00+08:00"), "expired_coupon") == 0


def test_the_project_may_exclude_expired_coupons_and_keep_used_ones() -> None:
    columns = {"coupon_code": ["C1", "C2"], "status": ["issued", "used"], "valid_until": ["2020-01-01", "2099-01-01"]}
    output = cleaned(columns, expired_coupon="exclude", used_coupon="keep")
    assert reasons(output, "coupons") == {"coupons:1": "expired_coupon_excluded"}


def test_a_coupon_used_before_it_expired_is_only_used() -> None:
    output = cleaned({"coupon_code": ["C1"], "status": ["used"], "valid_until": ["2020-01-01"]})
    assert reasons(output, "coupons") == {"coupons:1": "used_coupon"}
    assert hits(output, "expired_coupon") == 0
