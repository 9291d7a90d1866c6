"""Classes of differences between source and ERP, and which reason belongs to which class: the one place that says so.

Belongs here: classes with their words, reason code -> class, as data. Does not belong here: finding differences (`reconciled/`), what
people decide about them (`control/`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from migration_pipeline.contracts.correction_amounts import CORRECTION, UNIT_CONVERSION
from migration_pipeline.contracts.reason import Outcome, Reason
from migration_pipeline.contracts.reasons import REASONS

UNCLASSED = "unclassed"
"""What the class of a reason is that nobody classed: such a break fails whatever its amount."""
Weight = Literal["expected", "warns", "fails", "fatal"]


@dataclass(frozen=True)
class BreakClass:
    """One class of differences.

    Attributes:
        weight: `expected`: explained, nobody need look. `warns`: open until a person accepts it, the check warns. `fails`: the same, but
            the check fails until then. `fatal`: the check fails, and nobody can accept it.
    """

    code: str
    weight: Weight
    en: str
    zh: str
    hint_en: str
    hint_zh: str


_NOTHING = ("Nothing; the figure is accounted for.", "无需处理，差额已有说明。")
_ALL = (
    BreakClass("duplicate_merged", "expected", "The same record came more than once; one in the ERP", "重复记录已合并", *_NOTHING),
    BreakClass("excluded_by_rule", "expected", "Left out by a rule (voids, footers ...)", "按规则排除（作废、页脚等）", *_NOTHING),
    BreakClass(
        "rejected", "expected", "In quarantine: the row cannot be loaded as it is", "已隔离，无法按原样导入",
        "Correct the rows: `store2erp quarantine`.", "请更正：`store2erp quarantine`。",
    ),
    BreakClass(
        "refused_by_target", "expected", "The ERP itself refused the record; it is in quarantine", "被 ERP 拒收，已隔离",
        "Load what it refers to, or correct the rows: `store2erp quarantine`.", "先导入其引用的记录或更正：`store2erp quarantine`。",
    ),
    BreakClass(
        "corrected", "expected", "Changed or left out by a person, under corrections/", "人工更正或排除（corrections/）",
        "Nothing; who and why stands in corrections/.", "无需处理；更正人与原因见 corrections/。",
    ),
    BreakClass(
        "policy", "expected", "Changed or ended by a policy of the project (negative stock ...)", "按项目策略更改或结束（负库存等）",
        "Change policies: in the project file if that is not meant.", "如非本意，请修改项目文件的 policies:。",
    ),
    BreakClass("rounding", "expected", "Rounded, or within the tolerance of the project", "舍入或在容差之内", *_NOTHING),
    BreakClass(
        "pack_conversion", "expected", "Packs counted in base units; the money is the same", "整包按基本单位计数，金额不变", *_NOTHING,
    ),
    BreakClass(
        "undone", "expected", "The load was taken back", "导入已撤销", "Run the store again to load it.", "如需导入请重新运行该门店。",
    ),
    BreakClass(
        "late_ticket", "warns", "A ticket of the ERP that was sold after the last one of the extract", "ERP 中晚于抽取末笔的小票",
        "Accept it if the shop sells in the ERP already; else extract again.", "若门店已在 ERP 销售则接受；否则重新抽取。",
    ),
    BreakClass(
        "changed_in_erp_since", "fails", "A row of the ERP is not as it was loaded: somebody changed it there", "ERP 中的行在导入后被修改",
        "Ask who changed it; accept it, or run the store again to restore it.", "查明修改人；接受，或重新运行该门店以恢复。",
    ),
    BreakClass(
        "deleted_in_erp_since", "fails", "A loaded row is no longer in the ERP", "已导入的行在 ERP 中不存在",
        "Ask who deleted it; accept it, or run the store again to restore it.", "查明删除人；接受，或重新运行该门店以恢复。",
    ),
    BreakClass(
        "added_in_erp", "fails", "A row of the ERP that no load brought", "ERP 中存在并非本次导入的行",
        "Ask who entered it; accept it, or delete it in the ERP.", "查明录入人；接受，或在 ERP 中删除。",
    ),
    BreakClass(
        "erp_changed_shape", "fatal", "The ERP's tables are not as they were described", "ERP 表结构已变化",
        "Check the mapping, then `store2erp target describe`.", "核对映射后运行 `store2erp target describe`。",
    ),
    BreakClass(
        "unexplained", "fatal", "Nobody can say why", "无法解释",
        "Look at the rows: `store2erp explain`; report it if the load is at fault.", "查看明细：`store2erp explain`；若为导入之误请反馈。",
    ),
    BreakClass(
        UNCLASSED, "fatal", "A reason that belongs to no class", "原因未归类",
        "A reason code is missing in contracts/break_classes.py.", "contracts/break_classes.py 缺少该原因代码。",
    ),
)  # fmt: skip
BREAK_CLASSES: Mapping[str, BreakClass] = MappingProxyType({one.code: one for one in _ALL})
"""Every class by code."""

UNEXPLAINED, LEDGER_DIFFERS, WITHIN_TOLERANCE = "unexplained", "ledger_differs", "within_tolerance"
ROW_CHANGED, TEXT_CHANGED, ROW_DELETED, ROW_ADDED = "erp_row_changed", "erp_text_changed", "erp_row_deleted", "erp_row_added"
LATE_TICKET, LOADED_OTHERWISE, GROUP_DIFFERS = "late_ticket", "loaded_otherwise", "group_differs"
ROWS_DIFFER, SHAPE = "rows_differ", "erp_changed_shape"
BREAK_REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        reason.code: reason
        for reason in (
            Reason(WITHIN_TOLERANCE, None, "A rest within the tolerance of the project", "余差在项目容差之内"),
            Reason(ROW_CHANGED, None, "An amount of a loaded row was changed in the ERP", "已导入行的数量或金额在 ERP 中被修改"),
            Reason(TEXT_CHANGED, None, "A text or date of a loaded row was changed in the ERP", "已导入行的文字或日期在 ERP 中被修改"),
            Reason(ROW_DELETED, None, "A loaded row is gone from the ERP", "已导入的行在 ERP 中消失"),
            Reason(ROW_ADDED, None, "A row of the ERP that was not loaded", "ERP 中并非导入的行"),
            Reason(LATE_TICKET, None, "A ticket sold after the last one of the extract", "晚于抽取末笔的小票"),
            Reason(
                LOADED_OTHERWISE,
                None,
                "The ERP holds another value, and nobody touched the row since its load",
                "ERP 的值不同，且导入后无人改动该行",
            ),
        )
    }
)
"""What the comparison itself says, beside the reason codes of rows."""

_BY_OUTCOME = {
    Outcome.MERGED: "duplicate_merged",
    Outcome.EXCLUDED: "excluded_by_rule",
    Outcome.REJECTED: "rejected",
    Outcome.UNDONE: "undone",
}
_POLICY_ENDS = ("_rejected", "_excluded", "_zeroed")
_OWN = {
    "excluded_by_correction": "corrected",
    CORRECTION: "corrected",
    "refused_by_target": "refused_by_target",
    UNIT_CONVERSION: "pack_conversion",
    "float_tail": "rounding",
    WITHIN_TOLERANCE: "rounding",
    ROW_CHANGED: "changed_in_erp_since",
    TEXT_CHANGED: "changed_in_erp_since",
    ROW_DELETED: "deleted_in_erp_since",
    ROW_ADDED: "added_in_erp",
    LATE_TICKET: "late_ticket",
    SHAPE: "erp_changed_shape",
    LOADED_OTHERWISE: UNEXPLAINED,
    GROUP_DIFFERS: UNEXPLAINED,
    ROWS_DIFFER: UNEXPLAINED,
    LEDGER_DIFFERS: UNEXPLAINED,
    UNEXPLAINED: UNEXPLAINED,
}


def _class_by_reason() -> dict[str, str]:
    found = {code: _BY_OUTCOME[reason.outcome] for code, reason in REASONS.items() if reason.outcome in _BY_OUTCOME}
    of_policies = {code for code in REASONS for end in _POLICY_ENDS if code.endswith(end) and code.removesuffix(end) in REASONS}
    return found | dict.fromkeys(of_policies, "policy") | _OWN


CLASS_OF_REASON: Mapping[str, str] = MappingProxyType(_class_by_reason())
"""Reason code -> class; flags that change no figure have none."""


def class_of(reason: str) -> BreakClass:
    """The class of a reason; `unclassed` if nobody said."""
    return BREAK_CLASSES[CLASS_OF_REASON.get(reason, UNCLASSED)]


def weight_of(reason: str) -> Weight:
    """How much a difference for this reason weighs: a changed text as much as an amount, for a barcode or a way to pay is a text."""
    return class_of(reason).weight
