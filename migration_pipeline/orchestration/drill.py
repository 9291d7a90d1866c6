"""An undo rehearsed on a sandbox: what it would take back, whether the proof holds, and how long each step takes here.

Belongs here: the order of things for one command, and its clock. Does not belong here: taking back (`undo.py`), the sandbox (`sandbox.py`).
"""

import getpass
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from migration_pipeline.control.models import UndoDrill
from migration_pipeline.control.repository.drills import DrillRepository
from migration_pipeline.orchestration.migrate import migrate
from migration_pipeline.orchestration.run import StoreRun
from migration_pipeline.orchestration.sandbox import sandbox
from migration_pipeline.orchestration.undo import Undone, chosen_batches, undo_batches
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

STEPS = ("copy", "plan", "undo", "proof", "reload")


@dataclass(frozen=True)
class Drill:
    """What came of it.

    Attributes:
        stores: whose loads were taken back on the copy.
        done: as the undo itself tells it.
        seconds: step -> how long it took, in the order of `STEPS`; `reload` only where it was asked for.
        reloaded: whether the stores had the same rows again after they were loaded anew; None: not tried.
    """

    stores: tuple[str, ...]
    done: Undone
    seconds: dict[str, float]
    reloaded: bool | None = None

    @property
    def passed(self) -> bool:
        """The undo would be proven, its books would balance, and a new load would bring everything back."""
        return self.done.proven and not self.done.unexplained and self.reloaded is not False


class _Nobody:
    """Nobody wants to know how far it is."""

    def step(self, store: str, step: str) -> None:
        """A step of a store starts."""

    def done(self, run: StoreRun) -> None:
        """A store's run has ended."""


@dataclass
class _Clock:
    """How long each step took."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Everything within counts for this step."""
        begun = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - begun, 3)

    def split(self, step: str, at: float, rest: str) -> None:
        """What a step took after a moment (as of `time.monotonic`, given as seconds since its begin) is another step's."""
        self.seconds[step], self.seconds[rest] = round(at, 3), round(self.seconds[step] - at, 3)


def drill(workspace: Workspace, stores: Sequence[str], *, reload: bool) -> Drill:
    """Take back everything that was loaded of some stores, on copies that are thrown away; how long it took is kept.

    Nothing of the real ERP, lake and reports changes.

    Args:
        workspace: the real project.
        stores: their ids.
        reload: load the stores anew on the copy afterwards, and compare.

    Raises:
        BadInputError: nothing was loaded, or the ERP can only be copied in a way in which its rows all seem changed.
        InfrastructureError: no copy can be made.
    """
    clock = _Clock()
    with ExitStack() as stack:
        with clock.step("copy"):
            copy = stack.enter_context(sandbox(workspace))
            _share_loads(workspace, copy)
        chosen = chosen_batches(copy, batch=None, stores=stores, run=None)
        hashes = {store: copy.target.state_hash(store) for store in stores}
        with clock.step("plan"):
            undo_batches(copy, chosen, plan=True)
        begun, taken = time.monotonic(), list[float]()
        with clock.step("undo"):
            done = undo_batches(copy, chosen, plan=False, told=lambda _: taken.append(time.monotonic() - begun))
        clock.split("undo", taken[-1], "proof")
        _demand_rehearsed(done)
        reloaded = None
        if reload:
            with clock.step("reload"):
                migrate(copy, dict.fromkeys(stores), _Nobody())
            reloaded = {store: copy.target.state_hash(store) for store in stores} == hashes
    result = Drill(tuple(stores), done, {name: clock.seconds[name] for name in STEPS if name in clock.seconds}, reloaded)
    DrillRepository(workspace.databases).record(_record(result))
    return result


def _share_loads(workspace: Workspace, copy: Workspace) -> None:
    """The sandbox's lake gets what the stores loaded: an undo must know what others brought. Files of a lake are never written twice."""
    try:
        shutil.copytree(workspace.home.lake / "loaded", copy.home.lake / "loaded", copy_function=_linked, dirs_exist_ok=True)
    except (OSError, shutil.Error):
        raise InfrastructureError(
            "the lake changed while it was copied", where=str(workspace.home.lake), fix="wait until no run is under way, then try again"
        ) from None


def _linked(source: str, copy: str) -> None:
    try:
        os.link(source, copy)
    except OSError:
        shutil.copy2(source, copy)


def _demand_rehearsed(done: Undone) -> None:
    """On a dump every row counts as changed since its load, so nothing is taken back: that says nothing about the real undo."""
    kept = any(row.why == "changed_since" for result in done.results for row in result.kept)
    if kept and not any(result.deleted or result.restored for result in done.results):
        raise BadInputError(
            "every row of the copy counts as changed since its load, so nothing was rehearsed",
            where="undo drill",
            fix="close other programs that are connected to the ERP's database (with them there it is copied as a dump), then try again",
        )


def _record(result: Drill) -> UndoDrill:
    rows = sum(sum(one.deleted.values()) + sum(one.restored.values()) for one in result.done.results)
    return UndoDrill(
        drilled_at=datetime.now(UTC),
        drilled_by=getpass.getuser(),
        stores=list(result.stores),
        batches=len(result.done.results),
        rows=rows,
        milliseconds={name: int(value * 1000) for name, value in result.seconds.items()},
        passed=result.passed,
    )
