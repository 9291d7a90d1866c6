"""The kinds of defects that exports of store systems have, each with where it is caught, under which reason, and how to plant exactly one.

Belongs here: the list (data). Does not belong here: the rows it is planted in (`one_defect.py`), the defects of the simulated chain
(`defects.py`, `ticket_defects.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from migration_pipeline.contracts.policies import RULES
from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.simulation.identifiers import bad_ean13, credit_code, ean13, gtin14, mobile
from migration_pipeline.simulation.one_defect import Plant

Where = Literal["reader", "export check", "cleaning", "mapping", "reconciliation", "nowhere"]
UNREADABLE = "unreadable"
"""Stands for a BadInputError while reading: the store stops."""
MEANT = ""
"""No reason: the file is read as it was meant."""


@dataclass(frozen=True)
class Defect:
    """One kind of defect.

    Attributes:
        kind: its name.
        caught: the stage that sees it.
        reason: the code that must fire, once; `UNREADABLE`, or `MEANT` where the defect does no harm.
        plant: how to make exactly one; None where the small store has no place for it, then `note` says why or who tests it.
        also: codes that follow from it, with their number (the rest of a rejected ticket, say); or how often the reason itself fires,
            if one defect shows in several rows.
    """

    kind: str
    caught: Where
    reason: str
    plant: Plant | None = None
    note: str = ""
    also: Mapping[str, int] = field(default_factory=dict)

    @property
    def policy(self) -> str:
        """What happens to such a row where the project says nothing."""
        if self.caught == "nowhere":
            return "none"
        if self.reason == UNREADABLE:
            return "block"
        if (rule := next((rule for rule in RULES.values() if rule.reason == self.reason), None)) is not None:
            return rule.policy
        outcome = REASONS[self.reason].outcome if self.reason else None
        return {Outcome.REJECTED: "reject", Outcome.EXCLUDED: "exclude"}.get(outcome, "flag") if outcome else "fix"


def _cell(table: str, row: int, **cells: str) -> Plant:
    return Plant(table, changes={row: cells})


def _copy(table: str, row: int, **cells: str) -> Plant:
    return Plant(table, copies=((row, cells),))


def _ticket(rest: int) -> dict[str, int]:
    return {"ticket_rejected": rest}


def _whole(status: str) -> Plant:
    return _cell("tickets", 0, status=status)


_FILES = (
    Defect("byte order mark", "reader", MEANT, Plant("products", encode=lambda text: text.encode("utf-8-sig"))),
    Defect("GBK", "reader", MEANT, Plant("products", encode=lambda text: text.encode("gbk"), reading={"encoding": "gb18030"})),
    Defect(
        "mixed encodings", "reader", UNREADABLE,
        Plant("products", encode=lambda text: text[:90].encode() + text[90:].encode("gbk")),
    ),
    Defect("mojibake", "export check", "mojibake", _cell("suppliers", 1, name="锟斤拷锟斤拷有限公司")),
    Defect("banner rows", "reader", MEANT, Plant("stock", rewrite=lambda text: "库存表\n" + text, reading={"header_row": "auto"})),
    Defect("footer or total row", "cleaning", "footer_row", None, "defects.plant_in_products, proven by test_demo_truth"),
    Defect("merged headers", "reader", MEANT, None, "unit/raw/readers: header_rows"),
    Defect("duplicate headers", "reader", UNREADABLE, Plant("stock", rewrite=lambda text: text.replace("unit_cost", "quantity", 1))),
    Defect("ragged row", "reader", "ragged_row", Plant("stock", rewrite=lambda text: text + "P006,MAIN,1,2.1000,9,9\n")),
    Defect("line break in a code", "cleaning", "trimmed", _cell("products", 2, product_code="P0\n03")),
    Defect("TAB before an id", "cleaning", "trimmed", _cell("products", 2, product_code="\tP003")),
    Defect("apostrophe before an id", "cleaning", "trimmed", _cell("products", 2, product_code="'P003")),
    Defect('="..." around an id', "cleaning", "trimmed", _cell("products", 2, product_code='="P003"')),
    Defect("no-break space", "cleaning", "trimmed", _cell("products", 2, product_code="P003\u00a0")),
    Defect("zero-width space", "cleaning", "trimmed", _cell("products", 2, product_code="\u200bP003")),
    Defect("CHAR padding", "cleaning", "trimmed", _cell("products", 2, product_code="P003      ")),
    Defect("scientific notation", "cleaning", "damaged_code", _cell("products", 2, barcode="6.90E+12")),
    Defect("number with .0 for a code", "cleaning", "trimmed", _cell("products", 2, barcode=f"{ean13('690123450002')}.0")),
    Defect("full-width digits", "cleaning", "rewritten", _cell("stock", 2, quantity="１２")),
    Defect("not a number", "cleaning", "bad_number", _cell("stock", 2, quantity="1.2.3")),
    Defect("missing value", "cleaning", "missing_required", _cell("products", 2, name="")),
    Defect("row count at an export limit", "export check", "round_count", Plant("stock", copies=tuple((n % 6, {}) for n in range(994)))),
    Defect("lost leading zeros", "mapping", "lost_zeros", None, "unit/mapped/test_unknown_products.py: where a code without them is used"),
    Defect(
        "digits lost beyond 15", "cleaning", "digits_lost",
        Plant("members", changes={n: {"member_code": f"62220200123456{n}000"} for n in range(3)}), also={"digits_lost": 3},
    ),
    Defect("file changed after the backup", "reader", UNREADABLE, None, "unit/raw/test_archive.py"),
    Defect("writes during the export", "export check", "count_differs", None, "unit/raw/live"),
)  # fmt: skip
_PRODUCTS = (
    Defect("codes that differ in case", "cleaning", "case_clash", _copy("products", 2, product_code="p003", barcode="")),
    Defect("wrong check digit", "cleaning", "bad_barcode", _cell("products", 2, barcode=bad_ean13("690123450002"))),
    Defect("missing check digit", "cleaning", "bad_barcode", _cell("products", 2, barcode="690123450003")),
    Defect("one barcode on two items", "cleaning", "shared_barcode", _cell("products", 2, barcode=ean13("690123450001"))),
    Defect("one item, many barcodes", "mapping", MEANT, None, "defects.plant_in_products, proven by test_demo_truth"),
    Defect("lost leading zero of a UPC", "cleaning", "barcode_zero_lost", _cell("products", 2, barcode="36000291452")),
    Defect("pack barcode on a single", "cleaning", "pack_barcode_on_single", _cell("packs", 1, barcode=ean13("690123450001"))),
    Defect("pack sold as a product of its own", "cleaning", "pack_gtin", _cell("products", 2, barcode=gtin14("2690123450001"))),
    Defect(
        "recycled code", "cleaning", "recycled_code", _copy("products", 2, name="铅笔", barcode=ean13("690123459999")),
        also={"duplicate_key": 1},
    ),
    Defect("other name of one code", "cleaning", "name_conflict", _copy("products", 2, name="纯牛奶盒装"), also={"duplicate_key": 1}),
    Defect("repeated key", "cleaning", "duplicate_key", _copy("products", 2)),
    Defect("deleted item still sold", "mapping", "sold_after_deletion", None, "unit/mapped/test_item_status.py"),
    Defect("zero price", "cleaning", "zero_price", _cell("products", 2, sell_price="0.00")),
    Defect("negative price", "cleaning", "negative_price", _cell("products", 2, sell_price="-3.50")),
    Defect("price 100 times too high", "cleaning", "price_100x", _cell("products", 2, sell_price="350", member_price="330")),
    Defect("weighed flag against unit", "cleaning", "weighed_unit", _cell("products", 4, weighed="0")),
    Defect(
        "truncated item names", "cleaning", "truncated_name",
        Plant("products", changes={n: {"name": f"{sign}牌超值家庭装洗"} for n, sign in enumerate("甲乙丙丁戊己")}),
        also={"truncated_name": 6},
    ),
    Defect("unit synonym", "mapping", "unmapped_value", None, "defects.plant_in_products, proven by test_demo_truth"),
    Defect("unit ratio 0", "cleaning", "bad_pack_ratio", _cell("packs", 1, ratio="0")),
    Defect("unit ratio 1", "cleaning", "bad_pack_ratio", _cell("packs", 1, ratio="1")),
    Defect("unit ratio missing", "cleaning", "bad_pack_ratio", _cell("packs", 1, ratio="")),
    Defect("pack in the base unit", "cleaning", "pack_base_unit", _cell("packs", 1, unit="BOTTLE")),
    Defect("two ratios of one pack", "cleaning", "pack_conflict", _copy("packs", 1, ratio="12"), also={"pack_conflict": 2}),
    Defect("unknown category", "cleaning", "unknown_category", _cell("products", 2, category="不存在的类别")),
    Defect("unknown tax rate", "cleaning", "unknown_tax_rate", _cell("products", 2, tax_rate="17")),
    Defect("orphan supplier", "mapping", "unknown_supplier", None, "defects.plant_in_products"),
    Defect("expired coupon still active", "cleaning", "expired_coupon", _cell("coupons", 1, valid_until="2025-06-30 23:59:59.997")),
    Defect("used coupon", "cleaning", "used_coupon", _cell("coupons", 1, status="used")),
)  # fmt: skip
_PEOPLE = (
    Defect("invalid tax id", "cleaning", "bad_tax_id", _cell("suppliers", 1, tax_id=credit_code(2)[:-1] + "I")),
    Defect("one tax id on two suppliers", "mapping", "same_record", None, "unit/mapped/test_suppliers.py"),
    Defect("two records that want one ERP code", "mapping", "code_collision", None, "unit/mapped/test_codes.py"),
    Defect("address that cannot be split", "cleaning", "unsplit_address", _cell("suppliers", 1, address="鼓楼区演示路3号")),
    Defect("placeholder phone", "cleaning", "placeholder", _cell("members", 2, phone="13800138000")),
    Defect("shared phone", "cleaning", "shared_phone", _cell("members", 2, phone=mobile(2))),
    Defect("several cards of one person", "cleaning", "several_cards", _cell("members", 2, phone=mobile(2), name="李四海")),
    Defect(
        "dummy card", "cleaning", "dummy_card",
        _copy("members", 2, member_code="M9", name="预开卡", phone="", points="0", stored_principal="0", stored_bonus="0"),
    ),
    Defect("dummy card with balance", "cleaning", "dummy_card_with_balance", _cell("members", 2, name="预开卡")),
    Defect(
        "truncated names", "cleaning", "truncated_name",
        Plant("members", changes={n: {"name": f"欧阳{sign}云"} for n, sign in enumerate("一二三四五")}), also={"truncated_name": 5},
    ),
    Defect("emoji in a name", "cleaning", "emoji", _cell("members", 2, name="张三丰\U0001f600")),
    Defect("birthday 02-29 of a common year", "cleaning", "bad_date", _cell("members", 2, birthday="1987-02-29")),
    Defect("birthday of zeros", "cleaning", "placeholder", _cell("members", 2, birthday="0000-00-00")),
    Defect("birthday in the future", "cleaning", "future_date", _cell("members", 2, birthday="2999-01-01")),
    Defect("date of 1899 or 1900-01-00", "cleaning", "placeholder", _cell("members", 2, birthday="1900-01-00")),
    Defect("date before any system", "cleaning", "early_date", _cell("members", 2, opened_on="1970-01-01")),
    Defect("day and month ambiguous", "cleaning", "ambiguous_date", _cell("members", 2, birthday="03/04/1982")),
    Defect("negative points", "cleaning", "negative_points", _cell("members", 2, points="-5")),
    Defect(
        "negative stored value", "cleaning", "negative_stored_value", _cell("members", 2, stored_principal="-5.00"),
        also={"stored_value_without_liability": 1},
    ),
    Defect("points other than their ledger", "cleaning", "points_not_ledger", _cell("members", 5, points="61.00")),
    Defect(
        "stored value other than its ledger", "cleaning", "stored_value_not_ledger",
        _cell("stored_value_entries", 3, principal="-29.00"),
    ),
    Defect("stored value without liability", "cleaning", "stored_value_without_liability", _cell("liabilities", 0, principal="299.00")),
    Defect("ledger of an unknown card", "cleaning", "ledger_without_card", _copy("point_entries", 0, member_code="M9999")),
    Defect("unknown status", "mapping", "unmapped_value", None, "defects.plant_in_members, proven by test_demo_truth"),
)  # fmt: skip
_STOCK = (
    Defect("negative stock", "cleaning", "negative_stock", _cell("stock", 2, quantity="-3")),
    Defect("stock of a million", "cleaning", "large_quantity", _cell("stock", 2, quantity="1000000")),
    Defect("barcode as stock quantity", "cleaning", "implausible_quantity", _cell("stock", 2, quantity="69012345000")),
    Defect("EAN-13 as stock quantity", "cleaning", "barcode_as_quantity", _cell("stock", 2, quantity=ean13("690123450002"))),
    Defect("negative cost", "cleaning", "negative_price", _cell("stock", 2, unit_cost="-2.1")),
    Defect("stock of a deleted item", "mapping", "stock_of_deleted", None, "unit/mapped/test_item_status.py"),
    Defect("stock without item", "mapping", "unknown_product", None, "defects.plant_in_stock, proven by test_demo_truth"),
)
_AUDIT_TEST = "unit/cleaned/test_sales_audit_masks.py:"
_SALES = (
    Defect("orphan line", "cleaning", "orphan_line", _copy("lines", 0, ticket_no="T99")),
    Defect("orphan payment", "cleaning", "orphan_line", _copy("payments", 0, ticket_no="T99")),
    Defect("orphan header", "cleaning", "header_not_lines", _copy("tickets", 0, ticket_no="T99")),
    Defect("orphan customer", "mapping", "unknown_member", None, "unit/mapped/test_sales.py"),
    Defect("header is not lines", "cleaning", "header_not_lines", _cell("tickets", 1, total="19.01"), also=_ticket(3)),
    Defect("tender is not total", "cleaning", "payments_not_total", _cell("payments", 1, amount="18.99"), also=_ticket(3)),
    Defect("tax is not lines", "cleaning", "tax_not_lines", _cell("tickets", 1, tax="2.20")),
    Defect("tax is not rate", "cleaning", "tax_not_rate", _cell("lines", 2, tax_rate="9")),
    Defect("sign contradiction", "cleaning", "sign_contradiction", _cell("tickets", 6, kind="sale")),
    Defect("repeated ticket number", "cleaning", "duplicate_ticket", _copy("tickets", 1), also=_ticket(4)),
    Defect(
        "gap in ticket numbers",
        "cleaning",
        "receipt_gap",
        Plant("tickets", drops=(3,), elsewhere=(Plant("lines", drops=(6, 7)), Plant("payments", drops=(3,)))),
    ),
    Defect(
        "void ticket",
        "cleaning",
        "voided_ticket",
        _whole("void"),
        also={"voided_ticket": 4, "return_more_than_sold": 1, "payment_on_void": 1},
    ),
    Defect("hung ticket", "cleaning", "hung_ticket", _cell("tickets", 1, status="hung"), also={"hung_ticket": 4, "payment_on_void": 1}),
    Defect("training ticket", "cleaning", "training_ticket", _cell("tickets", 1, status="training"), also={"training_ticket": 4}),
    Defect("return without original", "cleaning", "return_without_original", _cell("tickets", 6, original_ticket_no="")),
    Defect(
        "return of more than was sold",
        "cleaning",
        "return_more_than_sold",
        Plant("lines", changes={12: {"quantity": "-3"}}),
        also={"line_amount": 1},
    ),
    Defect("sale line for nothing", "cleaning", "zero_price", _cell("lines", 2, unit_price="0"), also={"line_amount": 1}),
    Defect("negative line price", "cleaning", "negative_price", _cell("lines", 2, unit_price="-3.50")),
    Defect("fen for yuan", "cleaning", "price_100x", _cell("lines", 2, unit_price="350"), also={"line_amount": 1}),
    Defect("discount of 80 for 0.2", "cleaning", "discount_scale", _cell("lines", 2, discount_rate="80")),
    Defect("barcode as quantity", "cleaning", "implausible_quantity", _cell("lines", 2, quantity="69012345000"), also=_ticket(3)),
    Defect("EAN-13 as quantity", "cleaning", "barcode_as_quantity", _cell("lines", 2, quantity=ean13("690123450002")), also=_ticket(3)),
    Defect("quantity of 100,000", "cleaning", "large_quantity", _cell("lines", 2, quantity="100000"), also={"line_amount": 1}),
    Defect("quantity 0", "cleaning", "zero_quantity", _cell("lines", 2, quantity="0"), also={"line_amount": 1}),
    Defect(
        "scale's barcode against its line",
        "cleaning",
        "weighed_mismatch",
        _cell("lines", 2, product_code=ean13("200012300456")),
        also={"weighed_item": 1},
    ),
    Defect("scale's barcode without a layout", "mapping", "weighed_unconfigured", None, "unit/mapped/test_unknown_products.py"),
    Defect("fraction of piece goods", "cleaning", "fractional_quantity", _cell("lines", 2, quantity="1.5"), also={"line_amount": 1}),
    Defect("repeated line", "cleaning", "repeated_line", None, "unit/cleaned/test_sales.py: its ticket must still add up"),
    Defect("sale without member", "cleaning", "missing_member", _cell("tickets", 1, member_code="")),
    Defect("unknown payment method", "mapping", "unmapped_value", None, "ticket_defects.plant_in_sales, proven by test_demo_truth"),
    Defect("future sale", "cleaning", "future_date", _cell("tickets", 1, sold_at="2999-01-01 10:00:00")),
    Defect("sale before any system", "cleaning", "early_date", _cell("tickets", 1, sold_at="1970-01-01 08:00:00")),
    Defect("serial number for a date", "cleaning", "bad_date", _cell("tickets", 1, sold_at="45000.5"), also=_ticket(3)),
    Defect("shifted time zone", "cleaning", "time_zone_shift", None, "unit/cleaned/test_sales_hours.py: takes 100 tickets"),
    Defect("declared time zone", "cleaning", "time_zone_converted", None, "unit/cleaned/test_sales_time.py: takes a declaration"),
    Defect("hour that the clock showed twice", "cleaning", "unclear_hour", None, "unit/cleaned/test_sales_time.py: takes a declaration"),
    Defect("ticket at the day's cut-off", "cleaning", "past_midnight", _cell("tickets", 1, sold_at="2025-06-02 00:30:00")),
    Defect("ticket outside its day", "cleaning", "ticket_outside_day", None, f"{_AUDIT_TEST} takes a business day"),
    Defect(
        "payment lost",
        "cleaning",
        "payment_missing",
        Plant("payments", drops=(1,)),
        also=_ticket(2),
    ),
    Defect(
        "empty ticket",
        "cleaning",
        "empty_ticket",
        _copy("tickets", 5, ticket_no="T8", total="0", tax=""),
    ),
    Defect("odd rounding", "cleaning", "rounding_odd", None, f"{_AUDIT_TEST} its ticket must still add up"),
    Defect("change beyond cash", "cleaning", "change_beyond_cash", None, f"{_AUDIT_TEST} its ticket must still add up"),
    Defect("unknown cashier", "cleaning", "unknown_cashier", None, f"{_AUDIT_TEST} takes a list"),
    Defect("unknown terminal", "cleaning", "unknown_terminal", None, f"{_AUDIT_TEST} takes a list"),
    Defect("return of an unknown ticket", "cleaning", "returned_ticket_unknown", _cell("tickets", 6, original_ticket_no="T77")),
    Defect("return before its sale", "cleaning", "return_before_sale", _cell("tickets", 6, sold_at="2025-05-31 10:00:00")),
    Defect("return after the days allowed", "cleaning", "return_too_late", None, f"{_AUDIT_TEST} takes a limit"),
    Defect("amount is not quantity x price", "cleaning", "line_amount", _cell("lines", 2, unit_price="3.60")),
    Defect("amount against quantity", "cleaning", "line_sign", _cell("lines", 2, quantity="-2")),
    Defect("price is not the list's", "cleaning", "price_not_list", None, f"{_AUDIT_TEST} takes a list price"),
    Defect("discount beyond authority", "cleaning", "discount_over_authority", None, f"{_AUDIT_TEST} takes a limit"),
    Defect("payment on a hung ticket", "cleaning", "payment_on_void", None, f"{_AUDIT_TEST} shows beside every void ticket"),
    Defect("day's total is not its tickets", "cleaning", "day_total_differs", None, "unit/cleaned/test_day_totals.py"),
)

DEFECTS: Mapping[str, Defect] = {defect.kind: defect for defect in (*_FILES, *_PRODUCTS, *_PEOPLE, *_STOCK, *_SALES)}
"""Every kind, by name."""


def expected(defect: Defect) -> dict[str, int]:
    """Codes that planting the defect must make fire, with their number."""
    own = {defect.reason: 1} if defect.reason else {}
    return {**own, **defect.also}
