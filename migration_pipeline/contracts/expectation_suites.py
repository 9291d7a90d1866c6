"""Great Expectations suites as data: what the ERP's loaded tables of one dataset must look like.

Belongs here: the closed form of the JSON files (`suites/`, and a project's own `expectations/<dataset>.json`), reading them. Does not
belong here: running them (`reconciled/expectations.py`), totals of money (GX adds decimals as float; reconciliation compares those).
"""

import json
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.erp import tables_of

Severity = Literal["critical", "warning", "info"]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Meaning(_Closed):
    """What an expectation is about: the ERP table, and the sentence a person reads in English and Chinese."""

    table: str
    en: str
    zh: str = ""


class Expectation(_Closed):
    """One expectation in GX's own words.

    Attributes:
        type: a GX expectation, such as `expect_column_values_to_not_be_null`.
        kwargs: its arguments.
        severity: `critical` stops the store, `warning` and `info` are shown.
    """

    type: str = Field(pattern=r"^(expect_[a-z_]{1,80}|unexpected_rows_expectation)$")
    kwargs: dict[str, JsonValue]
    meta: Meaning
    severity: Severity = "critical"

    @field_validator("kwargs")
    @classmethod
    def _only_counts(cls, kwargs: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if "result_format" in kwargs:
            raise ValueError("result_format is not yours to choose: results hold counts, never values")
        return kwargs


class Suite(_Closed):
    """All expectations of one dataset; `origin` is the file they come from."""

    name: str
    expectations: tuple[Expectation, ...]
    meta: dict[str, JsonValue] = Field(default_factory=dict)
    origin: str = Field(default="", exclude=True)


class SuiteError(ValueError):
    """A suite file that cannot be used; the message names what, `where` the file and expectation."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(what)
        self.where = where


def built_in_suite(dataset: str) -> Suite:
    """The suite that ships for one dataset."""
    name = f"{dataset}.json"
    text = (resources.files("migration_pipeline.contracts.suites") / name).read_text(encoding="utf-8")
    return parse_suite(text, dataset, f"contracts/suites/{name}")


def project_suite(folder: Path, dataset: str) -> Suite | None:
    """The project's own expectations about one dataset, or None.

    Raises:
        SuiteError: the file is no suite, or speaks of a table of another dataset.
    """
    path = folder / "expectations" / f"{dataset}.json"
    return parse_suite(path.read_bytes(), dataset, str(path)) if path.is_file() else None


def parse_suite(text: str | bytes, dataset: str, origin: str) -> Suite:
    """A suite from its JSON.

    Raises:
        SuiteError: not JSON, an unknown key or table.
    """
    try:
        values = json.loads(text)
        suite = Suite.model_validate({**values, "origin": origin} if isinstance(values, dict) else values)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise SuiteError("not JSON in UTF-8", f"{origin}:{getattr(error, 'lineno', 1)}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise SuiteError(first["msg"], f"{origin}, {'.'.join(map(str, first['loc'])) or 'top'}") from error
    known = [table.name for table in tables_of(DATASETS[dataset].name)]
    for place, expectation in enumerate(suite.expectations):
        if expectation.meta.table not in known:
            what = f"{dataset} fills no ERP table {expectation.meta.table!r}; it fills {', '.join(known)}"
            raise SuiteError(what, f"{origin}, expectations.{place}.meta.table")
    return suite
