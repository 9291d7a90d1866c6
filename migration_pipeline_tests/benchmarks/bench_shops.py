"""Our presets on made-up Chinese catalogues, members and suppliers with truth: `python -m ...bench_shops [SET ...]`.

The generators (`shop_catalogues.py`, `shop_people.py`) and the presets were written by one team, so these figures are kinder than
strangers' data will be. Presets and thresholds were set on seeds 5, 7 and 101. What is reported is another seed, so other people, firms and
spellings; and for products other goods too (`unseen`: other brands, other products, most variants in no list of the matcher), on which
nothing was set. Beside ours: identifiers alone, equal plain names (products: and sizes as they are written), and the library's usual
recipe. `after_review` is what is found once a person has answered every question rightly. Writes `build/bench/shops.json`.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from migration_pipeline.contracts.identifiers import plain_name
from migration_pipeline.mapped.matching.closure import Groups
from migration_pipeline.mapped.matching.link import Linked, compared, decided
from migration_pipeline.mapped.matching.prepare import prepared
from migration_pipeline.mapped.matching.spec import preset
from migration_pipeline_tests.benchmarks.bench_matching import score_clusters
from migration_pipeline_tests.benchmarks.matching_recipes import plain_pairs, recipe_of
from migration_pipeline_tests.benchmarks.shop_catalogues import UNSEEN, catalogues
from migration_pipeline_tests.benchmarks.shop_people import members, suppliers

FIGURES = Path("build/bench/shops.json")
SETS: dict[str, tuple[str, Callable[[], pd.DataFrame], tuple[str, ...], tuple[str, ...]]] = {
    "products": ("products", lambda: catalogues(seed=2026, groups=UNSEEN), ("gtin",), ("name", "spec")),
    "members": ("persons", lambda: members(seed=2026), ("phone", "name"), ("name", "birthday")),
    "suppliers": ("organisations", lambda: suppliers(seed=2026), ("tax_id",), ("name",)),
}
"""Set -> preset, records, columns of the identifier, columns of the plain recipe."""


def measured(name: str) -> dict[str, Any]:
    """Pairwise figures after the closure, whole clusters found, and the true pairs that reach a zone at all."""
    which, read, identifier, plain = SETS[name]
    frame, spec = read(), preset(which)
    started = time.process_time()
    ready = prepared(frame, spec)
    pairs, _ = compared([ready], spec)
    linked = decided(pairs, [ready], spec)
    seconds = time.process_time() - started
    truth = frame.set_index("id")["truth"]
    right = linked.review["left"].map(truth) == linked.review["right"].map(truth)
    known = frame.drop(columns=[column for column in ready if column in frame and column != "id"]).merge(ready, on="id", validate="1:1")
    return {
        "set": name,
        "records": len(frame),
        "ours": score_clusters(linked.clusters, frame).figures(),
        "after_review": score_clusters(_answered(linked, right, frame["id"]), frame).figures(),
        "identifier": score_clusters(_equal(known, identifier), frame).figures(),
        "plain": score_clusters(_equal(frame, plain), frame).figures(),
        "library": score_clusters(_library(frame, name), frame).figures(),
        "whole_clusters": _whole(linked.clusters, truth),
        "review_pairs": len(right),
        "review_pairs_right": int(right.sum()),
        "review_per_record": round(len(right) / len(frame), 3),
        "cpu_seconds": round(seconds, 1),
    }


def _answered(linked: Linked, right: "pd.Series[bool]", ids: "pd.Series[str]") -> pd.DataFrame:
    """The clusters after a person who is never wrong."""
    groups = Groups()
    for record, cluster in zip(linked.clusters["id"], linked.clusters["cluster"], strict=True):
        groups.join(record, cluster)
    for left, one in linked.review.loc[right, ["left", "right"]].itertuples(index=False):
        groups.join(left, one)
    return pd.DataFrame({"id": ids, "cluster": ids.map(groups.of)})


def _library(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The clusters of the library's usual recipe."""
    clusters = plain_pairs([frame.drop(columns="strange", errors="ignore")], recipe_of(name))[1]
    return frame[["id"]].assign(cluster=frame["id"]) if clusters is None else clusters


def _equal(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Clusters of records with equal values (the first must be there)."""
    known = frame.dropna(subset=columns[0])
    key = plain_name(known[columns[0]])
    for column in columns[1:]:
        key = key + "|" + plain_name(known[column].fillna(""))
    return pd.DataFrame({"id": known["id"], "cluster": key})


def _whole(clusters: pd.DataFrame, truth: "pd.Series[str]") -> float:
    """Share of the true groups of two and more that are found exactly."""
    named = truth.index.to_series().map(clusters.set_index("id")["cluster"]).fillna(truth.index.to_series())
    groups = pd.DataFrame({"truth": truth, "cluster": named})
    sizes = groups.groupby("truth")["cluster"].agg(["size", "nunique", "first"])
    real = sizes[sizes["size"] > 1]
    exact = (real["nunique"] == 1) & (real["first"].map(groups.groupby("cluster").size()) == real["size"])
    return round(float(exact.mean()), 4)


def main() -> None:
    """Measure every set (or those named) and keep the figures."""
    figures = {one["set"]: one for one in json.loads(FIGURES.read_text(encoding="utf-8"))} if FIGURES.is_file() else {}
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or SETS:
        figures[name] = measured(name)
        FIGURES.write_text(json.dumps(list(figures.values()), indent=2), encoding="utf-8")
    Console(width=120).print_json(data=list(figures.values()))


if __name__ == "__main__":
    main()
