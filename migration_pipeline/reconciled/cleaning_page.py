"""The cleaning report as one HTML page that needs no network, in English and Chinese.

Belongs here: how the page writes text and numbers. Does not belong here: figures and masking (`cleaning_report.py`), the page itself
(`cleaning_report.html.j2`).
"""

from collections.abc import Iterable

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.reconciled.cleaning_lines import EndedLine, RuleLine
from migration_pipeline.reconciled.cleaning_report import CleaningReport
from migration_pipeline.reconciled.page_frame import page_template


def page(report: CleaningReport) -> str:
    """The report as HTML."""
    tables = {line.table: [rule for rule in report.rules if rule.table == line.table] for line in report.totals}
    others = sorted({rule.table for rule in report.rules} - tables.keys())
    rules = tables | {name: [rule for rule in report.rules if rule.table == name] for name in others}
    dataset = DATASETS[report.about.dataset]
    return page_template("cleaning_report.html.j2").render(
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
