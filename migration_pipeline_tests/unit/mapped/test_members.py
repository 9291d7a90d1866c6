"""Members are the same only by phone and name together; every card is kept, balances are added."""

from decimal import Decimal

from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, reasons
from migration_pipeline_tests.unit.mapped.fake_crosswalk import mapped

PHONE = "13912345678"


def test_the_same_phone_and_name_is_one_member_with_two_cards() -> None:
    columns = {"member_code": ["1", "2"], "name": ["王芳", "王 芳"], "phone": [PHONE, f"+86{PHONE}"]}
    columns |= {"points": ["1", "2"], "stored_bonus": ["3", "4"]}
    output = mapped("members", cleaned("members", {"members": columns}))
    assert len(output.tables["member"]) == 1
    assert output.tables["member_card"][["card_no", "member_code"]].to_numpy().tolist() == [["1", "MS1-1"], ["2", "MS1-1"]]
    balance = output.tables["member_balance"].iloc[0]
    assert (balance["points"], balance["stored_bonus"]) == (Decimal(3), Decimal(7))
    assert reasons(output, "members") == {"members:2": "same_record"}


def test_a_shared_phone_alone_does_not_merge_people() -> None:
    columns = {"member_code": list("12345"), "name": ["王芳", "李明", None, "***", "--"], "phone": [PHONE] * 5}
    assert len(mapped("members", cleaned("members", {"members": columns})).tables["member"]) == 5


def test_placeholder_and_landline_phones_do_not_merge_people() -> None:
    for phone in ("13800138000", "11111111111", "021-65432100"):
        columns = {"member_code": ["1", "2"], "name": ["王芳", "王芳"], "phone": [phone] * 2}
        assert len(mapped("members", cleaned("members", {"members": columns})).tables["member"]) == 2, phone
