"""Matching measured against truth that others made, beside the plain recipe of the library: `python -m ...bench_matching [SET ...]`.

Both sides see all records and no truth. Our thresholds (`merge`, `cohesion`) are set on half of the true clusters, chosen by a hash (the
`train` half); `test` counts every pair that touches a record of the other half, which no threshold was tuned on. A false pair lies inside
the train half with chance 1/4, a true one with 1/2, so false pairs count double when thresholds are chosen; without that the train half
looks purer than the whole and sets with many near neighbours (sites) get thresholds that are too low.

What is not blind: which columns are compared and how pairs come together (`linkages.yaml`) was written by a person who had seen the sets
and, for febrl, fake_1000, sites, historical and transactions, figures of the whole. Only thresholds are held out.

Everything is pairwise after the closure. Writes `build/bench/matching.json`.
"""

import json
import sys
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from rich.console import Console
from rich.table import Table

from migration_pipeline.mapped.matching.link import MERGE, Linked, compared, decided
from migration_pipeline.mapped.matching.prepare import prepared
from migration_pipeline.mapped.matching.spec import Linkage
from migration_pipeline_tests.benchmarks.matching_recipes import plain_pairs, recipe_of
from migration_pipeline_tests.benchmarks.matching_sets import DATA, SETS, Frames

FIGURES = Path("build/bench/matching.json")
LINKAGES = Path(__file__).with_name("linkages.yaml")
MERGES = (0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
COHESIONS = (0.1, 0.2, 0.3, 0.4, 0.5)
_SEED = "2026"


@dataclass(frozen=True)
class Score:
    """Pairs found, true pairs, and how they meet."""

    found: int
    true: int
    both: int

    def without(self, other: "Score") -> "Score":
        """What is left when another score's pairs are taken away."""
        return Score(self.found - other.found, self.true - other.true, self.both - other.both)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.both / max(self.found + self.true, 1)

    def figures(self) -> dict[str, float]:
        """As they are reported."""
        precision, recall = self.both / max(self.found, 1), self.both / max(self.true, 1)
        return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(self.f1, 4), "true_pairs": self.true}


def linkage(name: str) -> Linkage:
    """A linkage of `linkages.yaml`."""
    return Linkage.model_validate(yaml.safe_load(LINKAGES.read_text(encoding="utf-8"))[name])


def train_half(frames: Frames) -> Frames:
    """The records of half of the true clusters."""
    return tuple(frame[frame["truth"].map(lambda truth: zlib.crc32(f"{_SEED}{truth}".encode()) % 2 == 1)] for frame in frames)


def _pairs_in(groups: "pd.Series[int]") -> int:
    return int((groups * (groups - 1) // 2).sum())


def score_clusters(clusters: pd.DataFrame, records: pd.DataFrame) -> Score:
    """Pairs inside clusters (id, cluster) against pairs inside the true ones."""
    truth = records.set_index("id")["truth"]
    named = clusters.assign(truth=clusters["id"].map(truth)).dropna(subset="truth")
    both = _pairs_in(named.groupby(["cluster", "truth"]).size())
    return Score(_pairs_in(named.groupby("cluster").size()), _pairs_in(truth.groupby(truth).size()), both)


def score_links(pairs: pd.DataFrame, frames: Frames) -> Score:
    """Pairs across two frames."""
    left, right = (frame.set_index("id")["truth"] for frame in frames)
    pairs = pairs[pairs["left"].isin(left.index) & pairs["right"].isin(right.index)]
    both = int((pairs["left"].map(left).to_numpy() == pairs["right"].map(right).to_numpy()).sum())
    sizes = pd.concat([left.groupby(left).size(), right.groupby(right).size()], axis=1, join="inner")
    return Score(len(pairs), int(sizes.prod(axis=1).sum()), both)


def score(linked: Linked, frames: Frames) -> Score:
    """Of what was merged."""
    if len(frames) == 1:
        return score_clusters(linked.clusters, frames[0])
    return score_links(linked.pairs[linked.pairs["zone"] == MERGE], frames)


def tuned(pairs: pd.DataFrame, ready: Frames, spec: Linkage, train: Frames) -> Linkage:
    """The linkage with the thresholds that are best on the train half."""
    tried = []
    for merge, cohesion in product((m for m in MERGES if m >= spec.review), COHESIONS if len(ready) == 1 else (0.0,)):
        candidate = spec.model_copy(update={"merge": merge, "cohesion": cohesion})
        tried.append((_whole_f1(score(decided(pairs, ready, candidate), train)), merge, cohesion, candidate))
    return max(tried, key=lambda one: one[:3])[3]


def _whole_f1(train: Score) -> float:
    """F1 of the whole, as half of the clusters lets it be estimated: twice the true pairs, four times the false ones."""
    wrong = train.found - train.both
    return Score(2 * train.both + 4 * wrong, 2 * train.true, 2 * train.both).f1


def measured(name: str) -> dict[str, Any]:
    """One set: thresholds from its train half, figures of the test half and of the whole, ours and plain."""
    which, read = SETS[name]
    frames = read()
    train = train_half(frames)
    started = time.monotonic()
    spec = linkage(which).model_copy(update={"one_to_one": len(frames) > 1})
    ready = tuple(prepared(frame, spec) for frame in frames)
    pairs, _ = compared(ready, spec)
    seconds = time.monotonic() - started
    spec = tuned(pairs, ready, spec, train)
    linked = decided(pairs, ready, spec)
    ours, plain = score(linked, frames), _plain(which, frames, train)
    return {
        "set": name,
        "records": sum(len(frame) for frame in frames),
        "merge": spec.merge,
        "cohesion": spec.cohesion,
        "test": ours.without(score(linked, train)).figures(),
        "test_plain": plain[0].without(plain[1]).figures(),
        "whole": ours.figures(),
        "whole_plain": plain[0].figures(),
        "seconds": round(seconds, 1),
    }


def _plain(which: str, frames: Frames, train: Frames) -> tuple[Score, Score]:
    """The library's own recipe on the same records: whole and train half."""
    pairs, clusters = plain_pairs(frames, recipe_of(which))
    if clusters is None:
        return score_links(pairs, frames), score_links(pairs, train)
    return score_clusters(clusters, frames[0]), score_clusters(clusters, train[0])


def _shown(figures: Sequence[dict[str, Any]]) -> Table:
    table = Table("set", "records", "P test", "R test", "F1 test", "plain F1 test", "F1 whole", "plain F1 whole", "s", title="Matching")
    for one in figures:
        test = one["test"]
        cells = (test["precision"], test["recall"], test["f1"], one["test_plain"]["f1"], one["whole"]["f1"], one["whole_plain"]["f1"])
        table.add_row(one["set"], f"{one['records']:,}", *(f"{cell:.4f}" for cell in cells), f"{one['seconds']}")
    return table


def main() -> None:
    """Measure every set (or those named) and keep the figures."""
    if not DATA.is_dir():
        raise SystemExit("the sets of others are not here (../shared/data)")
    figures = {one["set"]: one for one in json.loads(FIGURES.read_text(encoding="utf-8"))} if FIGURES.is_file() else {}
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or SETS:
        figures[name] = measured(name)
        FIGURES.write_text(json.dumps(list(figures.values()), indent=2), encoding="utf-8")
    Console(width=120).print(_shown(list(figures.values())))


if __name__ == "__main__":
    main()
