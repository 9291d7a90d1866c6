"""Breaks over many runs: what runs see, and what people decide.

Belongs here: keeping and listing cases and their events. Does not belong here: how a case moves (`control/break_states.py`), comparing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from migration_pipeline.contracts.audit import Deed
from migration_pipeline.control.break_states import GONE, Size, moved
from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.models_breaks import BreakCase, BreakEvent
from migration_pipeline.control.repository.audit import add_deeds
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import BadInputError

Place = tuple[str, str, str]


@dataclass(frozen=True)
class WantedBreaks:
    """Which cases; None or empty: any. `waiting`: only those that wait for a person."""

    stores: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    waiting: bool = False


@dataclass(frozen=True)
class BreakCaseRepository:
    """Cases in one control database. Every method raises InfrastructureError if the server is not there."""

    databases: Databases

    def seen(self, run_id: str, store: str, dataset: str, cases: pd.DataFrame, now: datetime | None = None) -> pd.DataFrame:
        """Note what a run saw of one store x dataset, and return `cases` with the `state` of each.

        Args:
            run_id: a run that looks again (another attempt) does not count twice.
            store: whose.
            dataset: of what.
            cases: metric, grp, reason, break_class, weight, rows, amount, fingerprint, sample (JSON), one per metric, grp and reason.
            now: the moment, with a zone.
        """
        moment = now or datetime.now(UTC)
        found = {(str(one.metric), str(one.grp), str(one.reason)): one for one in cases.itertuples(index=False)}
        with Session(control_engine(self.databases)) as session, session.begin():
            own = select(BreakCase).where(BreakCase.store == store, BreakCase.dataset == dataset).with_for_update()
            known = {(case.metric, case.grp, case.reason): case for case in session.scalars(own)}
            for place, one in found.items():
                if place in known:
                    _saw(session, known[place], one, run_id, moment)
                else:
                    known[place] = _new(session, one, {"store": store, "dataset": dataset, "last_run": run_id}, moment)
            for place in known.keys() - found.keys():
                _saw(session, known[place], None, run_id, moment)
            states = [known[place].state for place in found]
        return cases.assign(state=pd.Series(states, index=cases.index, dtype="str"))

    def cases(self, wanted: WantedBreaks | None = None) -> list[BreakCase]:
        """Cases that are not closed, those that wait first, the oldest first."""
        asked = wanted or WantedBreaks()
        query = select(BreakCase).where(BreakCase.state != "closed").order_by(BreakCase.first_seen_at, BreakCase.id)
        for column, values in (
            (BreakCase.store, asked.stores),
            (BreakCase.dataset, asked.datasets),
            (BreakCase.break_class, asked.classes),
        ):
            if values:
                query = query.where(column.in_(values))
        if asked.waiting:
            query = query.where(BreakCase.state.in_(("open", "acknowledged")))
        order = {"open": 0, "acknowledged": 1, "accepted": 2, "explained": 3}
        with Session(control_engine(self.databases)) as session:
            return sorted(session.scalars(query), key=lambda case: order[case.state])

    def case(self, number: int) -> tuple[BreakCase, list[BreakEvent]]:
        """One case, also a closed one, with its history; raises BadInputError if there is none of this number."""
        with Session(control_engine(self.databases)) as session:
            case = _demanded(session, number)
            events = select(BreakEvent).where(BreakEvent.case_id == number).order_by(BreakEvent.id)
            return case, list(session.scalars(events))

    def events(self, run_ids: Sequence[str]) -> list[tuple[BreakCase, BreakEvent]]:
        """What some runs changed: the drift since the run before."""
        query = select(BreakCase, BreakEvent).join(BreakEvent, BreakEvent.case_id == BreakCase.id)
        query = query.where(BreakEvent.run_id.in_(list(run_ids))).order_by(BreakCase.store, BreakCase.dataset, BreakEvent.id)
        with Session(control_engine(self.databases)) as session:
            return [(case, event) for case, event in session.execute(query)]

    def own(self, number: int, owner: str, who: str) -> None:
        """Somebody looks after a case: an open one is acknowledged."""
        with Session(control_engine(self.databases)) as session, session.begin():
            case = _demanded(session, number)
            case.owner, case.state = owner, "acknowledged" if case.state == "open" else case.state
            session.add(_by_person(case, "owned", who, owner))
            _on_record(session, who, "owned", [case], owner)

    def note(self, number: int, text: str, who: str) -> None:
        """Write down what is known of a case; earlier notes stay in its history."""
        with Session(control_engine(self.databases)) as session, session.begin():
            case = _demanded(session, number)
            case.note = text
            session.add(_by_person(case, "noted", who, text))
            _on_record(session, who, "noted", [case], text)

    def accept(self, number: int, reason: str, who: str) -> list[int]:
        """Accept a case as it is, and with it what the same rows cause: other figures, groups of its class; returns the numbers accepted.

        Raises:
            BadInputError: it cannot be accepted: it is not open, or nobody can explain it.
        """
        with Session(control_engine(self.databases)) as session, session.begin():
            case = _demanded(session, number)
            if case.weight == "fatal" or case.state not in {"open", "acknowledged"}:
                why = "nobody can explain it" if case.weight == "fatal" else f"it is {case.state}"
                raise BadInputError(f"the break {number} cannot be accepted: {why}", where="breaks accept", fix="`breaks show` tells more")
            same = or_(BreakCase.grp != "", BreakCase.fingerprint == case.fingerprint) if case.fingerprint else BreakCase.grp != ""
            alike = select(BreakCase).where(
                BreakCase.store == case.store,
                BreakCase.dataset == case.dataset,
                BreakCase.break_class == case.break_class,
                BreakCase.weight != "fatal",
                BreakCase.state.in_(("open", "acknowledged")),
                BreakCase.id != case.id,
            )
            both = [case, *(session.scalars(alike.where(same).order_by(BreakCase.id)) if not case.grp else ())]
            for one in both:
                one.state, one.note = "accepted", reason
                session.add(_by_person(one, "accepted", who, reason))
            _on_record(session, who, "accepted", both, reason)
            return [one.id for one in both]


def _demanded(session: Session, number: int) -> BreakCase:
    case = session.get(BreakCase, number, with_for_update=True)
    if case is None:
        raise BadInputError(f"there is no break {number}", where="breaks", fix="`store2erp breaks` lists them")
    return case


def _by_person(case: BreakCase, kind: str, who: str, told: str) -> BreakEvent:
    return _event(case, (kind, who, told, ""), (case.rows, case.amount), (case.rows, case.amount))


def _on_record(session: Session, who: str, kind: str, cases: Sequence[BreakCase], why: str) -> None:
    """In the audit log, in the same transaction."""
    session.flush()
    deeds = [
        Deed(
            "break_changed",
            store=case.store,
            dataset=case.dataset,
            subject=str(case.id),
            why=why,
            details={"kind": kind, "state": case.state, "class": case.break_class, "rows": case.rows, "amount": str(case.amount)},
            who=who,
        )
        for case in cases
    ]
    add_deeds(session.connection(), deeds)


def _event(case: BreakCase, what: tuple[str, str, str, str], before: tuple[int, Decimal], after: tuple[int, Decimal]) -> BreakEvent:
    """`what` is kind, who, told and run."""
    kind, who, told, run_id = what
    return BreakEvent(
        case_id=case.id,
        happened_at=datetime.now(UTC),
        kind=kind,
        who=who,
        told=told,
        run_id=run_id,
        state=case.state,
        rows_before=before[0],
        rows_after=after[0],
        amount_before=before[1],
        amount_after=after[1],
    )


def _new(session: Session, one: Any, place: dict[str, str], moment: datetime) -> BreakCase:
    size = _size(one)
    move = moved("", None, size, one.weight)
    case = BreakCase(
        **place, metric=one.metric, grp=one.grp, reason=one.reason, break_class=one.break_class, weight=one.weight, first_seen_at=moment,
        last_seen_at=moment, runs=1, rows=size.rows, amount=size.amount, fingerprint=size.fingerprint, state=move.state,
        owner="", note="", sample=json.loads(one.sample),
    )  # fmt: skip
    session.add(case)
    session.flush()
    _happened(session, case, move.kind, GONE, size)
    return case


def _saw(session: Session, case: BreakCase, one: Any, run_id: str, moment: datetime) -> None:
    """A run has looked at a known case; `one` is None where it is gone."""
    before, now = Size(case.rows, case.amount, case.fingerprint), None if one is None else _size(one)
    move = moved(case.state, before, now, case.weight if one is None else one.weight)
    again, case.last_run, case.state = case.last_run == run_id, run_id, move.state
    if one is not None and now is not None:
        if move.kind == "returned":
            case.owner = case.note = ""
            before = replace(GONE)
        case.runs += 0 if again else 1
        case.last_seen_at, case.break_class, case.weight, case.sample = moment, one.break_class, one.weight, json.loads(one.sample)
        case.rows, case.amount, case.fingerprint = now.rows, now.amount, now.fingerprint
    if move.kind:
        _happened(session, case, move.kind, before, now or GONE)


def _size(one: Any) -> Size:
    return Size(int(one.rows), Decimal(one.amount).quantize(Decimal("0.0001")), str(one.fingerprint))


def _happened(session: Session, case: BreakCase, kind: str, before: Size, now: Size) -> None:
    session.add(_event(case, (kind, "", "", case.last_run), (before.rows, before.amount), (now.rows, now.amount)))
