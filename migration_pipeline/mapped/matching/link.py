"""One entry to matching: records in, pairs with their explanation, groups and what a person must look at out.

Belongs here: the three zones and what may be merged without asking. Does not belong here: scores (`model.py`), decisions of persons.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from migration_pipeline.mapped.matching.blocking import Crowd
from migration_pipeline.mapped.matching.closure import Groups, Pair, best_partners, links_of
from migration_pipeline.mapped.matching.levels import MISSING, proving
from migration_pipeline.mapped.matching.model import scored
from migration_pipeline.mapped.matching.prepare import ID, prepared
from migration_pipeline.mapped.matching.questions import questions
from migration_pipeline.mapped.matching.spec import Linkage

MERGE, REVIEW = "merge", "review"


@dataclass(frozen=True)
class Linked:
    """What was found.

    Attributes:
        pairs: left, right, probability, weight, zone (`merge` or `review`) and per comparison the word for how well it agrees;
            the surest first.
        clusters: id, cluster (the smallest id in it), one row per record of a merge; of two frames the ids are `1:<id>` and `2:<id>`.
        crowds: blocks that left out values which too many records share.
    """

    pairs: pd.DataFrame
    clusters: pd.DataFrame
    crowds: tuple[Crowd, ...] = ()

    @property
    def review(self) -> pd.DataFrame:
        """Pairs a person must look at."""
        return self.pairs[self.pairs["zone"] == REVIEW].reset_index(drop=True)


def link(
    records: pd.DataFrame, spec: Linkage, *, links: pd.DataFrame | None = None, apart: Iterable[Pair] = (), same: Iterable[Pair] = ()
) -> Linked:
    """Find records of the same thing: duplicates in one frame, or partners in a second one.

    Args:
        records: `id` (text, unique) and the linkage's columns as text.
        spec: what is compared and when two are the same.
        links: the second frame; then only pairs across the frames are compared.
        apart: pairs of ids that are known to be distinct; they never meet in a cluster.
        same: pairs a person called the same: nothing more is asked about them. They do not change the clusters.

    Raises:
        BadInputError: a column is missing or an id comes twice.
    """
    frames = [prepared(frame, spec) for frame in ([records] if links is None else [records, links])]
    pairs, crowds = compared(frames, spec)
    return replace(decided(pairs, frames, spec, apart, same), crowds=crowds)


def compared(frames: Sequence[pd.DataFrame], spec: Linkage) -> tuple[pd.DataFrame, tuple[Crowd, ...]]:
    """Pairs of one or two prepared frames from `review` on, the surest first; see `Linked.pairs`, without zones; and the crowds."""
    pairs, crowds = _within(frames[0], spec) if len(frames) == 1 else _across(frames[0], frames[1], spec)
    return pairs.sort_values(["weight", "left", "right"], ascending=[False, True, True], kind="stable", ignore_index=True), crowds


def decided(
    pairs: pd.DataFrame, frames: Sequence[pd.DataFrame], spec: Linkage, apart: Iterable[Pair] = (), same: Iterable[Pair] = ()
) -> Linked:
    """The zones and groups of compared pairs."""
    if len(frames) > 1 and spec.one_to_one:
        both = list(zip(pairs["left"], pairs["right"], strict=True))
        chosen = best_partners(both)
        pairs = pairs[[pair in chosen for pair in both]].reset_index(drop=True)
    return _grouped(pairs, frames, ("",) if len(frames) == 1 else ("1:", "2:"), spec, tuple(apart), tuple(same))


def _within(frame: pd.DataFrame, spec: Linkage) -> tuple[pd.DataFrame, tuple[Crowd, ...]]:
    pairs, crowds = scored([frame], spec)
    flipped = pairs["left"] > pairs["right"]
    smaller, greater = pairs["left"].mask(flipped, pairs["right"]), pairs["right"].mask(flipped, pairs["left"])
    return pairs.assign(left=smaller, right=greater), crowds


def _across(one: pd.DataFrame, other: pd.DataFrame, spec: Linkage) -> tuple[pd.DataFrame, tuple[Crowd, ...]]:
    """The engine sees the frames in an order of their own, so that A to B finds what B to A finds."""
    if _mark(one, spec) <= _mark(other, spec):
        return scored([one, other], spec)
    pairs, crowds = scored([other, one], spec)
    return pairs.assign(left=pairs["right"], right=pairs["left"]), crowds


def _mark(frame: pd.DataFrame, spec: Linkage) -> int:
    return int(pd.util.hash_pandas_object(frame[[ID, *spec.columns]], index=False).sum())


def _grouped(
    pairs: pd.DataFrame, frames: Sequence[pd.DataFrame], prefixes: Sequence[str], spec: Linkage, apart: Sequence[Pair], same: Sequence[Pair]
) -> Linked:
    """Merge what is sure and proven, strongest first; what the groups refuse goes to a person, one pair of two groups."""
    lefts, rights = prefixes[0] + pairs["left"], prefixes[-1] + pairs["right"]
    known = _known(frames, prefixes, spec)
    groups = Groups(known, apart, frozenset(spec.apart), links_of(zip(lefts, rights, pairs["probability"], strict=True)), spec.cohesion)
    coded = _equal_identifier(known, spec.strong, lefts, rights)
    equal = coded.copy()
    for name, least in spec.doubt.items():
        equal &= _reaches(pairs, spec, name, least) | (pairs[name] == MISSING)
    sure = equal | _evident(pairs, spec) | ((pairs["probability"] >= spec.merge) & _proven(pairs, spec))
    for ready in (equal, sure, sure):  # what is proven comes first; a group refused at first may fit once it has grown
        for left, right in zip(lefts[ready], rights[ready], strict=True):
            groups.join(left, right, proven=ready is equal)
    merged = sure & (lefts.map(groups.of) == rights.map(groups.of))
    zones = merged.map({True: MERGE, False: REVIEW}).astype("str")
    asked = questions(list(zip(lefts, rights, strict=True)), merged.tolist(), always=coded.tolist(), same=same, apart=apart)
    ids = sorted({*lefts[merged], *rights[merged]})
    clusters = pd.DataFrame({"id": ids, "cluster": [groups.of(record) for record in ids]}, dtype="str")
    return Linked(pairs.assign(zone=zones)[merged | pd.Series(asked, index=pairs.index, dtype=bool)].reset_index(drop=True), clusters)


def _proven(pairs: pd.DataFrame, spec: Linkage) -> "pd.Series[bool]":
    found = pd.Series(False, index=pairs.index)
    for name in spec.proof:
        found |= _reaches(pairs, spec, name, spec.proof[name])
    return found


def _evident(pairs: pd.DataFrame, spec: Linkage) -> "pd.Series[bool]":
    found = pd.Series(False, index=pairs.index)
    for levels in spec.evident:
        all_of = pd.Series(True, index=pairs.index)
        for name, least in levels.items():
            all_of &= _reaches(pairs, spec, name, least)
        found |= all_of
    return found


def _reaches(pairs: pd.DataFrame, spec: Linkage, name: str, least: str) -> "pd.Series[bool]":
    comparison = next(comparison for comparison in spec.comparisons if comparison.name == name)
    return pairs[name].isin(proving(comparison, least))


def _known(frames: Sequence[pd.DataFrame], prefixes: Sequence[str], spec: Linkage) -> dict[str, dict[str, str]]:
    known: dict[str, dict[str, str]] = {}
    for frame, prefix in zip(frames, prefixes, strict=True):
        for kind in dict.fromkeys((*spec.strong, *spec.distinct, *spec.apart)):
            there = frame[frame[kind].notna()]
            for record, value in zip(prefix + there[ID], there[kind], strict=True):
                known.setdefault(record, {})[kind] = value
    return known


def _equal_identifier(
    known: Mapping[str, Mapping[str, str]], strong: Sequence[str], lefts: "pd.Series[str]", rights: "pd.Series[str]"
) -> "pd.Series[bool]":
    none: Mapping[str, str] = {}
    both = ((known.get(left, none), known.get(right, none)) for left, right in zip(lefts, rights, strict=True))
    equal = [any(kind in mine and mine[kind] == theirs.get(kind) for kind in strong) for mine, theirs in both]
    return pd.Series(equal, index=lefts.index, dtype=bool)
