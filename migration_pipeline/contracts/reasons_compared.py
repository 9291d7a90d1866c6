"""Reason codes of what comparing finds: cards with ledgers, values with known lists, coupons with the calendar, sales with item status.

Belongs here: codes and words. Does not belong here: all other reasons (`reasons.py`), the rules that hand them out.
"""

from migration_pipeline.contracts.reason import Outcome, Reason

COMPARED_REASONS = (
    Reason("used_coupon", Outcome.EXCLUDED, "A coupon that is used or expired by its status", "券状态为已使用或已过期"),
    Reason(
        "expired_coupon",
        None,
        "A coupon that is still active though its validity is over; loaded",
        "券已过有效期但状态仍有效；保留",
        "Void it at the store system, or choose the policy exclude.",
        "请在门店系统作废，或将策略设为 exclude。",
    ),
    Reason(
        "points_not_ledger",
        None,
        "The card's points are not the sum of its ledger; the card's figure is loaded",
        "会员积分与积分流水合计不符；按会员卡余额导入",
        "Compare with the store system; perhaps the ledger does not reach back to the opening of the card.",
        "与门店系统核对；流水可能未追溯到开卡。",
    ),
    Reason(
        "stored_value_not_ledger",
        None,
        "The card's principal or bonus is not the sum of its ledger; the card's figure is loaded",
        "会员储值本金或赠送与储值流水合计不符；按会员卡余额导入",
        "Compare with the store system; perhaps the ledger does not reach back to the opening of the card.",
        "与门店系统核对；流水可能未追溯到开卡。",
    ),
    Reason(
        "stored_value_without_liability",
        None,
        "The stored value of the cards is not the liability in the general ledger",
        "会员储值总额与总账负债（预收款）不符",
        "Settle the difference with the accountant before the load; what is on the cards is what the ERP will owe.",
        "导入前与财务核清差额；ERP 将按卡上余额记负债。",
    ),
    Reason(
        "ledger_without_card",
        None,
        "A ledger entry of a card that does not exist",
        "流水对应的会员卡不存在",
        "Ask the store system for the card; a deleted card may still be owed its balance.",
        "向门店系统查询该卡；已删除的卡可能仍有余额。",
    ),
    Reason(
        "unknown_tax_rate",
        None,
        "A tax rate that is not in the known list; kept",
        "税率不在已知列表中；保留",
        "17, 16, 11 and 10 are Chinese rates of before 2018 and 2019; correct the rate, or list it under known: tax_rate:.",
        "17、16、11、10 为 2018、2019 年前的旧税率；请更正，或在 known: tax_rate: 中列出。",
    ),
    Reason(
        "unknown_category",
        None,
        "A category that is not in the known list or table; kept",
        "类别不在已知列表或类别表中；保留",
        "Add the category to its table or to known: category:, or correct the product.",
        "在类别表或 known: category: 中补充，或更正商品。",
    ),
    Reason(
        "sold_after_deletion",
        None,
        "Sold after its item was deleted or blocked; loaded",
        "商品删除或停用后仍有销售；保留",
        "Find out whether the item is still in use, or another product was sold under its code.",
        "确认该商品是否仍在使用，或编码被其他商品借用。",
    ),
    Reason(
        "stock_of_deleted",
        None,
        "Stock of an item that is deleted or blocked; loaded",
        "已删除或停用的商品仍有库存；保留",
        "Write the stock off, or make the item active again.",
        "请报损该库存，或恢复启用该商品。",
    ),
)
