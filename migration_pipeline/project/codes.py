"""The key `codes:`: how the ERP codes of new products, members and suppliers are made up.

Belongs here: the schema, reading patterns, contradictions in them. Does not belong here: filling a pattern in (`mapped/codes.py`), numbers
and collisions (`control/repository/identity_rule.py`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from types import MappingProxyType

from pydantic import Field

from migration_pipeline.contracts.codes import CODE_COLUMNS, Characters, CodeLimit
from migration_pipeline.project.check import MisplacedError, Place, demand_known
from migration_pipeline.project.source import Closed

NUMBER, HASH = "number", "hash"
PARTS = MappingProxyType(
    {
        "products": ("gtin", "store", "code", NUMBER, HASH),
        "members": ("store", "code", NUMBER, HASH),
        "suppliers": ("tax_id", "store", "code", NUMBER, HASH),
    }
)
"""Dataset -> what a pattern may name. Nothing of a person: codes stand in files that many read."""
_SOMETIMES = ("gtin", "tax_id")
_SHORTEST = MappingProxyType({"gtin": 13, "tax_id": 15, "store": 1, "code": 1})
_SIZES = MappingProxyType({NUMBER: "0([1-9][0-9]?)d", HASH: "([1-9][0-9]?)"})
_EXAMPLES = MappingProxyType({NUMBER: "number:06d", HASH: "hash:8"})
_MOST_DIGITS, _LEAST_HASH, _MOST_HASH = 15, 6, 32


class CodeScheme(Closed):
    """How the codes of one dataset are made up.

    Attributes:
        patterns: the first one whose parts a record has names it.
        length: most characters of a code.
        characters: `upper` for A-Z 0-9 . _ -, `digits` for 0-9.
    """

    patterns: tuple[str, ...] = Field(min_length=1)
    length: int | None = Field(default=None, ge=1, le=255)
    characters: Characters = "any"

    @property
    def limit(self) -> CodeLimit:
        """What every new code must keep to."""
        return CodeLimit(self.characters, self.length)


DEFAULT_CODES = MappingProxyType(
    {
        "products": CodeScheme(patterns=("P{gtin}", "P{store}-{code}")),
        "members": CodeScheme(patterns=("M{store}-{code}",)),
        "suppliers": CodeScheme(patterns=("S{tax_id}", "S{store}-{code}")),
    }
)


@dataclass(frozen=True)
class Part:
    """A piece of a pattern: a text, then what is filled in (nothing behind the last text); `size`: digits of a number, signs of a hash."""

    text: str
    name: str = ""
    size: int = 0


def parts_of(pattern: str) -> tuple[Part, ...]:
    """The pieces of a pattern in their order; raises ValueError for one that cannot be read."""
    return tuple(_part(*found) for found in Formatter().parse(pattern))


def shortest(pattern: str) -> int:
    """The fewest characters that a code of this pattern has."""
    return sum(len(part.text) + (part.size or _SHORTEST.get(part.name, 0)) for part in parts_of(pattern))


def scheme_of(codes: Mapping[str, CodeScheme], dataset: str) -> CodeScheme:
    """What the project says, or else the house's own scheme."""
    return codes.get(dataset, DEFAULT_CODES[dataset])


def check_codes(codes: Mapping[str, CodeScheme], where: Place = ("codes",)) -> None:
    """Raises MisplacedError for the first pattern that cannot name every record of its dataset, or nothing but one."""
    demand_known(codes, CODE_COLUMNS, "dataset with codes of its own", where)
    for dataset, scheme in codes.items():
        for place, pattern in enumerate(scheme.patterns):
            here = (*where, dataset, "patterns", str(place))
            for problem in _problems(dataset, scheme, pattern, last=place == len(scheme.patterns) - 1):
                raise MisplacedError(f"the pattern {pattern!r} {problem}", *here)


def _part(text: str, name: str | None, spec: str | None, conversion: str | None) -> Part:
    size = re.fullmatch(_SIZES.get(name or "", "()"), spec or "")
    if name == "" or conversion or size is None:
        raise ValueError(f"write {_EXAMPLES.get(name or '', name or 'a name')} between braces")
    return Part(text, name or "", int(size[1] or 0))


def _problems(dataset: str, scheme: CodeScheme, pattern: str, *, last: bool) -> Iterator[str]:
    try:
        parts = parts_of(pattern)
    except ValueError as error:
        yield f"cannot be read: {error}"
        return
    names = [part.name for part in parts if part.name]
    for name in names:
        if name not in PARTS[dataset]:
            yield f"names {{{name}}}; {dataset} have {', '.join(f'{{{known}}}' for known in PARTS[dataset])}"
    yield from _wrong_order(parts, names, last=last)
    yield from _wrong_sizes(parts)
    text = "".join(part.text for part in parts)
    if text and (wrong := CodeLimit(scheme.characters).problem(text)):
        yield f"is {wrong}"
    if HASH in names and scheme.characters == "digits":
        yield "has letters in {hash}, but only digits are allowed"
    if scheme.length is not None and shortest(pattern) > scheme.length:
        yield f"gives codes of at least {shortest(pattern)} characters, but {scheme.length} are allowed"


def _wrong_order(parts: tuple[Part, ...], names: list[str], *, last: bool) -> Iterator[str]:
    if not set(names) - {"store"}:
        yield "gives many records one code; name {code}, {number:06d}, {hash:8} or an identifier in it"
    if NUMBER in names and (parts[-1].name != NUMBER or names.count(NUMBER) > 1 or set(names) - {"store", NUMBER}):
        yield "must end with its {number}, with nothing but {store} and text before it"
    if last and (missing := [name for name in names if name in _SOMETIMES]):
        yield f"is the last, but not every record has {{{missing[0]}}}; put one without it behind"


def _wrong_sizes(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if part.name == NUMBER and not 1 <= part.size <= _MOST_DIGITS:
            yield f"has a number of {part.size} digits; 1 to {_MOST_DIGITS} are possible"
        if part.name == HASH and not _LEAST_HASH <= part.size <= _MOST_HASH:
            yield f"has a hash of {part.size} signs; {_LEAST_HASH} to {_MOST_HASH} are possible"
