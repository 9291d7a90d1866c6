"""The pace at which rows are sent to an ERP.

Belongs here: waiting so that an average is kept. Does not belong here: how large batches are (`pace.py`), at which hours (`window.py`).
"""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Throttle:
    """Rows cost time: a batch goes at once, and the next one waits until its rows are paid for. None never waits.

    So the average is kept whatever the size of batches; time in which nothing was sent is not saved up. Threads may share one.

    Attributes:
        rows_per_second: the average that is not exceeded.
        clock: seconds that only grow.
        sleep: waits for so many seconds.
    """

    rows_per_second: int | None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _free_at: float = field(default=-math.inf, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def wait(self, rows: int) -> float:
        """Called before `rows` rows are sent; returns the seconds it waited."""
        if self.rows_per_second is None or rows <= 0:
            return 0.0
        with self._lock:
            now = self.clock()
            waited = max(self._free_at - now, 0.0)
            if waited:
                self.sleep(waited)
            self._free_at = max(self._free_at, now) + rows / self.rows_per_second
        return waited
