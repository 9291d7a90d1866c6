"""Columns about persons are found and their values masked."""

import pytest

from migration_pipeline.raw.profiling.personal import by_content, by_header, masked, personal_columns


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("姓名", "name"),
        ("联系人", "name"),
        ("firstName", "name"),
        ("会员手机", "phone"),
        ("Mobile Phone", "phone"),
        ("sup_tel", "phone"),
        ("E-mail", "email"),
        ("身份证号", "id_number"),
        ("social_id", "id_number"),
        ("出生日期", "birthday"),
        ("dob", "birthday"),
        ("收货地址", "address"),
        ("postal_code", "address"),
        ("银行账号", "bank_account"),
        ("password", "secret"),
        ("备注", "remark"),
        ("memo", "remark"),
        ("品名", None),
        ("hotel", None),
        ("仓库", None),
    ],
)
def test_headers_say_what_is_personal(header: str, kind: str | None) -> None:
    assert by_header(header) == kind


def test_contents_say_it_where_the_header_does_not() -> None:
    nothing = dict.fromkeys(("id_numbers", "emails", "mobiles", "chinese_addresses", "street_addresses", "chinese_names"), 0)
    assert by_content({**nothing, "mobiles": 40}, 100) == "phone"
    assert by_content({**nothing, "chinese_names": 90}, 100) == "name"
    assert by_content({**nothing, "chinese_names": 20}, 100) is None
    assert by_content(nothing, 0) is None


def test_a_plain_name_is_a_persons_where_the_table_knows_phones() -> None:
    assert personal_columns(["name", "phone"], {}) == {"name": "name", "phone": "phone"}
    assert personal_columns(["name", "price"], {}) == {}


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("张三丰", "name", "张•"),
        ("Maria Anders", "name", "M•••"),
        ("13812345678", "phone", "138••••5678"),
        ("0571-1234", "phone", "••••"),
        ("a@b.com", "email", "•••@•••"),
        ("11010519491231002X", "id_number", "••••••"),
        ("1990-01-01", "birthday", "••••-••-••"),
        ("找张三 13812345678 或 a@b.com", None, "找张三 138••••5678 或 •••@•••"),
        ("6901028075831", None, "6901028075831"),
    ],
)
def test_masks_leave_nothing_that_identifies(value: str, kind: object, shown: str) -> None:
    assert masked(value, kind) == shown  # type: ignore[arg-type]
