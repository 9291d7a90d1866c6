"""Which pairs a person is asked about: one per two groups, for one answer joins or parts all their records.

Belongs here: what is asked. Does not belong here: what is merged without asking (`link.py`), the file of answers (`project/decisions.py`).
"""

from collections.abc import Sequence

from migration_pipeline.mapped.matching.closure import Groups, Pair


def questions(
    pairs: Sequence[Pair], merged: Sequence[bool], *, always: Sequence[bool], same: Sequence[Pair] = (), apart: Sequence[Pair] = ()
) -> list[bool]:
    """Per pair (the surest first) whether it is asked; a merged pair never is.

    Groups are those of `merged` pairs and of pairs a person called the `same`. Not asked is what lies in one group, between two groups that
    a person put `apart`, and between two groups about which a surer pair asks. Asked whatever else is: `always`, and what was answered.
    """
    groups = Groups(apart=apart)
    for left, right in (*same, *(pair for pair, sure in zip(pairs, merged, strict=True) if sure)):
        groups.join(left, right)
    answered = {tuple(sorted(pair)) for pair in (*same, *apart)}
    known: set[Pair] = set()
    return [
        not sure and (must or tuple(sorted(pair)) in answered or _new(groups, pair, known))
        for pair, sure, must in zip(pairs, merged, always, strict=True)
    ]


def _new(groups: Groups, pair: Pair, known: set[Pair]) -> bool:
    left, right = sorted((groups.of(pair[0]), groups.of(pair[1])))
    if left == right or (left, right) in known or groups.forbidden(left, right):
        return False
    known.add((left, right))
    return True
