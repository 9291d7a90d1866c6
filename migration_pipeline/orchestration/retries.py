"""What is tried again by itself, and when: what failed because something was not reachable, a few times, further and further apart.

A closed window opens in hours, not seconds, so it is not waited for; input that is wrong stays wrong. Batches are idempotent, so a load
that is tried again changes nothing twice.
Belongs here: deciding and waiting. Does not belong here: batches of a load, which are tried again one by one (`loaded/load.py`).
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from migration_pipeline.runtime.errors import InfrastructureError

T = TypeVar("T")
WAITS = (1, 4, 16)
"""Seconds before the second, third and fourth attempt."""
_MOST = 60
"""Seconds that one step waits in all, over its stores: if the database is gone for all of them, the step does not wait for each."""


def _jittered(seconds: int) -> int:
    """Milliseconds to wait: up to a quarter more, so that runs that failed together do not come back together."""
    return seconds * 1000 + random.randrange(seconds * 250)  # noqa: S311 - nothing secret


def _sleep(milliseconds: int) -> None:
    time.sleep(milliseconds / 1000)


@dataclass
class Retries:
    """How one step tries again.

    Attributes:
        tell: is told of every attempt that failed and is made again.
        sleep: waits so many milliseconds.
        waited: milliseconds so far.
    """

    tell: Callable[[str], None]
    sleep: Callable[[int], None] = _sleep
    waited: int = field(default=0, init=False)

    def of(self, what: str, work: Callable[[], T]) -> T:
        """What the work returns, tried again while something is not reachable.

        Raises:
            InfrastructureError: it still is not, or the step has waited long enough.
            Exception: anything else, at once.
        """
        for attempt, seconds in enumerate(WAITS, start=1):
            try:
                return work()
            except InfrastructureError as error:
                wait = _jittered(seconds)
                if self.waited + wait > _MOST * 1000:
                    raise
                self.waited += wait
                told = f"attempt {attempt} of {len(WAITS) + 1} failed, the next in {seconds} s 第 {attempt} 次失败，{seconds} 秒后重试"
                self.tell(f"{what}: {told}: {error.what}")
                self.sleep(wait)
        return work()
