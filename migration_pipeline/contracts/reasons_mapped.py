"""Reason codes of what the ERP does not take as it is.

Belongs here: codes and words. Does not belong here: all other reasons (`reasons.py`), the rules that hand them out.
"""

from migration_pipeline.contracts.reason import Outcome, Reason

MAPPED_REASONS = (
    Reason(
        "too_long",
        Outcome.REJECTED,
        "A text is longer than its ERP column takes (see the detail for the column); nothing is ever cut",
        "文本超过 ERP 该列的长度（列名见明细）；绝不自动截断",
        "Shorten it: by a correction or a computed column left(x, n); or widen the ERP's field and run `store2erp target describe`.",
        "请缩短该值：使用更正文件、计算列 left(x, n)，或加宽 ERP 字段后运行 `store2erp target describe`。",
    ),
)
