"""The import report as one HTML page that needs no network, in English and Chinese.

Belongs here: giving the page its figures. Does not belong here: the figures (`import_report.py`), the page itself
(`import_report.html.j2`).
"""

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.reasons import REASONS
from migration_pipeline.reconciled.import_report import ImportReport
from migration_pipeline.reconciled.page_frame import page_template


def page(report: ImportReport) -> str:
    """The report as HTML."""
    names = {dataset.name: dataset.zh for dataset in DATASETS.values()}
    longest = max((line.seconds for line in report.batches if line.seconds is not None), default=None)
    return page_template("import_report.html.j2").render(r=report, f=report.about, dataset_zh=names, reasons=REASONS, longest=longest)
