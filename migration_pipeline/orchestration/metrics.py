"""Figures for Prometheus, in its text form or as OpenMetrics, read from the control database at each scrape.

A label says dataset, outcome, class ...: words of the house; or store or channel: only those that the project names, so that the number of
series is bounded by the project.
Belongs here: which figures there are, and their form. Does not belong here: the SELECTs (`dbt_like_sql/metrics/`), the server (`cli/`).
Sources: the exposition format 0.0.4 of Prometheus, OpenMetrics 1.0.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from psycopg import sql

from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.databases import CONTROL
from migration_pipeline.runtime.sql_files import sql_text

PREFIX = "store2erp_"
PLAIN = "text/plain; version=0.0.4; charset=utf-8"
OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@dataclass(frozen=True)
class Family:
    """One figure.

    Attributes:
        file: of `dbt_like_sql/metrics/`; its columns are the labels, the last one is `value`.
    """

    name: str
    kind: Literal["gauge", "counter"]
    en: str
    zh: str
    file: str


FAMILIES = (
    Family("source_rows", "gauge", "Rows read from the sources", "来源行数", "source_rows"),
    Family("rows", "gauge", "Rows by where they ended", "按去向统计的行数", "rows"),
    Family("money_unexplained", "gauge", "Money that no reason explains", "来源与 ERP 间未解释金额", "money_unexplained"),
    Family("open_breaks", "gauge", "Breaks that wait for a person", "待处理差异", "open_breaks"),
    Family("store_open_breaks", "gauge", "Breaks of a store that wait for a person", "各店待处理差异", "store_open_breaks"),
    Family("quarantine_rows", "gauge", "Rows of a store in quarantine", "各店隔离行数", "quarantine_rows"),
    Family(
        "last_reconciled_timestamp_seconds", "gauge", "When a store was reconciled last; its oldest dataset counts",
        "门店最近对账时间（取最早的数据集）", "last_reconciled",
    ),
    Family("runs_total", "counter", "Runs by what they came to", "运行次数", "runs"),
    Family("stops_total", "counter", "Stores that stopped in a run", "门店中断次数", "stops"),
    Family("checks", "gauge", "Newest results of checks", "各检查的最新结果", "checks"),
    Family("check_results_total", "counter", "Results of checks ever", "检查结果总数", "check_results"),
    Family("load_batches_total", "counter", "Load batches", "导入批次数", "load_batches"),
    Family("load_rows_total", "counter", "Rows sent to the ERP", "写入 ERP 的行数", "load_rows"),
    Family("load_seconds_total", "counter", "Seconds the ERP took for them", "ERP 所用秒数", "load_seconds"),
    Family("load_rows_per_second", "gauge", "Rows per second the ERP took in the last day", "近一日 ERP 每秒行数", "load_rate"),
    Family("batch_seconds", "gauge", "Seconds of a batch in the last day", "近一日批次秒数", "batch_seconds"),
    Family("alert_messages_total", "counter", "Messages of alerts", "告警消息数", "messages"),
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """One figure with its labels."""

    labels: Mapping[str, str]
    value: str


def measured(workspace: Workspace) -> list[tuple[Family, list[Sample]]]:
    """All figures as they are now.

    Raises:
        InfrastructureError: the control database is not there.
    """
    known = {"store": workspace.stores.keys(), "channel": workspace.project.alerts.channels.keys()}
    found: list[tuple[Family, list[Sample]]] = []
    with workspace.databases.connect(CONTROL) as connection:
        for family in FAMILIES:
            cursor = connection.execute(sql.SQL(sql_text(f"metrics/{family.file}.sql")))
            names = [column.name for column in cursor.description or ()][:-1]
            samples = [Sample(dict(zip(names, map(str, row), strict=False)), str(row[-1])) for row in cursor]
            found.append((family, bounded(samples, known)))
    return found


def bounded(samples: Sequence[Sample], known: Mapping[str, Collection[str]]) -> list[Sample]:
    """Without those of stores and channels that the project does not name any more."""
    return [one for one in samples if all(one.labels[name] in values for name, values in known.items() if name in one.labels)]


def exposition(families: Sequence[tuple[Family, Sequence[Sample]]], *, openmetrics: bool = False) -> str:
    """The text that Prometheus reads; in OpenMetrics a counter's family is named without `_total`, and the end is marked."""
    lines = [line for family, samples in families for line in _lines(family, samples, openmetrics)]
    return "\n".join([*lines, "# EOF"] if openmetrics else lines) + "\n"


_ESCAPED = MappingProxyType(str.maketrans({"\\": "\\\\", "\n": "\\n", '"': '\\"'}))


def _lines(family: Family, samples: Sequence[Sample], openmetrics: bool) -> Iterator[str]:
    name = PREFIX + family.name
    said = name.removesuffix("_total") if openmetrics else name
    yield f"# HELP {said} {family.en}. {family.zh}。"
    yield f"# TYPE {said} {family.kind}"
    for one in samples:
        labels = ",".join(f'{label}="{value.translate(_ESCAPED)}"' for label, value in one.labels.items())
        yield f"{name}{{{labels}}} {one.value}" if labels else f"{name} {one.value}"
