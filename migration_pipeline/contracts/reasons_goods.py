"""Reason codes about identifiers of goods and their packs.

Belongs here: codes and words. Does not belong here: all other reasons (`reasons.py`), the rules that hand them out.
"""

from migration_pipeline.contracts.reason import Outcome, Reason

GOODS_REASONS = (
    Reason("no_pack", Outcome.EXCLUDED, "The row names no pack", "该行没有副单位"),
    Reason(
        "lost_zeros",
        Outcome.REJECTED,
        "The product is unknown, but one whose code has other leading zeros is not (see the detail)",
        "商品未知，但存在仅前导零不同的编码（见明细）",
        "Export the column as text again; if the code in the detail is meant, correct the row.",
        "请以文本格式重新导出该列；若即为明细中的编码，请更正该行。",
    ),
    Reason(
        "weighed_unconfigured",
        Outcome.REJECTED,
        "The product is unknown, and its code looks like a scale's (13 or 18 digits from 2)",
        "商品未知，且编码形似秤打印的条码（以 2 开头的 13 或 18 位）",
        "Describe what the scale prints under weighed_barcodes: of the source or store.",
        "在来源或门店的 weighed_barcodes: 下写明秤条码的格式。",
    ),
    Reason("weighed_item", None, "A scale's barcode; the item it names was put in its place", "秤打印的条码；已换为其中的商品编码"),
    Reason(
        "weighed_mismatch",
        None,
        "Quantity or amount is not what the scale printed into the barcode; kept",
        "数量或金额与秤条码所载不符；按原值保留",
        "Compare with the ticket; perhaps the layout under weighed_barcodes: is another store's.",
        "与小票核对；也可能 weighed_barcodes: 的格式属于其他门店。",
    ),
    Reason(
        "barcode_zero_lost",
        None,
        "A barcode of 11 digits that is a valid UPC with the leading zero it lost; matched as that",
        "11 位条码，补回丢失的前导零后为有效 UPC；按此匹配",
    ),
    Reason(
        "digits_lost",
        None,
        "Codes of 16 digits and more, all with zeros behind the 15th; a spreadsheet keeps no more",
        "16 位以上的编码自第 16 位起全为零；表格软件只保留 15 位",
        "Export the column as text again; digits that are gone cannot be guessed.",
        "请以文本格式重新导出；丢失的数字无法猜测。",
    ),
    Reason(
        "bad_pack_ratio",
        Outcome.REJECTED,
        "A pack must hold more or less than one of the base unit; the ratio is missing, 1, 0 or below",
        "副单位换算比例缺失、为 1、为 0 或为负",
        "Correct how many base units the pack holds; stock would be wrong by that factor.",
        "更正每包所含基本单位数；否则库存将按倍数出错。",
    ),
    Reason(
        "pack_base_unit",
        Outcome.REJECTED,
        "The pack's unit is the base unit of its product",
        "副单位与商品的基本单位相同",
        "Correct the pack's unit or the product's.",
        "更正副单位或商品的基本单位。",
    ),
    Reason(
        "pack_conflict",
        Outcome.REJECTED,
        "Another ratio for the same item and unit; which one counts must not be guessed",
        "同一商品同一单位有另一换算比例；不得猜测",
        "Correct the ratio of one of the two.",
        "更正其中一个比例。",
    ),
    Reason(
        "pack_barcode_on_single",
        None,
        "A pack's barcode that a single product has as well",
        "副单位条码同时是某单品的条码",
        "Find out which of the two the barcode is printed on; scanning it sells one or a whole pack.",
        "确认条码印在单品还是整包上；扫码会按单品或整包销售。",
    ),
    Reason(
        "unit_conversion",
        None,
        "The row names a pack by its barcode; quantity and price are those of the base unit now, the amount is the same",
        "该行以整包条码记录；数量与单价已换算为基本单位，金额不变",
    ),
    Reason(
        "pack_gtin",
        None,
        "A product whose GTIN-14 holds another product's barcode; perhaps a pack of it",
        "商品的 GTIN-14 内含另一商品的条码，可能是其整包",
        "Give it as a pack of that product (table packs).",
        "将其登记为该商品的副单位（packs 表）。",
    ),
)
