"""The HTML page of a profile: figures in, one self-contained page out.

Belongs here: arranging figures for the page (`report.html.j2`). Does not belong here: what may be shown of a value (`view.py`), writing the
file (`cli/profile.py`).
"""

import re
from datetime import datetime
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.raw.profiling.recognise import LIKELY, SURE
from migration_pipeline.raw.profiling.view import View

SHOWN_FINDINGS = 60


def render(view: View, *, title: str, version: str, written_at: datetime) -> str:
    """The page, in English and Chinese; `view` as `as_view` makes it."""
    tables: list[View] = view["tables"]
    units = [(unit, list(group)) for unit, group in groupby(tables, key=lambda table: table["unit"])]
    return _template().render(
        view=view,
        title=title,
        version=version,
        written_at=written_at,
        units=units,
        looks=_looks(view),
        totals=_totals(view),
        findings=view["findings"][:SHOWN_FINDINGS],
        more_findings=max(0, len(view["findings"]) - SHOWN_FINDINGS),
        sure=SURE,
        likely=LIKELY,
    )


def meaning_of(table: View) -> tuple[str, str]:
    """What a table is in a word, in English and Chinese: its role, else the guess."""
    likely = table["likely"]
    english = re.sub(r"\b(\w+)\.\1\b", r"\1", str(likely["role"] or likely["guess"]))
    chinese = english.replace("lookup of ", "查找表：").replace("other", "其他")
    for dataset in DATASETS.values():
        chinese = re.sub(rf"\b{dataset.name}\b", dataset.zh, chinese)
    return english, chinese


def percent(part: int, whole: int) -> str:
    """`12 %`; `<1 %` and `>99 %` where rounding would say none or all."""
    if not part or not whole:
        return ""
    share = 100 * part // whole
    if not share:
        return "<1 %"
    return f"{share} %" if part == whole or share < 99 else ">99 %"


def _looks(view: View) -> dict[str, int]:
    """Findings per table."""
    counts: dict[str, int] = {}
    for finding in view["findings"]:
        counts[finding["place"]] = counts.get(finding["place"], 0) + 1
    return counts


def _totals(view: View) -> dict[str, int]:
    tables = view["tables"]
    return {
        "tables": len(tables),
        "files": sum(table["files"] for table in {(t["unit"], t["table"].split(" ")[0]): t for t in tables}.values()),
        "rows": sum(table["rows"] for table in tables),
        "columns": sum(len(table["columns"]) for table in tables),
        "recognised": sum(bool(table["likely"]["role"]) for table in tables),
        "personal": sum(bool(column["personal"]) for table in tables for column in table["columns"]),
        "bad": sum(finding["level"] == "bad" for finding in view["findings"]),
        "units": len({table["unit"] for table in tables}),
    }


def _count(value: Any) -> str:
    return f"{int(value):,}"


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"count": _count, "meaning": meaning_of}
    environment.globals["percent"] = percent
    text = resources.files("migration_pipeline.raw.profiling").joinpath("report.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)
