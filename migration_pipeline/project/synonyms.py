"""Which column of a source is which canonical one, by its usual names.

Belongs here: the dictionary (`synonyms.yaml`), folding of names, what is recognised and what a person must say. Does not belong here:
reading files, which columns may be left out (`raw/`), the meaning of values.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.project.source import TableSpec
from migration_pipeline.project.yaml_lines import parse_yaml
from migration_pipeline.runtime.errors import BadInputError

HELPER = "x_"
_REMARK = re.compile(
    r"[(\[【](?:元|人民币|rmb|cny|usd|eur|¥|\$|必填|选填|必须|required|optional|公斤|千克|克|kg|g|天|个|件)[)\]】]|[/_]元$"
)
_NUMBER_SIGN = re.compile(r"(?<=\w)\s*#")
_FILLING = re.compile(r"[^\w%#]|_")
_TICKET_COLUMNS = ("sold_at", "terminal", "cashier", "member_code", "kind", "status", "original_ticket_no")
"""What lines can say of their ticket where there is no table of tickets; its total and rounding cannot stand on a line."""
_STAND_INS: Mapping[str, tuple[str, ...]] = {
    "product_code": ("barcode", "x_barcode"),
    "name": ("x_description",),
    "stored_principal": ("x_balance",),
}
"""Where nothing is recognised as the column, the column of one of these serves as well."""
_ONLY_STAND_INS = ("x_description", "x_balance")
"""Unknown where they do not stand in: what they hold is nowhere else."""
_BALANCE_PARTS = ("stored_principal", "stored_bonus")


@dataclass(frozen=True)
class Recognition:
    """What the dictionary makes of the names of one table.

    Attributes:
        columns: canonical column (or `x_...`) -> source column.
        ambiguous: canonical column -> the source columns that all could be it.
        unknown: source columns nothing is known of.
    """

    columns: dict[str, str]
    ambiguous: dict[str, tuple[str, ...]]
    unknown: tuple[str, ...]


def folded(name: str) -> str:
    """A name without what makes no difference: width, case, blanks, punctuation, a unit or `(必填)` in brackets."""
    plain = unicodedata.normalize("NFKC", name).casefold().strip()
    return _FILLING.sub("", _NUMBER_SIGN.sub("no", _REMARK.sub("", plain)))


def recognised(dataset: str, table: str, headers: Sequence[str]) -> Recognition:
    """What the columns of one table are; raises KeyError for an unknown dataset or table."""
    return _recognition(_names(dataset, table), headers)


def score(headers: Iterable[str | None]) -> int:
    """How many of the names stand in the dictionary at all, in whatever table: a header row knows more of them than any other row."""
    return len({known for header in headers if header and (known := folded(header)) in _all_names()})


def resolved(dataset: str, spec: TableSpec, table: str, headers: Sequence[str], *, derives_tickets: bool = False) -> TableSpec:
    """The table with the columns that are recognised among `headers`; unchanged unless `spec.recognise`.

    What the project says comes first: its `columns`, its `constants` (but those of `x_...` columns stand in where nothing is recognised)
    and its `archive`. A source column serves one canonical column; `x_...` columns may share it.

    Args:
        dataset: name of the dataset.
        spec: the table as the project describes it.
        table: name of the table.
        headers: names of the source columns, lookups (`name.column`) included.
        derives_tickets: the lines also carry the columns of their tickets.

    Raises:
        BadInputError: several source columns could be one canonical column.
    """
    if not spec.recognise:
        return spec
    settled = {*spec.columns, *(name for name in spec.constants if not name.startswith(HELPER))}
    found = _recognition(_names(dataset, table, derives_tickets=derives_tickets), _free(spec, headers), settled)
    if found.ambiguous:
        raise _ambiguous(dataset, table, found.ambiguous)
    return spec.model_copy(update={"columns": {**spec.columns, **found.columns}})


def _free(spec: TableSpec, headers: Sequence[str]) -> list[str]:
    """The source columns the project has not given away: neither mapped nor archived by name, nor joined in."""
    sources = [(source,) if isinstance(source, str) else source for name, source in spec.columns.items() if not name.startswith(HELPER)]
    taken = {*chain.from_iterable(sources), *spec.archive}
    joined_in = tuple(f"{name}." for name in spec.lookups)
    return [header for header in headers if header not in taken and not header.startswith(joined_in)]


def _recognition(names: Mapping[str, Sequence[str]], headers: Sequence[str], settled: Collection[str] = ()) -> Recognition:
    candidates: dict[str, list[str]] = {}
    for header in headers:
        for column in names.get(folded(header), ()):
            if column not in settled:
                candidates.setdefault(column, []).append(header)
    ambiguous = {column: tuple(found) for column, found in candidates.items() if len(found) > 1}
    alone = {column: found[0] for column, found in candidates.items() if len(found) == 1}
    columns = _with_stand_ins(alone, {*settled, *ambiguous})
    used = {*columns.values(), *chain.from_iterable(ambiguous.values())}
    return Recognition(columns, ambiguous, tuple(header for header in headers if header not in used))


def _with_stand_ins(columns: Mapping[str, str], settled: Collection[str]) -> dict[str, str]:
    """A whole balance beside one of its parts stands in for nothing: counted as the principal, the bonus would count twice."""
    parted = any(part in columns or part in settled for part in _BALANCE_PARTS)
    there = {column: header for column, header in columns.items() if not (parted and column == "x_balance")}
    for column, others in _STAND_INS.items():
        serving = next((there[other] for other in others if other in there), None)
        if serving is not None and column not in there and column not in settled:
            there[column] = serving
    return {column: header for column, header in there.items() if column not in _ONLY_STAND_INS}


def _ambiguous(dataset: str, table: str, columns: Mapping[str, Sequence[str]]) -> BadInputError:
    column, headers = next(iter(columns.items()))
    both = f"{'both ' if len(headers) == 2 else ''}{' and '.join(headers)}"
    more = f" (and {len(columns) - 1} more columns like that)" if len(columns) > 1 else ""
    return BadInputError(
        f"{both} could be {column}{more}",
        where=f"{dataset}.{table}",
        fix=f"write one under columns: of {table} ({column}: {headers[0]}) and the other under archive:",
    )


@cache
def synonyms() -> Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]]:
    """The dictionary as written: dataset -> table -> canonical column (or `x_...`) -> usual names."""
    text = (resources.files("migration_pipeline.project") / "synonyms.yaml").read_text(encoding="utf-8")
    return {
        dataset: {table: {column: tuple(map(str, names)) for column, names in columns.items()} for table, columns in tables.items()}
        for dataset, tables in parse_yaml(text).items()
    }


@cache
def _names(dataset: str, table: str, *, derives_tickets: bool = False) -> Mapping[str, tuple[str, ...]]:
    """Folded name -> the canonical columns it can be; more than one only where lines speak of their ticket as well."""
    found: dict[str, tuple[str, ...]] = {}
    for column, names in synonyms()[dataset][table].items():
        found |= {folded(name): (column,) for name in names}
    if derives_tickets:
        own = {column for (column,) in found.values()}
        for column in _TICKET_COLUMNS:
            for name in map(folded, synonyms()[dataset]["tickets"][column]):
                there = found.get(name, ())
                if column not in own and all(other.startswith(HELPER) for other in there):
                    found[name] = (*there, column)
    return found


@cache
def _all_names() -> frozenset[str]:
    return frozenset(chain.from_iterable(_names(name, table.name) for name, dataset in DATASETS.items() for table in dataset.tables))
