"""The cleaning report as one HTML page that needs no network, in English and Chinese.

Belongs here: how the page writes text and numbers. Does not belong here: figures and masking (`cleaning_report.py`), the page itself
(`cleaning_report.html.j2`).
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.reconciled.cleaning_lines import EndedLine, RuleLine
from migration_pipeline.reconciled.cleaning_report import CleaningReport
from migration_pipeline.reconciled.report import exact

_SIGNS = {"\t": "⇥", "\r": "␍", "\n": "␊", " ": "␣", "\u3000": "␣"}
_UNSEEN = re.compile(r"^\s+|\s+$|[\x00-\x1f\x7f-\xa0\xad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u2064\u3000\ufeff]")
_LONGEST = 60


def page(report: CleaningReport) -> str:
    """The report as HTML."""
    tables = {line.table: [rule for rule in report.rules if rule.table == line.table] for line in report.totals}
    others = sorted({rule.table for rule in report.rules} - tables.keys())
    rules = tables | {name: [rule for rule in report.rules if rule.table == name] for name in others}
    dataset = DATASETS[report.about.dataset]
    return _template().render(
        r=report,
        f=report.about,
        dataset=dataset,
        rules={name: lines for name, lines in rules.items() if lines},
        places=MEASURES,
        shown_measures={name: _measures(lines) for name, lines in rules.items()},
        ended_measures=_measures(report.ended),
    )


def _measures(lines: Iterable[RuleLine | EndedLine]) -> list[str]:
    """The measures that any of the lines has."""
    given = {measure for line in lines for measure in line.amounts}
    return [measure for measure in MEASURES if measure in given]


def visible(text: str) -> str:
    """Text with a sign for every blank around it and for what nobody sees inside; a long one is cut."""
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return _UNSEEN.sub(lambda found: "".join(_SIGNS.get(sign, "◌") for sign in found[0]), short)


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"exact": exact, "visible": visible}
    text = resources.files("migration_pipeline.reconciled").joinpath("cleaning_report.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)
