"""What store systems write where there is nothing: the defaults that `placeholders:` of a source adds to.

Belongs here: words and dates that mean missing, by kind of column. Does not belong here: clearing them (`cleaned/table.py`,
`reconciled/control_expressions.py`; both ask here, so that rows and control totals agree).
"""

from itertools import product
from types import MappingProxyType

from migration_pipeline.contracts.fields import Field
from migration_pipeline.project.source import SourceSpec

_SIGNS = ("-", "--", "---", "—", "——", "/", "\\N", "#N/A", "无", "暂无", "空", "未知", "不详")
_WORDS = frozenset([*_SIGNS, "N/A", "n/a", "NA", "NULL", "null", "Null", "None", "none", "nil", "NaN", "nan"])
_DAYS = ("0000-00-00", "0001-01-01", "1899-12-30", "1900-01-00", "1900-01-01")
_TIMES = ("", " 00:00", " 00:00:00", " 00:00:00.000", " 00:00:00.000000", "T00:00:00", " 0:00", " 0:00:00")
_ZEROS = frozenset("0" * length for length in range(1, 21))
_MADE_UP_PHONES = _ZEROS | {"13800138000"} | {digit * length for digit, length in product("123456789", (10, 11))}
BY_COLUMN = MappingProxyType({"phone": _MADE_UP_PHONES, "tax_id": _ZEROS, "barcode": _ZEROS})
"""Canonical column -> what means missing there besides the words."""


def _dates() -> frozenset[str]:
    short = tuple(day.replace("-0", "-") for day in _DAYS)
    spelt = {*_DAYS, *short, *(day.replace("-", "/") for day in (*_DAYS, *short)), *(day.replace("-", "") for day in _DAYS[1:])}
    return frozenset(day + time for day, time in product(spelt | {"0000-00-00", "00000000"}, _TIMES))


DATES = _dates()
"""The zero of databases and spreadsheets, as text; a real event on one of these days is not told apart from it."""


def placeholders_for(field: Field, source: SourceSpec) -> frozenset[str]:
    """Trimmed texts that mean missing in a column: the defaults of its kind and what the source declares.

    A column declared with an empty list has none at all. Names and keys (required columns) keep their text: a row must not be lost
    because its product is called `-`. A word that the source maps to one of the ERP's means that and not missing.
    """
    declared = source.placeholders.get(field.name)
    if declared is not None and not declared:
        return frozenset()
    words = frozenset() if field.required or field.name == "name" else _WORDS - source.value_maps.get(field.vocabulary or "", {}).keys()
    dates = DATES if field.type in {"date", "timestamp"} else frozenset()
    return words | dates | BY_COLUMN.get(field.name, frozenset()) | frozenset(declared or ())
