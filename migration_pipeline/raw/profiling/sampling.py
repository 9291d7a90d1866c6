"""A sample of rows for a person to check against the store system, and how much such a sample proves.

Belongs here: choosing row ids. Does not belong here: showing values, recording what the person found.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

import duckdb

from migration_pipeline.runtime.sql_files import sql_text

CONFIDENCE = Decimal("0.95")
STRATA = 10
FORMULA = "n = ln(1 - c) / ln(1 - p), rounded up: with n checked rows and none wrong, fewer than p of all rows are wrong, with confidence c"
FORMULA_ZH = "n = ln(1 - c) / ln(1 - p)，向上取整：抽查 n 行均无误，则以置信度 c 可认为错误率低于 p"


@dataclass(frozen=True)
class Sample:
    """Rows of one table to look at.

    Attributes:
        rows: `<file>:<row>`, in file order.
        below: share of wrong rows that is ruled out (with `CONFIDENCE`) if none of them is wrong; four decimals, rounded up.
    """

    rows: tuple[str, ...]
    below: Decimal


def size_for(error_rate: Decimal, confidence: Decimal = CONFIDENCE) -> int:
    """Rows to check without a mistake to be so sure that fewer than `error_rate` of all rows are wrong; 299 for 1 % at 95 %."""
    return math.ceil(math.log(1 - confidence) / math.log(1 - error_rate))


def ruled_out(checked: int, confidence: Decimal = CONFIDENCE) -> Decimal:
    """The same formula the other way round: the error rate so many faultless rows rule out."""
    if not checked:
        return Decimal(1)
    rate = 1 - (1 - confidence) ** (Decimal(1) / checked)
    return rate.quantize(Decimal("0.0001"), ROUND_CEILING)


def sample_rows(database: duckdb.DuckDBPyConnection, rows: str, files: Sequence[str], wanted: int, seed: int) -> Sample:
    """Rows spread over all files and their beginning, middle and end; the same seed gives the same rows."""
    found = database.execute(sql_text("profile/sample.sql").format(rows=rows, strata=STRATA, wanted=wanted, seed=seed)).fetchall()
    ids = tuple(f"{files[int(file)]}:{row}" for file, row in found)
    return Sample(ids, ruled_out(len(ids)))
