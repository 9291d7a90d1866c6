"""Which new source records are the same thing as a known ERP record, or as each other.

Belongs here: the rule, on plain values. Does not belong here: the database (`crosswalk.py`) and what counts as an identity (`mapped/`).

The rule: the strongest identity that is registered names the record, unless that record is known to differ in a stronger one:
two suppliers with one name but different valid tax ids stay apart. Records are taken in order; each sees those before it.
A new record gets the code it would like to have; if another record has that, with the next of `-2`, `-3` ... behind it. Running numbers go
on from the highest that was ever given. Whoever comes first is first: a code once given stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from migration_pipeline.runtime.errors import BadInputError

Identity = tuple[str, str]
"""(kind, value)"""


@dataclass(frozen=True)
class NewRecord:
    """A source record without an ERP key; `identities` strongest first; `code_digits` of the running number behind the hint, 0 for none."""

    position: int
    code_hint: str
    identities: Sequence[Identity]
    code_digits: int = 0


@dataclass
class Register:
    """What is known of ERP records: who has which identity, and which ERP keys are in use.

    Attributes:
        owners: identity -> ERP key.
        in_use: ERP keys that cannot be given again.
        numbers: hint -> the highest number in use behind it (`4711-3`: 3).
        series: (hint, digits) -> the highest running number in use (`M000007`: 7 of ("M", 6)).
    """

    owners: dict[Identity, str] = field(default_factory=dict)
    in_use: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)
    series: dict[tuple[str, int], int] = field(default_factory=dict)
    _values: dict[Identity, set[str]] = field(default_factory=dict)

    def add(self, erp_key: str, identities: Iterable[Identity]) -> None:
        """Register identities of a record; a value that another record has stays with that one."""
        for kind, value in identities:
            if self.owners.setdefault((kind, value), erp_key) == erp_key:
                self._values.setdefault((erp_key, kind), set()).add(value)

    def match(self, identities: Sequence[Identity]) -> str | None:
        """The ERP key that the identities name, None for a record not seen before."""
        stronger: dict[str, set[str]] = {}
        for kind, value in identities:
            erp_key = self.owners.get((kind, value))
            if erp_key is not None and not self._differs(erp_key, kind, stronger):
                return erp_key
            stronger.setdefault(kind, set()).add(value)
        return None

    def new_key(self, hint: str, digits: int = 0) -> str:
        """The hint, or the hint with the next number from 2 on; with digits the hint and the next running number. In use from now on.

        Raises:
            BadInputError: all running numbers of so many digits are given.
        """
        if digits:
            return self._next_number(hint, digits)
        erp_key = hint
        while erp_key in self.in_use:
            self.numbers[hint] = self.numbers.get(hint, 1) + 1
            erp_key = f"{hint}-{self.numbers[hint]}"
        self.in_use.add(erp_key)
        return erp_key

    def _next_number(self, hint: str, digits: int) -> str:
        while True:
            number = self.series.get((hint, digits), 0) + 1
            self.series[hint, digits] = number
            erp_key = f"{hint}{number:0{digits}d}"
            if len(erp_key) > len(hint) + digits:
                fix = "widen the {number} of its pattern in migration.yaml"
                raise BadInputError(f"the numbers of {digits} digits are all given", where="codes", fix=fix)
            if erp_key not in self.in_use:
                self.in_use.add(erp_key)
                return erp_key

    def _differs(self, erp_key: str, kind: str, stronger: dict[str, set[str]]) -> bool:
        for other, values in stronger.items():
            known = self._values.get((erp_key, other))
            if other != kind and known and known.isdisjoint(values):
                return True
        return False


def resolve(records: Iterable[NewRecord], register: Register) -> list[tuple[int, str, bool]]:
    """(position, ERP key, whether this record made the key) for every record; the register learns all of them."""
    found = []
    for record in records:
        matched = register.match(record.identities)
        erp_key = register.new_key(record.code_hint, record.code_digits) if matched is None else matched
        register.add(erp_key, record.identities)
        found.append((record.position, erp_key, matched is None))
    return found
