"""When a store may be loaded: its window, computed from its own sales if the project says so, and what happens outside of it.

Belongs here: a store's window, refusing, recording who overrode that. Does not belong here: hours themselves (`loaded/window.py`).
"""

import getpass
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow.compute as pc
import pyarrow.parquet as pq

from migration_pipeline.cleaned.sales_hours import FEWEST
from migration_pipeline.control.models import Override
from migration_pipeline.control.repository.batches import BatchRepository
from migration_pipeline.control.repository.overrides import OUTSIDE_WINDOW, OverrideRepository
from migration_pipeline.loaded.window import Hours, Window, quiet_hours
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.loading_settings import LOW_PEAK
from migration_pipeline.project.sales_settings import BusinessDay
from migration_pipeline.runtime.errors import BadInputError, NotNowError
from migration_pipeline.runtime.lake import table_file

REASON_TAG, WHO_TAG = OUTSIDE_WINDOW, f"{OUTSIDE_WINDOW}_by"
"""Tags of a run: why it may load outside the window, and who says so."""


def outside_window_tags(reason: str) -> dict[str, str]:
    """Tags of runs that may load at any hour for a reason of the person at work; none without a reason."""
    return {REASON_TAG: reason.strip(), WHO_TAG: getpass.getuser()} if reason.strip() else {}


def tickets_by_hour(workspace: Workspace, store: str) -> tuple[int, ...] | None:
    """How many tickets a store sold in each hour of the day by its own clock, from its cleaned sales; None: not cleaned yet.

    Tickets at exactly midnight do not count: their source knows the day only.
    """
    file = table_file(workspace.home.lake, ("cleaned", "sales", store), "tickets")
    if file is None:
        return None
    sold = pc.drop_null(pq.read_table(file, columns=["sold_at"])["sold_at"].combine_chunks())
    timed = pc.filter(sold, pc.not_equal(sold, pc.floor_temporal(sold, unit="day")))
    counts = {found["values"]: found["counts"] for found in pc.value_counts(pc.hour(timed)).to_pylist()}
    return tuple(counts.get(hour, 0) for hour in range(24))


def window_of(workspace: Workspace, store: str) -> Window | None:
    """The hours at which a store may be loaded; None: at any.

    Raises:
        BadInputError: they are to be computed, and its sales do not tell.
    """
    loading, zone = workspace.loading(store), _zone(workspace, store)
    if loading.hours == LOW_PEAK:
        tickets = tickets_by_hour(workspace, store) or ()
        if sum(tickets) < FEWEST:
            raise BadInputError(
                f"its quiet hours cannot be computed: {sum(tickets)} tickets with a time are cleaned, {FEWEST} are needed",
                where=f"store {store}, loading: hours: {LOW_PEAK}",
                fix='run its sales first, or write its hours: hours: ["22:00-06:00"]',
            )
        return Window((quiet_hours(tickets, loading.low_peak_hours),), zone)
    return Window(tuple(map(Hours.of, loading.hours)), zone) if loading.hours else None


def demand_open(workspace: Workspace, store: str, run_id: str, tags: Mapping[str, str], now: datetime | None = None) -> None:
    """Let a store be loaded, or refuse; a store that this run has begun to load is loaded to its end, and a sandbox at any hour.

    Args:
        workspace: the project.
        store: its id.
        run_id: the run that wants to load.
        tags: of the run; `outside_window` is a reason to load at any hour, which is recorded.
        now: the moment, with a zone.

    Raises:
        NotNowError: the window is closed; says when it opens.
        BadInputError: the window cannot be computed.
    """
    reason, moment = tags.get(REASON_TAG, "").strip(), now or datetime.now(UTC)
    if workspace.sandbox or workspace.loading(store).hours == ():
        return
    told = _closed(workspace, store, moment, reason)
    if not told or len(BatchRepository(workspace.databases).batches(store=store, run_id=run_id)):
        return
    if not reason:
        raise NotNowError(
            f"the store is not loaded now: {told}",
            where=f"store {store}",
            fix='run it again then, or now with --outside-window "REASON", which is recorded',
        )
    who = tags.get(WHO_TAG) or getpass.getuser()
    OverrideRepository(workspace.databases).record(
        Override(run_id=run_id, store=store, kind=OUTSIDE_WINDOW, overridden_at=moment, who=who, reason=reason, told=told)
    )


def _closed(workspace: Workspace, store: str, moment: datetime, reason: str) -> str:
    """Why the window is closed; empty: it is open."""
    try:
        window = window_of(workspace, store)
    except BadInputError as error:
        if not reason:
            raise
        return error.what
    if window is None or window.is_open(moment):
        return ""
    opening = window.opens(moment)
    there = moment.astimezone(opening.tzinfo)
    return f"its window is {window}, there it is {there:%H:%M} now; it opens on {opening:%Y-%m-%d} at {opening:%H:%M}"


@dataclass(frozen=True)
class StoreWindow:
    """What a person asks about one store: its hours, whether it may be loaded now, and when it sells.

    Attributes:
        window: None: at any hour, or not known (`problem`).
        computed: the hours are those of its sales.
        opens: the next opening; None: it is open, or nobody knows.
        tickets: per hour of the day; None: not cleaned yet.
        problem: why its hours cannot be computed.
    """

    store: str
    zone: str
    window: Window | None
    computed: bool
    is_open: bool
    opens: datetime | None
    tickets: tuple[int, ...] | None
    problem: str = ""

    def as_json(self) -> dict[str, object]:
        """As `--json` prints it."""
        return {
            "store": self.store,
            "zone": self.zone,
            "hours": [str(hours) for hours in self.window.hours] if self.window else [],
            "computed": self.computed,
            "open": self.is_open,
            "opens_at": self.opens.isoformat() if self.opens else None,
            "tickets_by_hour": list(self.tickets) if self.tickets else None,
            "problem": self.problem,
        }


def windows_now(workspace: Workspace, stores: Sequence[str], now: datetime) -> list[StoreWindow]:
    """The windows of some stores at a moment (with its zone)."""
    return [_window_now(workspace, store, now) for store in stores]


def _window_now(workspace: Workspace, store: str, now: datetime) -> StoreWindow:
    try:
        window, problem = window_of(workspace, store), ""
    except BadInputError as error:
        window, problem = None, str(error)
    is_open = not problem and (window is None or window.is_open(now))
    opens = window.opens(now) if window and not is_open else None
    computed = workspace.loading(store).hours == LOW_PEAK
    return StoreWindow(store, _zone(workspace, store), window, computed, is_open, opens, tickets_by_hour(workspace, store), problem)


def _zone(workspace: Workspace, store: str) -> str:
    return (workspace.source(store).business_day or BusinessDay()).time_zone
