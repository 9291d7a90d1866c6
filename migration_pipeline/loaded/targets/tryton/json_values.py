"""Values as Tryton's JSON-RPC writes them: exact decimals, dates, times.

Belongs here: encoding and decoding. Does not belong here: requests (`rpc.py`).
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any


def encoded(value: object) -> bytes:
    """JSON of a request; decimals and dates as objects with `__class__`.

    Raises:
        TypeError: a value that JSON-RPC does not know.
    """
    return json.dumps(value, default=_marked, ensure_ascii=False, separators=(",", ":")).encode()


def decoded(text: bytes) -> Any:
    """A response: numbers with a point and marked decimals as Decimal, so that no digit is lost; marked dates and times.

    Raises:
        ValueError: not JSON.
    """
    return json.loads(text, parse_float=Decimal, object_hook=_unmarked)


def _marked(value: object) -> dict[str, object]:
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, datetime):
        parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return {"__class__": "datetime"} | {part: getattr(value, part) for part in parts}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    raise TypeError(f"JSON-RPC has no form for {type(value).__name__}")


def _unmarked(content: dict[str, Any]) -> Any:
    made = _MAKERS.get(content.get("__class__", ""))
    return made(content) if made else content


def _moment(content: Mapping[str, Any]) -> datetime:
    parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return datetime(*(content[part] for part in parts))  # noqa: DTZ001 - Tryton's times carry no zone


_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = MappingProxyType(
    {
        "Decimal": lambda content: Decimal(content["decimal"]),
        "date": lambda content: date(content["year"], content["month"], content["day"]),
        "datetime": _moment,
    }
)
