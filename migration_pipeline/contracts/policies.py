"""The rules that cleaning knows by itself, as a list: what each looks for, and what is done with the rows it finds.

Belongs here: rule, table, columns, words, reason, severity, policy (data). Does not belong here: finding the rows (`cleaned/`), the
rules a project writes itself (`rules:` of its tables).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from migration_pipeline.contracts.reasons import REASONS, Outcome

Policy = Literal["fix", "zero", "default", "flag", "exclude", "reject", "block", "keep"]
"""`keep` lets the row go on unsaid, `flag` counts it, `fix` empties the rule's columns, `zero` sets amounts to 0, `default` fills in a
value, `exclude` and `reject` end the row, `block` stops the store."""
Severity = Literal["info", "warn", "error"]
_OUTCOMES: Mapping[str, Outcome] = MappingProxyType({"exclude": Outcome.EXCLUDED, "reject": Outcome.REJECTED})
_NOTED: tuple[Policy, ...] = ("flag", "keep", "block")
_JUDGED: tuple[Policy, ...] = (*_NOTED, "reject")
_FIXED: tuple[Policy, ...] = (*_JUDGED, "fix")
_ENDED: tuple[Policy, ...] = ("reject", "block")
_NO_SALE: tuple[Policy, ...] = ("exclude", "reject", "block")


@dataclass(frozen=True)
class BuiltInRule:
    """One rule of cleaning.

    Attributes:
        id: its name under `policies:` and in findings.
        columns: what it looks at; `fix` empties them.
        reason: code of the registry; another policy than usual may end rows as `<reason>_rejected` or `<reason>_excluded`.
        policy: what happens where the project says nothing.
        allowed: what a project may say.
        zeroes: columns that `zero` sets to 0; what that changes in the books is explained in the reconciliation.
    """

    id: str
    dataset: str
    table: str
    columns: tuple[str, ...]
    en: str
    zh: str
    reason: str
    severity: Severity = "warn"
    policy: Policy = "flag"
    allowed: tuple[Policy, ...] = _JUDGED
    zeroes: tuple[str, ...] = ()


def _rule(
    name: str,
    where: str,
    columns: str,
    en: str,
    zh: str,
    *,
    reason: str = "",
    severity: Severity = "warn",
    policy: Policy = "flag",
    allowed: tuple[Policy, ...] = _JUDGED,
    zeroes: str = "",
) -> BuiltInRule:
    dataset, table = where.split(".")
    return BuiltInRule(
        name, dataset, table, tuple(columns.split()), en, zh, reason or name, severity, policy, allowed, tuple(zeroes.split())
    )


SUPPLIER_RULES = (
    _rule("bad_tax_id", "suppliers.suppliers", "tax_id", "tax id with a wrong check digit", "税号校验错误", allowed=_FIXED),
    _rule(
        "unsplit_supplier_address", "suppliers.suppliers", "address", "address without a province, city or district that is sure",
        "地址中没有可确定的省、市、区县", reason="unsplit_address", severity="info", allowed=_NOTED,
    ),
)  # fmt: skip
PRODUCT_RULES = (
    _rule("bad_barcode", "products.products", "barcode", "wrong check digit, or an in-store code", "校验位错误或店内码", allowed=_FIXED),
    _rule(
        "shared_barcode", "products.products", "barcode", "valid barcode on codes whose names have no character in common",
        "有效条码用于名称毫无共同字的编码", allowed=_FIXED,
    ),
    _rule("case_clash", "products.products", "product_code", "codes that differ in case only", "仅大小写不同的编码", allowed=_NOTED),
    _rule("name_conflict", "products.products", "name", "another name than the code's first row", "名称与同编码首行不同", allowed=_NOTED),
    _rule(
        "recycled_code", "products.products", "name", "another name than the code's first row, no character in common",
        "与同编码首行的名称毫无共同字",
    ),
    _rule("zero_price", "products.products", "sell_price", "selling price 0", "售价为零"),
    _rule("negative_price", "products.products", "sell_price cost_price member_price", "any price below 0", "任一价格为负"),
    _rule(
        "price_100x", "products.products", "sell_price cost_price member_price", "two prices of the row differ 50 times or more",
        "同一行两个价格相差 50 倍以上", severity="error",
    ),
    _rule(
        "truncated_item_name", "products.products", "name", "names pile up at the length of a column (8, 10, 16 ... bytes)",
        "名称集中于字段长度上限（8、10、16、20…… 字节）", reason="truncated_name", severity="info", allowed=_NOTED,
    ),
    _rule(
        "emoji_in_item_name", "products.products", "name", "emoji in the name",
        "名称含表情符号", reason="emoji", severity="info", allowed=_NOTED,
    ),
    _rule(
        "weighed_unit", "products.products", "weighed unit", "weighed but in PCS, or in KG or G but not weighed",
        "称重却按件，或按重量却未标记称重", allowed=_NOTED,
    ),
    _rule(
        "barcode_zero_lost", "products.products", "barcode", "11 digits, a valid UPC with the zero before them",
        "11 位，补零后为有效 UPC", allowed=_FIXED,
    ),
    _rule(
        "pack_gtin", "products.products", "barcode", "GTIN-14 that holds another product's barcode",
        "GTIN-14 内含另一商品的条码", allowed=_FIXED,
    ),
    _rule(
        "bad_pack_ratio", "products.packs", "ratio", "ratio missing, 1, 0 or below", "比例缺失、为 1、为 0 或为负",
        severity="error", policy="reject", allowed=_ENDED,
    ),
    _rule(
        "pack_base_unit", "products.packs", "unit", "the base unit of its product", "与商品基本单位相同",
        severity="error", policy="reject", allowed=_ENDED,
    ),
    _rule(
        "pack_barcode_on_single", "products.packs", "barcode", "barcode of a single product", "与单品条码相同",
        severity="error", allowed=_FIXED,
    ),
    _rule(
        "unknown_tax_rate", "products.products", "tax_rate", "not one of the rates under known:", "不在 known: 税率列表中",
        allowed=_FIXED,
    ),
    _rule(
        "unknown_category", "products.products", "category", "not listed under known:, or its code is not in the looked-up table",
        "不在 known: 类别列表中，或类别编码在类别表中不存在", allowed=_FIXED,
    ),
    _rule(
        "used_coupon", "products.coupons", "status", "status used or expired on a row of the coupon", "该券某行状态为已使用或已过期",
        severity="info", policy="exclude", allowed=("exclude", "keep", "block"),
    ),
    _rule(
        "expired_coupon", "products.coupons", "valid_until", "issued or locked, and over when the files were written",
        "状态有效，但导出时已过有效期", allowed=(*_JUDGED, "exclude"),
    ),
)  # fmt: skip
MEMBER_RULES = (
    _rule(
        "dummy_card", "members.members", "name", "named 预开卡, without points and stored value", "名为预开卡且无积分、储值",
        severity="info", policy="exclude", allowed=("exclude", "keep", "block"),
    ),
    _rule("dummy_card_with_balance", "members.members", "name", "named 预开卡, with points or stored value", "名为预开卡却有积分或储值"),
    _rule(
        "negative_points", "members.members", "points", "points below 0", "积分为负",
        allowed=(*_JUDGED, "zero"), zeroes="points",
    ),
    _rule(
        "negative_stored_value", "members.members", "stored_principal stored_bonus", "principal or bonus below 0", "本金或赠送为负",
        severity="error",
    ),
    _rule(
        "shared_phone", "members.members", "phone", "mobile number of a card of another name",
        "手机号与另一姓名的卡相同", allowed=_NOTED,
    ),
    _rule(
        "several_cards", "members.members", "phone name", "one more active card of the same name and mobile number",
        "同名同手机号的又一张有效卡", allowed=_NOTED,
    ),
    _rule(
        "unsplit_address", "members.members", "address", "address without a province, city or district that is sure",
        "地址中没有可确定的省、市、区县", severity="info", allowed=_NOTED,
    ),
    _rule("future_birthday", "members.members", "birthday", "birthday after today", "生日晚于今天", reason="future_date", allowed=_FIXED),
    _rule(
        "early_birthday", "members.members", "birthday", "birthday up to 1900-01-01",
        "生日不晚于 1900-01-01", reason="early_date", allowed=_FIXED,
    ),
    _rule(
        "future_opening", "members.members", "opened_on", "opened after today",
        "开卡日期晚于今天", reason="future_date", allowed=_FIXED,
    ),
    _rule(
        "early_opening", "members.members", "opened_on", "opened before 1990",
        "开卡日期早于 1990 年", reason="early_date", allowed=_FIXED,
    ),
    _rule(
        "truncated_member_name", "members.members", "name", "names pile up at the length of a column (8, 10, 16 ... bytes)",
        "姓名集中于字段长度上限（8、10、16、20…… 字节）", reason="truncated_name", severity="info", allowed=_NOTED,
    ),
    _rule(
        "emoji_in_member_name", "members.members", "name", "emoji in the name",
        "姓名含表情符号", reason="emoji", severity="info", allowed=_NOTED,
    ),
    _rule(
        "points_not_ledger", "members.members", "points", "points are not the sum of the card's entries",
        "积分不等于该卡流水合计", severity="error", allowed=_NOTED,
    ),
    _rule(
        "stored_value_not_ledger", "members.members", "stored_principal stored_bonus",
        "principal or bonus is not the sum of the card's entries", "本金或赠送不等于该卡流水合计", severity="error", allowed=_NOTED,
    ),
    _rule(
        "stored_value_without_liability", "members.liabilities", "principal bonus",
        "all cards' stored value is not what the general ledger owes", "全部会员卡储值不等于总账负债", severity="error", allowed=_NOTED,
    ),
    _rule(
        "point_entry_without_card", "members.point_entries", "member_code", "card is not among the members",
        "会员档案中没有该卡", reason="ledger_without_card", allowed=_NOTED,
    ),
    _rule(
        "stored_value_entry_without_card", "members.stored_value_entries", "member_code", "card is not among the members",
        "会员档案中没有该卡", reason="ledger_without_card", severity="error", allowed=_NOTED,
    ),
)  # fmt: skip
INVENTORY_RULES = (
    _rule(
        "negative_stock", "inventory.stock", "quantity", "quantity below 0", "数量为负",
        allowed=(*_JUDGED, "exclude", "zero"), zeroes="quantity value",
    ),
    _rule("large_stock", "inventory.stock", "quantity", "quantity of 1,000,000 or more", "数量达到 100 万以上", reason="large_quantity"),
    _rule(
        "weighed_stock_mismatch", "inventory.stock", "quantity", "another quantity than the scale's barcode carries",
        "数量与秤条码所载不符", reason="weighed_mismatch",
    ),
    _rule("negative_cost", "inventory.stock", "unit_cost", "unit cost below 0", "成本为负", reason="negative_price"),
)  # fmt: skip
SALES_RULES = (
    _rule("voided_ticket", "sales.tickets", "status", "status void", "状态为作废", severity="info", policy="exclude", allowed=_NO_SALE),
    _rule("hung_ticket", "sales.tickets", "status", "status hung", "状态为挂单", severity="info", policy="exclude", allowed=_NO_SALE),
    _rule(
        "training_ticket", "sales.tickets", "status", "status training",
        "状态为练习", severity="info", policy="exclude", allowed=_NO_SALE,
    ),
    _rule(
        "duplicate_ticket", "sales.tickets", "ticket_no", "number of an earlier header",
        "与前面主表单号重复", severity="error", policy="reject", allowed=_ENDED,
    ),
    _rule(
        "header_not_lines", "sales.tickets", "total", "total without rounding is not the sum of the lines",
        "总额减抹零不等于明细合计", severity="error", policy="reject", allowed=_ENDED,
    ),
    _rule(
        "payments_not_total", "sales.tickets", "total", "total is not the sum of the payments",
        "总额不等于付款合计", severity="error", policy="reject", allowed=_ENDED,
    ),
    _rule("missing_member", "sales.tickets", "member_code", "no member", "无会员", severity="info", allowed=("flag", "keep")),
    _rule("return_without_original", "sales.tickets", "original_ticket_no", "return that names no original ticket", "退货未写原单号"),
    _rule(
        "return_more_than_sold", "sales.tickets", "original_ticket_no", "returns of a product beyond what the original sold",
        "某商品退货多于原单销售", severity="error",
    ),
    _rule("sign_contradiction", "sales.tickets", "kind total", "sale below 0, return above 0", "销售为负或退货为正", severity="error"),
    _rule("future_sale", "sales.tickets", "sold_at", "more than a day after today", "晚于今天一天以上", reason="future_date"),
    _rule("early_sale", "sales.tickets", "sold_at", "before 1990", "早于 1990 年", reason="early_date"),
    _rule(
        "orphan_line", "sales.lines", "ticket_no", "line without its ticket",
        "明细无对应小票", severity="error", policy="reject", allowed=_NO_SALE,
    ),
    _rule(
        "repeated_line", "sales.lines", "ticket_no", "equal to another line of its ticket but for the number",
        "除行号外与同单另一行相同",
    ),
    _rule("zero_line_price", "sales.lines", "unit_price", "unit price 0", "单价为零", reason="zero_price", severity="info"),
    _rule("negative_line_price", "sales.lines", "unit_price", "unit price below 0", "单价为负", reason="negative_price"),
    _rule(
        "line_price_100x", "sales.lines", "unit_price", "50 times or more away from the product's middle price, of 3 lines or more",
        "与该商品单价中位数相差 50 倍以上（至少 3 行）", reason="price_100x", severity="error",
    ),
    _rule("zero_line_quantity", "sales.lines", "quantity", "quantity 0", "数量为零", reason="zero_quantity"),
    _rule(
        "large_line_quantity", "sales.lines", "quantity", "quantity of 100,000 or more",
        "数量达到 10 万以上", reason="large_quantity", severity="error",
    ),
    _rule(
        "fractional_quantity", "sales.lines", "quantity", "a fraction, where 4 of 5 lines of the product are whole",
        "小数数量，而该商品五分之四以上的行为整数",
    ),
    _rule(
        "weighed_mismatch", "sales.lines", "quantity amount", "another quantity or amount than the scale's barcode carries",
        "数量或金额与秤条码所载不符", severity="error",
    ),
    _rule("discount_scale", "sales.lines", "discount_rate", "discount rate above 1", "折扣率大于 1", severity="error"),
    _rule(
        "orphan_payment", "sales.payments", "ticket_no", "payment without its ticket",
        "付款无对应小票", reason="orphan_line", severity="error", policy="reject", allowed=_NO_SALE,
    ),
    _rule(
        "payment_missing", "sales.tickets", "total", "money due, and no payment at all",
        "有应付金额却无任何付款", severity="error", policy="reject", allowed=_ENDED,
    ),
    _rule(
        "receipt_gap", "sales.tickets", "ticket_no", "numbers that no row has, between two that are there",
        "票号不连续，缺号在来源中不存在", allowed=_NOTED,
    ),
    _rule(
        "time_zone_shift", "sales.tickets", "sold_at", "a terminal or file whose hours are the store's, moved",
        "收银机或文件的时段整体偏移", severity="error", allowed=_NOTED,
    ),
    _rule(
        "past_midnight", "sales.tickets", "sold_at", "after midnight before the quietest hour, no cut-off declared",
        "零点后、最冷清时段前售出，未声明日切时间", allowed=_NOTED,
    ),
    _rule(
        "ticket_outside_day", "sales.tickets", "business_date sold_at", "not within the business day the source gives",
        "不在来源所给营业日之内",
    ),
    _rule("empty_ticket", "sales.tickets", "total", "total 0 and no line", "总额为零且无明细", severity="info"),
    _rule(
        "rounding_odd", "sales.tickets", "rounding", "more than 1.00 (sales_limits: rounding), or over 0.05 to the customer's cost",
        "抹零超过 1.00（sales_limits: rounding），或向顾客多收 0.05 以上",
    ),
    _rule("unknown_cashier", "sales.tickets", "cashier", "not among cashiers:", "不在 cashiers: 名单中"),
    _rule("unknown_terminal", "sales.tickets", "terminal", "not among terminals:", "不在 terminals: 名单中"),
    _rule(
        "returned_ticket_unknown", "sales.tickets", "original_ticket_no", "return of a ticket that is not in the extract",
        "原单不在本次抽取中", severity="info",
    ),
    _rule(
        "return_before_sale", "sales.tickets", "original_ticket_no sold_at", "return earlier than its original",
        "退货早于原单", severity="error",
    ),
    _rule(
        "return_too_late", "sales.tickets", "original_ticket_no sold_at", "return after more days than sales_limits: return_days",
        "退货超过 sales_limits: return_days 天",
    ),
    _rule(
        "change_beyond_cash", "sales.tickets", "total", "sale with more cash given back than taken",
        "找零多于所收现金", severity="error",
    ),
    _rule("tax_not_lines", "sales.tickets", "tax", "tax is not the sum of the lines' taxes", "税额不等于明细税额合计", severity="error"),
    _rule(
        "tax_not_rate", "sales.lines", "tax_amount tax_rate", "tax more than 0.01 off amount - amount / (1 + rate)",
        "税额与 金额-金额/(1+税率) 相差超过 0.01",
    ),
    _rule(
        "line_amount", "sales.lines", "amount", "more than 0.01 off quantity x price, with or without the discounts",
        "金额与 数量×单价（含或不含优惠）相差超过 0.01",
    ),
    _rule("line_sign", "sales.lines", "quantity amount", "quantity and amount of opposite sign", "数量与金额符号相反", severity="error"),
    _rule(
        "price_not_list", "sales.lines", "unit_price list_price", "above the list price, or below it by more than sales_limits: discount",
        "高于原价，或低于原价超出 sales_limits: discount",
    ),
    _rule(
        "discount_over_authority", "sales.lines", "discount discount_rate", "larger share than sales_limits: discount",
        "优惠比例超出 sales_limits: discount", severity="error",
    ),
    _rule(
        "payment_on_void", "sales.payments", "amount", "payments of a voided or hung ticket that do not come to 0",
        "作废或挂单小票的付款合计不为零", allowed=_NOTED,
    ),
    _rule(
        "day_total_differs", "sales.day_totals", "amount quantity tickets", "not the sum of that day's tickets",
        "与当日小票合计不符", severity="error", allowed=_NOTED,
    ),
)  # fmt: skip

RULES: Mapping[str, BuiltInRule] = MappingProxyType(
    {rule.id: rule for rule in (*SUPPLIER_RULES, *PRODUCT_RULES, *MEMBER_RULES, *INVENTORY_RULES, *SALES_RULES)}
)
"""Every built-in rule, by its id."""


def policy_of(rule_id: str, policies: Mapping[str, Policy]) -> Policy:
    """What a project wants done with the rows a rule finds; raises KeyError for an unknown rule."""
    return policies.get(rule_id, RULES[rule_id].policy)


def severity_of(rule_id: str, severities: Mapping[str, Severity]) -> Severity:
    """How the check of a rule of sales takes what the rule found: as the project says, else as a warning, or `info` for `info` rules."""
    return severities.get(rule_id, "info" if RULES[rule_id].severity == "info" else "warn")


def reason_of(rule: BuiltInRule, policy: Policy) -> str:
    """The reason code of rows that a policy flags, fixes, sets to 0, excludes or rejects."""
    if policy == "zero":
        return f"{rule.reason}_zeroed"
    if REASONS[rule.reason].outcome is _OUTCOMES.get(policy):
        return rule.reason
    return f"{rule.reason}_{_OUTCOMES[policy]}"
