"""Reason codes of what the load itself and its undo decide.

Belongs here: codes and words. Does not belong here: all other reasons (`reasons.py`), loading and undoing (`loaded/`).
"""

from migration_pipeline.contracts.reason import Outcome, Reason

LOADED_REASONS = (
    Reason(
        "refused_by_target",
        Outcome.REJECTED,
        "The ERP refused the record this row belongs to; its own words are in the detail",
        "ERP 拒收该行所属的记录；ERP 的原话见明细",
        "Load what it refers to first, or correct the row; then run the store again.",
        "请先导入其引用的记录或更正该行，再重新运行该门店。",
    ),
    Reason("undone", Outcome.UNDONE, "Was in the ERP; its load was taken back", "曾进入 ERP；其导入已撤销"),
)
