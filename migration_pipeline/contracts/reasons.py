"""The registry of reason codes: why a row ended where it did, in English and Chinese, with a hint how to fix it.

Belongs here: codes and words. Does not belong here: the rules that hand them out, reasons of goods (`reasons_goods.py`).
"""

from migration_pipeline.contracts.reason import Outcome, Reason
from migration_pipeline.contracts.reasons_compared import COMPARED_REASONS
from migration_pipeline.contracts.reasons_goods import GOODS_REASONS
from migration_pipeline.contracts.reasons_loaded import LOADED_REASONS
from migration_pipeline.contracts.reasons_mapped import MAPPED_REASONS
from migration_pipeline.contracts.reasons_sales import SALES_REASONS

__all__ = ["REASONS", "Outcome", "Reason"]

_LOADED, _MERGED, _EXCLUDED, _REJECTED = Outcome.LOADED, Outcome.MERGED, Outcome.EXCLUDED, Outcome.REJECTED

_ALL = (
    Reason("loaded", _LOADED, "In the ERP", "已进入 ERP"),
    Reason("same_record", _MERGED, "Same thing as a record of another key or store", "与其他编码或门店的记录是同一对象"),
    Reason(
        "duplicate_key",
        _MERGED,
        "The key comes more than once in the extract; newest and most complete values kept",
        "主键在抽取中重复，保留最新最完整的值",
    ),
    Reason("folded_stock", _MERGED, "Stock of the same item and warehouse, added up", "同仓同商品库存，已累加"),
    Reason("voided_ticket", _EXCLUDED, "Voided ticket", "作废小票"),
    Reason("hung_ticket", _EXCLUDED, "Hung (parked) ticket, never paid", "挂单，未结账"),
    Reason("training_ticket", _EXCLUDED, "Training-mode ticket", "练习模式小票"),
    Reason("dummy_card", _EXCLUDED, "Pre-opened dummy member card without balance", "无余额的预开卡"),
    Reason("no_member", _EXCLUDED, "The row names no member", "该行没有会员"),
    Reason("no_product", _EXCLUDED, "The row names no product", "该行没有商品"),
    Reason("not_a_sale", _EXCLUDED, "An accounting entry, not a sale", "记账凭证，不是销售"),
    Reason("stock_adjustment", _EXCLUDED, "A stock write-off, not a sale or return", "库存报损，不是销售或退货"),
    Reason("excluded_by_correction", _EXCLUDED, "Excluded by a person, under corrections/", "人工排除（corrections/）"),
    Reason("kept_as_evidence", _EXCLUDED, "Only compared with, never loaded; kept in the archive", "仅用于核对，不导入；保存在归档中"),
    Reason("footer_row", _EXCLUDED, "A total or footer row of the export", "导出文件的合计行或页脚"),
    Reason(
        "ragged_row",
        _REJECTED,
        "The row has another number of columns than the header",
        "列数与表头不符",
        "Mend the line in a copy of the file: a quote or delimiter is missing or doubled.",
        "在文件副本中修正该行：引号或分隔符缺失或多余。",
    ),
    Reason(
        "missing_required",
        _REJECTED,
        "A required value is missing",
        "必填值缺失",
        "Fill it in at the store system, or give a default in the project file.",
        "在门店系统补齐，或在项目文件中设默认值。",
    ),
    Reason(
        "bad_number",
        _REJECTED,
        "Not a number, or one damaged by a spreadsheet",
        "不是数字，或已被表格软件损坏",
        "Export the column as text again.",
        "请以文本格式重新导出该列。",
    ),
    Reason(
        "implausible_quantity",
        _REJECTED,
        "A quantity of 10^9 or more; probably a barcode in the wrong column",
        "数量达到 10^9 以上，可能误填条码",
        "Correct the quantity at the store system.",
        "请在门店系统更正数量。",
    ),
    Reason(
        "barcode_as_quantity",
        _REJECTED,
        "A barcode where the quantity should be",
        "数量栏填成了条码",
        "Correct the quantity at the store system; a scanner typed the barcode into it.",
        "请在门店系统更正数量：扫码枪把条码扫进了数量栏。",
    ),
    Reason(
        "bad_date",
        _REJECTED,
        "Not a date in the declared pattern",
        "日期不符合声明的格式",
        "Declare the pattern under dates: in the project file.",
        "在项目文件 dates: 中声明格式。",
    ),
    Reason(
        "ambiguous_date",
        _REJECTED,
        "A date that reads in two ways: day and month may be swapped",
        "日期有两种读法，日与月可能互换",
        "Declare the pattern under dates: in the project file.",
        "在项目文件 dates: 中声明格式。",
    ),
    Reason(
        "damaged_code",
        _REJECTED,
        "An identifier damaged by a spreadsheet (8.52E+11)",
        "编码已被表格软件损坏（8.52E+11）",
        "Export the column as text again; digits that are gone cannot be guessed.",
        "请以文本格式重新导出；丢失的数字无法猜测。",
    ),
    Reason(
        "unmapped_value",
        _REJECTED,
        "A value the ERP does not know",
        "ERP 中不存在的取值",
        "Add the value to value_maps: in the project file.",
        "在项目文件 value_maps: 中添加该值。",
    ),
    Reason(
        "unknown_product",
        _REJECTED,
        "The product is not in the store's or head office's master",
        "门店和总部商品档案中没有该商品",
        "Add the product or map its old code.",
        "补充商品档案，或映射旧编码。",
    ),
    Reason(
        "unknown_warehouse",
        _REJECTED,
        "The stock location is not one of the store's warehouses",
        "该仓位不在门店的仓库列表中",
        "List it under warehouses: of the store in migration.yaml.",
        "在 migration.yaml 中该门店的 warehouses: 下登记。",
    ),
    Reason(
        "orphan_line",
        _REJECTED,
        "The row's ticket does not exist",
        "所属小票不存在",
        "Ask the store system for the missing ticket header.",
        "向门店系统补取小票主表。",
    ),
    Reason(
        "header_not_lines",
        _REJECTED,
        "The ticket's total is not the sum of its lines",
        "小票总额与明细合计不符",
        "Correct the ticket; the difference must not be guessed.",
        "更正小票；差额不得猜测。",
    ),
    Reason(
        "payments_not_total",
        _REJECTED,
        "The payments do not add up to the ticket's total",
        "付款合计与小票总额不符",
        "Correct the payment rows.",
        "更正付款明细。",
    ),
    Reason(
        "ticket_rejected",
        _REJECTED,
        "Belongs to a ticket that was rejected",
        "所属小票已被隔离",
        "Correct the ticket; this row follows it.",
        "更正小票后此行随之处理。",
    ),
    Reason(
        "duplicate_ticket",
        _REJECTED,
        "The ticket number was already used in this store",
        "小票号在本门店已被使用",
        "Tell the two tickets apart by terminal or day.",
        "请按收银机或日期区分两张小票。",
    ),
    Reason(
        "round_count",
        None,
        "The export has exactly as many rows as exports are often cut at",
        "行数恰为常见的导出上限",
        "Compare with the number the store system shows.",
        "与门店系统显示的数量核对。",
    ),
    Reason(
        "ends_mid_day",
        None,
        "The last day's sales stop hours before the store closes",
        "最后一天的销售在打烊前数小时即中断",
        "Export again after closing, or compare with the day's report.",
        "打烊后重新导出，或与当日报表核对。",
    ),
    Reason(
        "row_limit",
        None,
        "The query is limited to exactly the rows that came (TOP, LIMIT); blocks",
        "查询限制的行数与读到的行数相同（TOP、LIMIT）；阻断",
        "Take the limit out of query:.",
        "去掉 query: 中的限制。",
    ),
    Reason(
        "count_differs",
        None,
        "The source counts other rows than were read; blocks",
        "来源的行数与读到的行数不符；阻断",
        "Run again; if it stays, the source is being changed or cut.",
        "重新运行；若仍不符，来源正被修改或截断。",
    ),
    Reason(
        "footer_differs",
        None,
        "The file's own footer states another total; blocks",
        "与文件自带的合计不符；阻断",
        "Export again. If the footer counts otherwise (voids, say), write why under accepted: of the input.",
        "重新导出。若合计口径不同（如不含作废），请在该输入的 accepted: 下说明。",
    ),
    Reason(
        "mojibake",
        None,
        "Text went through a wrong encoding before it came here (as in Ã© for é); blocks",
        "文本此前已被错误编码损坏（锟斤拷、Ã©）；阻断",
        "Export again from the store system; what is lost cannot be guessed.",
        "请从门店系统重新导出；丢失的字符无法猜测。",
    ),
    Reason(
        "question_marks",
        None,
        "Runs of question marks where text should be; blocks",
        "文本中出现成串问号；阻断",
        "Export again in UTF-8 or GB18030; if they were typed so, write that under accepted: of the input.",
        "以 UTF-8 或 GB18030 重新导出；若原本如此录入，请在该输入的 accepted: 下说明。",
    ),
    Reason("corrected", None, "A cell that a person corrected, under corrections/", "人工更正的单元格（corrections/）"),
    Reason("trimmed", None, "Blanks, tabs or quotes around a value removed", "去除了首尾空白、制表符或引号"),
    Reason(
        "rewritten",
        None,
        "Written otherwise than it is kept (1,234.5, ４, +86 139-...); same meaning",
        "写法不同（1,234.5、全角、+86），含义不变",
    ),
    Reason("width_folded", None, "Full-width letters and digits in a code made plain", "编码中的全角字符已转为半角"),
    Reason("float_tail", None, "Digits beyond the column's scale rounded (half away from zero)", "超出精度的小数已四舍五入"),
    Reason("placeholder", None, "A placeholder that means missing was cleared", "占位值按缺失处理"),
    Reason("defaulted", None, "A missing value took the declared default", "缺失值采用声明的默认值"),
    Reason(
        "bad_barcode",
        None,
        "The barcode's check digit is wrong or it is an in-store code; kept, not used for matching",
        "条码校验位错误或为店内码；保留但不用于匹配",
    ),
    Reason("bad_tax_id", None, "The tax id's check digit is wrong; kept, not used for matching", "税号校验错误；保留但不用于匹配"),
    Reason("case_clash", None, "Codes that differ only in case; kept apart", "仅大小写不同的编码；分别保留"),
    Reason("name_conflict", None, "One code with several names; newest kept", "同一编码有多个名称，保留最新"),
    Reason("missing_name", None, "No name", "缺少名称"),
    Reason("missing_spec", None, "No package size", "缺少规格"),
    Reason("missing_category", None, "No category", "缺少类别"),
    Reason("missing_member", None, "Sale without a member", "无会员的销售"),
    Reason(
        "unknown_member",
        None,
        "The member is not in the master; the sale is kept without one",
        "会员档案中没有该会员；销售保留但不关联会员",
    ),
    Reason(
        "unknown_supplier",
        None,
        "The supplier is not in the master; the product is kept without one",
        "供应商档案中没有该供应商；商品保留但不关联供应商",
    ),
    Reason("code_collision", None, "Its ERP code was taken; `-2`, `-3` ... stands behind it", "ERP 编码已占用，已加后缀 `-2`、`-3`"),
    Reason("unknown_coupon_product", None, "The coupon's product is not in the master; the coupon is kept", "券对应商品不在档案中；券保留"),
    Reason("repeated_line", None, "A line equal to another of its ticket; both kept", "与同一小票另一行完全相同；均保留"),
    Reason("renumbered", None, "Line numbers missing or repeated; numbered in file order", "小票行号缺失或重复；已按文件顺序编号"),
    Reason("return_line", None, "A return", "退货"),
    Reason("return_without_original", None, "A return that names no original ticket; kept", "无原单退货；保留"),
    Reason("zero_price", None, "Price is zero", "价格为零"),
    Reason("zero_quantity", None, "Quantity is zero", "数量为零"),
    Reason("zero_amount", None, "Amount is zero", "金额为零"),
    Reason("negative_stock", None, "Negative stock; loaded as it is", "负库存；按原值导入"),
    Reason(
        "shared_barcode",
        None,
        "One barcode on codes with quite different names",
        "同一条码用于名称完全不同的编码",
        "Find out which of them the barcode belongs to; matching by barcode would join them.",
        "确认条码属于哪个商品；按条码匹配会把它们合并。",
    ),
    Reason(
        "recycled_code",
        None,
        "One code with quite different names; perhaps used again for another product",
        "同一编码的名称完全不同，可能已被其他商品复用",
        "Give the newer product a code of its own.",
        "为较新的商品另设编码。",
    ),
    Reason("negative_price", None, "A price or cost below zero", "价格或成本为负"),
    Reason(
        "price_100x",
        None,
        "A price 50 times or more away from the product's other prices; perhaps cents for yuan",
        "价格与该商品的其他价格相差 50 倍以上，可能分与元混淆",
        "Compare with the shelf price.",
        "与货架价核对。",
    ),
    Reason(
        "truncated_name",
        None,
        "A name as long as the column was; probably cut",
        "名称长度恰为字段上限，可能被截断",
        "Export the full name if the store system has it.",
        "若门店系统存有全称，请导出全称。",
    ),
    Reason("emoji", None, "A name with an emoji or other picture sign", "名称含表情符号"),
    Reason("weighed_unit", None, "A weighed product that is sold by the piece, or the reverse", "称重标记与计量单位矛盾"),
    Reason(
        "dummy_card_with_balance",
        None,
        "A pre-opened card with points or stored value; loaded as it is",
        "预开卡却有积分或储值；按原值导入",
        "Find out whose balance it is.",
        "确认余额归属。",
    ),
    Reason("negative_points", None, "Points below zero; loaded as they are", "积分为负；按原值导入"),
    Reason("negative_stored_value", None, "Stored value below zero; loaded as it is", "储值为负；按原值导入"),
    Reason("shared_phone", None, "One mobile number on cards of different names; kept apart", "不同姓名的会员卡使用同一手机号；分别保留"),
    Reason("several_cards", None, "Several active cards of one name and mobile number", "同名同手机号有多张有效卡"),
    Reason("future_date", None, "A date after today", "日期晚于今天"),
    Reason("early_date", None, "A date before any such system was in use; often an empty value", "日期过早，常为空值的替代"),
    Reason(
        "large_quantity",
        None,
        "A quantity of 100,000 or more; perhaps a barcode in the wrong column",
        "数量达到 10 万以上，可能误填条码",
        "Compare with the store system.",
        "与门店系统核对。",
    ),
    Reason("fractional_quantity", None, "A fraction of a product that is otherwise sold whole", "通常整件销售的商品出现小数数量"),
    Reason(
        "discount_scale",
        None,
        "A discount rate above 1; perhaps percent, or tenths",
        "折扣率大于 1，可能是百分数或几折",
        "Turn it into a share (0.2 for 20 %) with a rule.",
        "用规则换算成比例（20 % 写作 0.2）。",
    ),
    Reason(
        "return_more_than_sold",
        None,
        "A return of more than its original ticket sold",
        "退货数量多于原单销售数量",
        "Compare with the original ticket.",
        "与原单核对。",
    ),
    Reason("sign_contradiction", None, "A sale below zero, or a return above zero", "销售为负或退货为正"),
    Reason("sign_normalised", None, "Positive return row turned negative", "退货正数已转为负数"),
    Reason(
        "unsplit_address",
        None,
        "The address has no province, city or district that is sure; kept whole, without a division code",
        "地址无法确定省、市、区县；原文完整保留，不给行政区划代码",
        "Write province, city and district into it, or leave it",
        "补写省、市、区县，或保持不变",
    ),
    *GOODS_REASONS,
    *MAPPED_REASONS,
    *LOADED_REASONS,
    *SALES_REASONS,
    *COMPARED_REASONS,
)

_POLICY_REJECTS = (
    "bad_barcode", "bad_tax_id", "barcode_zero_lost", "discount_scale", "dummy_card_with_balance", "early_date", "fractional_quantity",
    "future_date", "hung_ticket", "large_quantity", "negative_points", "negative_price", "negative_stock", "negative_stored_value",
    "pack_barcode_on_single", "pack_gtin", "price_100x", "recycled_code", "repeated_line", "return_more_than_sold",
    "return_without_original", "shared_barcode", "sign_contradiction", "training_ticket", "voided_ticket", "weighed_mismatch",
    "zero_price", "zero_quantity",
    "expired_coupon", "unknown_category", "unknown_tax_rate",
)  # fmt: skip
_SALES_REJECTS = (
    "change_beyond_cash", "discount_over_authority", "empty_ticket", "line_amount", "line_sign", "price_not_list", "return_before_sale",
    "return_too_late", "returned_ticket_unknown", "rounding_odd", "tax_not_lines", "tax_not_rate", "ticket_outside_day",
    "unknown_cashier", "unknown_terminal",
)  # fmt: skip
_POLICY_ZEROES = ("negative_points", "negative_stock")
_POLICY_EXCLUDES = ("expired_coupon", "negative_stock", "orphan_line")


def _by_policy(reason: Reason, outcome: Outcome) -> Reason:
    """The reason of rows that `policies:` of a project end otherwise than store2erp would."""
    en, zh = reason.en.split(";")[0], reason.zh.split("；")[0]
    said = "隔离" if outcome is Outcome.REJECTED else "排除"
    hint_en = "Correct it at the store system, or change policies: in the project file."
    hint_zh = "请在门店系统更正，或修改项目文件的 policies:。"
    return Reason(f"{reason.code}_{outcome}", outcome, f"{en}; {outcome} by policy", f"{zh}；按策略{said}", hint_en, hint_zh)


def _zeroed(reason: Reason) -> Reason:
    """The flag of rows whose amounts `policies:` of a project set to 0."""
    en, zh = reason.en.split(";")[0], reason.zh.split("；")[0]
    return Reason(f"{reason.code}_zeroed", None, f"{en}; set to 0 by policy", f"{zh}；按策略归零")


_KNOWN = {reason.code: reason for reason in _ALL}
REASONS = (
    _KNOWN
    | {f"{code}_rejected": _by_policy(_KNOWN[code], _REJECTED) for code in (*_POLICY_REJECTS, *_SALES_REJECTS)}
    | {f"{code}_excluded": _by_policy(_KNOWN[code], _EXCLUDED) for code in _POLICY_EXCLUDES}
    | {f"{code}_zeroed": _zeroed(_KNOWN[code]) for code in _POLICY_ZEROES}
)
"""Every reason, by code; `..._rejected`, `..._excluded` and `..._zeroed` are those of policies (`contracts/policies.py`)."""
