"""One assignment of ERP keys inside one transaction: stage the records, find the known ones, resolve the rest, write.

Belongs here: the steps and what travels between PostgreSQL and the rule. Does not belong here: the rule (`identity_rule.py`).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import pyarrow as pa
from psycopg import sql

from migration_pipeline.contracts.codes import NO_LIMIT, CodeLimit
from migration_pipeline.control.repository.identity_rule import Identity, NewRecord, Register, resolve
from migration_pipeline.runtime.bulk_copy import arrow_table, copy_in, copy_out, house_frame
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.sql_files import sql_text

_INCOMING = pa.schema(
    [
        ("position", pa.int64()),
        ("source_key", pa.string()),
        ("code_hint", pa.string()),
        ("code_digits", pa.int64()),
        ("updated_at", pa.timestamp("us")),
        ("fields", pa.string()),
    ]
)
_IDENTITIES = pa.schema([("position", pa.int64()), ("place", pa.int64()), ("kind", pa.string()), ("value", pa.string())])
_RESOLVED = pa.schema([("position", pa.int64()), ("erp_key", pa.string()), ("is_owner", pa.bool_())])
_CANDIDATES = pa.schema([("erp_key", pa.string()), ("kind", pa.string()), ("value", pa.string())])
_TAKEN = pa.schema([("code_hint", pa.string()), ("in_use", pa.bool_()), ("number", pa.int64())])
_NUMBERS = pa.schema([("code_hint", pa.string()), ("code_digits", pa.int64()), ("number", pa.int64())])
_POSITION = pa.schema([("position", pa.int64())])
_LOCK_CLASS = 735_051


@dataclass(frozen=True)
class Assignment:
    """One call of `CrosswalkRepository.assign`."""

    cursor: psycopg.Cursor[tuple[Any, ...]]
    dataset: str
    store: str
    run_id: str
    limit: CodeLimit = NO_LIMIT

    def assign(self, frame: pd.DataFrame) -> pd.DataFrame:
        """See `CrosswalkRepository.assign`."""
        if frame["source_key"].duplicated().any():
            raise BadInputError("a source key comes twice", where=self._where, fix="Fold duplicate keys before mapping.")
        self.cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_LOCK_CLASS, self.dataset))
        frame = frame if "code_digits" in frame else frame.assign(code_digits=0)
        identities = [[(str(kind), str(value)) for kind, value in row] for row in frame["identities"]]
        self._stage(frame, identities)
        self._run("crosswalk_known")
        self._run("identity_register")
        self._resolve(frame["code_hint"].tolist(), frame["code_digits"].tolist(), identities)
        self._run("crosswalk_upsert")
        keys = house_frame(self._read(sql.SQL("SELECT position, erp_key, is_owner FROM incoming ORDER BY position"), _RESOLVED))
        return frame[["source_key"]].reset_index(drop=True).assign(erp_key=keys["erp_key"], is_owner=keys["is_owner"].astype(bool))

    @property
    def _where(self) -> str:
        return f"crosswalk {self.store}/{self.dataset}"

    def _stage(self, frame: pd.DataFrame, identities: list[list[Identity]]) -> None:
        self._run("crosswalk_stage")
        columns = [name for name in _INCOMING.names if name != "position"]
        incoming = frame[columns].assign(position=np.arange(len(frame)))
        copy_in(self.cursor, sql.Identifier("incoming"), arrow_table(incoming, _INCOMING, self._where))
        copy_in(self.cursor, sql.Identifier("incoming_identity"), _one_per_row(identities))
        self.cursor.execute("ANALYZE incoming, incoming_identity")

    def _resolve(self, hints: list[str], digits: list[int], identities: list[list[Identity]]) -> None:
        """Give the records that the crosswalk does not know their key, and register their identities."""
        unknown = self._read(sql.SQL("SELECT position FROM incoming WHERE erp_key IS NULL ORDER BY position"), _POSITION)
        positions: list[int] = unknown["position"].to_pylist()
        if not positions:
            return
        register = self._register()
        found = resolve((NewRecord(at, hints[at], identities[at], digits[at]) for at in positions), register)
        self._demand_fit(erp_key for _, erp_key, is_owner in found if is_owner)
        columns = dict(zip(_RESOLVED.names, zip(*found, strict=True), strict=True))
        copy_in(self.cursor, sql.Identifier("resolved"), pa.table(columns, schema=_RESOLVED))
        self.cursor.execute("ANALYZE resolved")
        self._run("crosswalk_resolved")
        self._run("identity_register")

    def _demand_fit(self, codes: Iterable[str]) -> None:
        """Raises BadInputError before anything is written if new codes are not as the project or the ERP wants them."""
        if problems := Counter(problem for code in codes if (problem := self.limit.problem(code))):
            said = ", ".join(f"{count:,} {problem}" for problem, count in problems.items())
            fix = f"change the patterns under codes: {self.dataset}: in migration.yaml; {{hash:8}} gives short codes of A-Z and 2-7"
            raise BadInputError(f"new ERP codes do not fit: {said}; no code was given", where=self._where, fix=fix)

    def _register(self) -> Register:
        self.cursor.execute("SET LOCAL enable_seqscan = off")  # without statistics the planner would read the crosswalk once per hint
        taken = self._read(self._file("crosswalk_taken"), _TAKEN).to_pylist()
        numbers = self._read(self._file("crosswalk_numbers"), _NUMBERS).to_pylist()
        self.cursor.execute("SET LOCAL enable_seqscan = on")
        register = Register(
            in_use={row["code_hint"] for row in taken if row["in_use"]},
            numbers={row["code_hint"]: row["number"] for row in taken},
            series={(row["code_hint"], row["code_digits"]): row["number"] for row in numbers},
        )
        candidates = self._read(self._file("identity_candidates"), _CANDIDATES)
        for erp_key, kind, value in zip(*(column.to_pylist() for column in candidates.columns), strict=True):
            register.add(erp_key, [(kind, value)])
        return register

    def _file(self, name: str) -> sql.Composed:
        parts = {"store": sql.Literal(self.store), "run_id": sql.Literal(self.run_id)}
        return sql.SQL(sql_text(f"load/{name}.sql")).format(dataset=dataset_value(self.dataset), **parts)

    def _run(self, name: str) -> None:
        self.cursor.execute(self._file(name))

    def _read(self, query: sql.SQL | sql.Composed, schema: pa.Schema) -> pa.Table:
        return copy_out(self.cursor, query, schema)


def dataset_value(dataset: str) -> sql.Composable:
    """A dataset's name in a query, so that the planner does not take it for one without rows.

    Statistics that are older than a dataset's first load do not know it; with the plain text the planner would expect no row of it and read
    all of them once per record: hours for 200,000.
    """
    return sql.SQL("(SELECT {}::text)").format(sql.Literal(dataset))


def _one_per_row(identities: list[list[Identity]]) -> pa.Table:
    sizes = [len(row) for row in identities]
    flat = list(chain.from_iterable(identities))
    return pa.table(
        {
            "position": pa.array(np.repeat(np.arange(len(sizes)), sizes), pa.int64()),
            "place": pa.array(list(chain.from_iterable(map(range, sizes))), pa.int64()),
            "kind": pa.array([kind for kind, _ in flat], pa.string()),
            "value": pa.array([value for _, value in flat], pa.string()),
        },
        schema=_IDENTITIES,
    )
