"""Phone numbers: kinds, and one way to write each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.contracts.identifiers import is_mobile
from migration_pipeline.contracts.phones import phone_kind, plain_phone
from migration_pipeline_tests.unit.cleaned.raw_tables import text


@pytest.mark.parametrize(
    ("phone", "kind", "plain"),
    [
        ("13912345678", "mobile", "13912345678"),
        ("+86 139-1234-5678", "mobile", "13912345678"),
        ("008613912345678", "mobile", "13912345678"),
        ("１３９１２３４５６７８", "mobile", "13912345678"),
        ("0571-88123456", "landline", "0571-88123456"),
        ("057188123456", "landline", "0571-88123456"),
        ("(010) 62345678", "landline", "010-62345678"),
        ("0571-88123456-801", "landline", "0571-88123456-801"),
        ("057188123456转801", "landline", "0571-88123456-801"),
        ("400-820-8820", "service", "4008208820"),
        ("+852 9123 4567", "foreign", "+85291234567"),
        ("13800138000", "placeholder", "13800138000"),
        ("11111111111", "placeholder", "11111111111"),
        ("00000000000", "placeholder", "00000000000"),
        ("18888888888", "placeholder", "18888888888"),
        ("12345678901", "placeholder", "12345678901"),
        ("1391234567", "bad", "1391234567"),
        ("139123456789", "bad", "139123456789"),
        ("无", "bad", "无"),
    ],
)
def test_each_number_has_a_kind_and_one_writing(phone: str, kind: str, plain: str) -> None:
    assert phone_kind(text(phone)).tolist() == [kind]
    assert plain_phone(text(phone)).tolist() == [plain]


def test_nothing_is_no_number() -> None:
    assert phone_kind(text(None)).tolist() == ["none"]
    assert plain_phone(text(None)).isna().all()


@given(st.lists(st.text("0123456789+-() 转x", max_size=20), max_size=8))
def test_writing_a_number_plainly_twice_changes_nothing_and_kinds_agree_with_is_mobile(phones: list[str]) -> None:
    once = plain_phone(text(*phones))
    assert plain_phone(once).tolist() == once.tolist()
    assert (is_mobile(once) <= (phone_kind(text(*phones)) == "mobile")).all()
