"""The rules that cleaning knows by itself, as a list: what each looks for, and what is done with the rows it finds.

Belongs here: rule, table, columns, words, reason, severity, policy (data). Does not belong here: finding the rows (`cleaned/`), the
rules a project writes itself (`rules:` of its tables).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from migration_pipeline.contracts.reasons import REASONS, Outcome

Policy = Literal["fix", "default", "flag", "exclude", "reject", "block", "keep"]
"""`keep` lets the row go on unsaid, `flag` counts it, `fix` empties the rule's columns, `default` fills in a value, `exclude` and
`reject` end the row, `block` stops the store."""
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
) -> BuiltInRule:
    dataset, table = where.split(".")
    return BuiltInRule(name, dataset, table, tuple(columns.split()), en, zh, reason or name, severity, policy, allowed)


SUPPLIER_RULES = (
    _rule("bad_tax_id", "suppliers.suppliers", "tax_id", "tax id with a wrong check digit", "税号校验错误", allowed=_FIXED),
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
)  # fmt: skip
MEMBER_RULES = (
    _rule(
        "dummy_card", "members.members", "name", "named 预开卡, without points and stored value", "名为预开卡且无积分、储值",
        severity="info", policy="exclude", allowed=("exclude", "keep", "block"),
    ),
    _rule("dummy_card_with_balance", "members.members", "name", "named 预开卡, with points or stored value", "名为预开卡却有积分或储值"),
    _rule("negative_points", "members.members", "points", "points below 0", "积分为负"),
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
)  # fmt: skip
INVENTORY_RULES = (
    _rule("negative_stock", "inventory.stock", "quantity", "quantity below 0", "数量为负", allowed=(*_JUDGED, "exclude")),
    _rule("large_stock", "inventory.stock", "quantity", "quantity of 1,000,000 or more", "数量达到 100 万以上", reason="large_quantity"),
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
    _rule("discount_scale", "sales.lines", "discount_rate", "discount rate above 1", "折扣率大于 1", severity="error"),
    _rule(
        "orphan_payment", "sales.payments", "ticket_no", "payment without its ticket",
        "付款无对应小票", reason="orphan_line", severity="error", policy="reject", allowed=_NO_SALE,
    ),
)  # fmt: skip

RULES: Mapping[str, BuiltInRule] = MappingProxyType(
    {rule.id: rule for rule in (*SUPPLIER_RULES, *PRODUCT_RULES, *MEMBER_RULES, *INVENTORY_RULES, *SALES_RULES)}
)
"""Every built-in rule, by its id."""


def policy_of(rule_id: str, policies: Mapping[str, Policy]) -> Policy:
    """What a project wants done with the rows a rule finds; raises KeyError for an unknown rule."""
    return policies.get(rule_id, RULES[rule_id].policy)


def reason_of(rule: BuiltInRule, policy: Policy) -> str:
    """The reason code of rows that a policy flags, fixes, excludes or rejects."""
    if REASONS[rule.reason].outcome is _OUTCOMES.get(policy):
        return rule.reason
    return f"{rule.reason}_{_OUTCOMES[policy]}"
