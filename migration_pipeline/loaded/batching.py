"""Cutting a mapped output into load batches: each a set of rows that can stand alone.

Belongs here: where to cut. Does not belong here: writing (`targets/`).
"""

from collections.abc import Iterator, Mapping

import pandas as pd

BATCH_ROWS = 200_000


def batches(tables: Mapping[str, pd.DataFrame], rows: int = BATCH_ROWS) -> Iterator[dict[str, pd.DataFrame]]:
    """Master data in one batch; tickets in runs of about `rows` lines, each with its own lines and payments."""
    tickets = tables.get("ticket")
    if tickets is None or len(tables["ticket_line"]) <= rows:
        yield dict(tables)
        return
    lines_of = tables["ticket_line"].groupby("ticket_no").size()
    number = lines_of.reindex(tickets["ticket_no"]).fillna(0).cumsum().floordiv(rows).astype("int64").to_numpy()
    batch_of = pd.Series(number, index=tickets["ticket_no"])
    for batch in sorted(set(number)):
        yield {name: frame[frame["ticket_no"].map(batch_of) == batch].reset_index(drop=True) for name, frame in tables.items()}
