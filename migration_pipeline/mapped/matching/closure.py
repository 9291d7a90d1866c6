"""From pairs to groups: the strongest links first, never two records in one group that are known to differ, and no chains of weak links.

Belongs here: the closure and its constraints. Does not belong here: how sure a pair is (`model.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Pair = tuple[str, str]


@dataclass
class Groups:
    """A growing partition of records.

    Attributes:
        known: record -> identifier kind -> its value; two different values of one kind never meet.
        soft: kinds that may differ where two records are proven to be the same.
        apart: pairs a person has called distinct.
        links: record -> other record -> probability that they are the same, both ways.
        cohesion: two groups join if the mean probability over all pairs between them is at least this; unknown pairs count as 0.
    """

    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    apart: Iterable[Pair] = ()
    soft: frozenset[str] = frozenset()
    links: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    cohesion: float = 0.0
    _group: dict[str, str] = field(default_factory=dict)
    _members: dict[str, list[str]] = field(default_factory=dict)
    _values: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    _enemies: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Enemies by record, both ways."""
        for left, right in self.apart:
            self._enemies.setdefault(left, set()).add(right)
            self._enemies.setdefault(right, set()).add(left)

    def of(self, record: str) -> str:
        """The record's group, named after its smallest member."""
        return self._group.get(record, record)

    def join(self, left: str, right: str, *, proven: bool = False) -> bool:
        """Put two records' groups together; False if they must stay apart. What is proven needs no cohesion."""
        one, other = sorted((self.of(left), self.of(right)))
        if one == other:
            return True
        if self._differ(one, other, self.soft if proven else frozenset()) or not (proven or self._hold_together(one, other)):
            return False
        mine, theirs = self._values_of(one), self._values_of(other)
        for kind, values in theirs.items():
            mine.setdefault(kind, set()).update(values)
        self._values[one] = mine
        moved = self._of_group(other)
        self._members[one] = self._of_group(one) + moved
        self._group.update(dict.fromkeys(moved, one))
        return True

    def forbidden(self, left: str, right: str) -> bool:
        """Whether the groups of two records must stay apart."""
        return self._differ(self.of(left), self.of(right), frozenset())

    def _of_group(self, name: str) -> list[str]:
        return self._members.get(name, [name])

    def _values_of(self, name: str) -> dict[str, set[str]]:
        return self._values.get(name) or {kind: {value} for kind, value in self.known.get(name, {}).items()}

    def _differ(self, one: str, other: str, but: frozenset[str]) -> bool:
        mine, theirs = self._values_of(one), self._values_of(other)
        if any(mine[kind].isdisjoint(values) for kind, values in theirs.items() if kind in mine and kind not in but):
            return True
        if not self._enemies:
            return False
        those = set(self._of_group(other))
        return any(not those.isdisjoint(self._enemies.get(record, ())) for record in self._of_group(one))

    def _hold_together(self, one: str, other: str) -> bool:
        if not self.cohesion:
            return True
        few, many = sorted((self._of_group(one), self._of_group(other)), key=len)
        those = set(many)
        total = sum(chance for record in few for partner, chance in self.links.get(record, {}).items() if partner in those)
        return total >= self.cohesion * len(few) * len(many)


def links_of(pairs: Iterable[tuple[str, str, float]]) -> dict[str, dict[str, float]]:
    """(left, right, probability) as links both ways."""
    links: dict[str, dict[str, float]] = {}
    for left, right, probability in pairs:
        links.setdefault(left, {})[right] = probability
        links.setdefault(right, {})[left] = probability
    return links


def best_partners(pairs: Iterable[Pair]) -> set[Pair]:
    """Of pairs from the strongest to the weakest those that leave every record at most one partner."""
    lefts: set[str] = set()
    rights: set[str] = set()
    chosen = set()
    for left, right in pairs:
        if left not in lefts and right not in rights:
            lefts.add(left)
            rights.add(right)
            chosen.add((left, right))
    return chosen
