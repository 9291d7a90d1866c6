"""The process that tries damaged files, seen from outside: it may hang, be killed or die of memory, and the input is known.

Belongs here: asking, waiting, telling why it died, adding up. Does not belong here: verdicts on readings (`one_input.py`).
"""

import json
import re
import select
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from migration_pipeline_tests.fuzz.good_files import good_file
from migration_pipeline_tests.fuzz.one_input import MEMORY

PATIENCE = 60.0
"""Seconds after which the process is taken to hang, on a busy machine; more than 5 s of its own are a crash anyway."""


@dataclass
class Figures:
    """What became of the inputs of one format; `crashes` say which input and why, `reasons` how often which refusal."""

    format: str
    tried: int = 0
    read: int = 0
    refused: int = 0
    slowest: float = 0.0
    slowest_input: int = 0
    peak_mb: int = 0
    crashes: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, object]:
        """Plain values, the most frequent reasons only."""
        return {**asdict(self), "slowest": round(self.slowest, 2), "reasons": dict(self.reasons.most_common(20))}


class ReaderProcess:
    """Tries inputs one at a time; started when needed, and anew after it died.

    Args:
        folder: for the inputs; empty, this process's own.
        keep: where inputs that crash a reader are kept; None: nowhere.
    """

    def __init__(self, folder: Path, keep: Path | None = None) -> None:
        self._folder, self._keep = folder, keep
        self._process: subprocess.Popen[str] | None = None

    def tried(self, name: str, seed: int, indices: Iterable[int]) -> Figures:
        """Add up the inputs of one format; stops early when `indices` ends."""
        figures = Figures(name)
        for index in indices:
            self._add(figures, seed, index)
        return figures

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream:
                    with suppress(BrokenPipeError):
                        stream.close()
            self._process = None

    def _add(self, figures: Figures, seed: int, index: int) -> None:
        answer = self._answer(json.dumps([figures.format, seed, index]))
        figures.tried += 1
        seconds = float(str(answer.get("seconds", PATIENCE)))
        if seconds > figures.slowest:
            figures.slowest, figures.slowest_input = seconds, index
        peak = int(str(answer.get("peak_mb", 0)))
        figures.peak_mb = max(figures.peak_mb, peak)
        outcome, detail = answer["outcome"], str(answer["detail"])
        if outcome != "crash" and peak > MEMORY >> 20:
            outcome, detail = "crash", f"took {peak} MB"
        if outcome == "crash":
            figures.crashes.append(f"seed {seed}, input {index} ({', '.join(map(str, answer.get('how', [])))}): {detail}")  # type: ignore[call-overload]
            self._keep_input(figures.format, seed, index)
        elif outcome == "read":
            figures.read += 1
        else:
            figures.refused += 1
            figures.reasons[_reason(detail)] += 1
        if peak > MEMORY >> 20:
            self.stop()

    def _answer(self, question: str) -> dict[str, object]:
        process = self._process = self._process or self._started()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the process has no pipes")
        with suppress(BrokenPipeError):  # it died since
            process.stdin.write(question + "\n")
            process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
        line = process.stdout.readline() if ready else ""
        if line:
            found: dict[str, object] = json.loads(line)
            return found
        why = f"died ({process.wait()})" if ready else f"hung for {PATIENCE:.0f} s"
        printed = self._folder / "printed"
        text = printed.read_text(errors="replace")[-800:] if printed.exists() else ""
        printed.unlink(missing_ok=True)
        self.stop()
        return {"outcome": "crash", "detail": f"{why} {text}".strip()}

    def _started(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "migration_pipeline_tests.fuzz.one_input", str(self._folder)]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def _keep_input(self, name: str, seed: int, index: int) -> None:
        source = self._folder / good_file(name).file
        if self._keep is not None and source.exists():
            self._keep.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, self._keep / f"{name.replace(' ', '-')}-{seed}-{index}-{source.name}")


def _reason(detail: str) -> str:
    """A refusal without place and particulars."""
    what = detail.partition("\n")[0].partition(": ")[2]
    return re.sub(r"\d+", "N", re.sub(r"'[^']*'|\"[^\"]*\"", "…", what))[:100]
