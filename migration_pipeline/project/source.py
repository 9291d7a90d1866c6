"""Models of a source: its inputs (files, tables in them) and how their columns become canonical ones.

Belongs here: the closed schema of `sources:` and of `raw/presets/*.yaml`. Does not belong here: reading (`raw/`), running rules
(`cleaned/`).
"""

import re
from decimal import Decimal
from itertools import combinations
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from migration_pipeline.contracts.policies import Policy, Severity
from migration_pipeline.contracts.weighed_barcodes import WeighedLayout, in_both, pattern_problem, prefixes_of
from migration_pipeline.project.expressions import check_pattern, columns_of, in_order
from migration_pipeline.project.functions import parse
from migration_pipeline.project.sales_settings import BusinessDay, SalesLimits

InputFormat = Literal["csv", "xlsx", "xls", "ods", "xml", "json", "parquet", "sqlite", "sql_dump", "database"]
WORKBOOKS = ("xlsx", "xls", "ods")
_LIVE = ("url", "query", "key", "watermark", "append_only")
_DIRECTIVES = frozenset("aAbBdfHIjmMpSuUVwWyYGzZ%")
MOST_WORDS = 5_000
"""Entries of one value map: a list of words that a person confirmed, not a table of records."""
_PASSWORD = re.compile(r"://[^/@:]*:(?!\$\{\w+\}@)[^/]*@")


class Closed(BaseModel):
    """Base of all project models: unknown keys are errors, instances are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Unpivot(Closed):
    """Turns one column per warehouse into one row per warehouse.

    Attributes:
        columns: source column -> value written into `key`.
        key, value: names of the two new columns.
    """

    columns: dict[str, str]
    key: str
    value: str


class InputSpec(Closed):
    """One readable thing: a file pattern and, where the format has several tables, which one; or one table of a live database.

    Attributes:
        file: path or glob below the store's folder (or below the data folder with `shared: true`); every format but `database`.
        shared: the file belongs to the whole chain; `store_column` says which rows are whose, or every store sees all rows.
        store_column: column that holds the store's source id (`StoreSpec.source_id`).
        member: which file of a .zip that holds several, as a pattern.
        encoding: any Python codec, or `auto`; csv, json and sql_dump only.
        delimiter, quote: one character each, or `auto`; csv only.
        header_row: 1-based row of the header (xlsx, csv), or `auto`: the first row that looks like one; rows above are banners.
        header_rows: how many rows the header spans; names of several rows are joined with `/`.
        names: column names of a file without a header.
        sheet: of a workbook; default: the first.
        table: sqlite, sql_dump, database.
        rows: absolute path of the repeating element: `/POSLog/Transaction/Line` (xml), `data.result[].items[]` (json).
        fields: column -> path relative to the row: `@no`, `Total`, `../Header/No` (xml), `name`, `../sn` (json).
        unpivot: see `Unpivot`.
        url: SQLAlchemy URL of a live database; `${VAR}` is an environment variable, `{name}` a part of the store's `connection:`.
        query: a SELECT instead of `table`.
        key: columns that order and identify the rows of a live table.
        watermark: column that changes whenever a row of a live table changes; with `key`, later extracts fetch only what is new.
        append_only: rows of a live table are only ever added, in the order of `key`.
        accepted: smell of a cut or damaged export that a person has looked into (a code of the check `export`) -> why it is fine.
    """

    format: InputFormat
    file: str = ""
    shared: bool = False
    store_column: str | None = None
    member: str | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header_row: Annotated[int, Field(ge=1)] | Literal["auto"] = 1
    header_rows: int = Field(default=1, ge=1, le=5)
    names: tuple[str, ...] = ()
    sheet: str | None = None
    table: str | None = None
    rows: str | None = None
    fields: dict[str, str] = Field(default_factory=dict)
    unpivot: Unpivot | None = None
    url: str | None = None
    query: str | None = None
    key: tuple[str, ...] = ()
    watermark: str | None = None
    append_only: bool = False
    accepted: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _format_needs(self) -> "InputSpec":
        if self.format == "database":
            self._database_needs()
        elif not self.file:
            raise ValueError(f"format {self.format} needs 'file'")
        if self.format in {"sqlite", "sql_dump"} and not self.table:
            raise ValueError(f"format {self.format} needs 'table'")
        if self.format == "xml" and not (self.rows and self.fields):
            raise ValueError("format xml needs 'rows' and 'fields'")
        if self.format != "database" and (live := [name for name in _LIVE if getattr(self, name)]):
            raise ValueError(f"only format database knows {', '.join(map(repr, live))}")
        return self

    def _database_needs(self) -> None:
        if not self.url or bool(self.table) == bool(self.query):
            raise ValueError("format database needs 'url', and either 'table' or 'query'")
        if self.file or self.shared:
            raise ValueError("format database has no 'file' and no 'shared'")
        if _PASSWORD.search(self.url):
            raise ValueError("a password does not belong in this file; write ${VARIABLE} and set it in the environment")
        if (self.watermark or self.append_only) and not self.key:
            raise ValueError("'watermark' and 'append_only' need 'key'")


class Lookup(Closed):
    """A many-to-one join that adds columns named `<lookup>.<column>`; `on` maps this table's column to the input's."""

    input: str
    on: dict[str, str]


class Condition(Closed):
    """What one column must fulfil; all given parts must hold. `missing` means null after placeholders were removed.

    `matches` and `not_matches` are RE2 patterns (no look-around, no back references), so none can run for ever.
    """

    equals: str | None = None
    one_of: tuple[str, ...] | None = None
    matches: str | None = None
    not_matches: str | None = None
    missing: bool | None = None
    below: Decimal | None = None
    above: Decimal | None = None

    @field_validator("matches", "not_matches")
    @classmethod
    def _patterns(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            check_pattern(pattern)
        return pattern


class Rule(Closed):
    """One cleaning rule: if every condition in `when` holds, do exactly one of exclude, reject, flag, set, clear, negate.

    `exclude`, `reject` and `flag` name a reason code of `contracts/reasons.py`.
    """

    id: str
    when: dict[str, Condition]
    exclude: str | None = None
    reject: str | None = None
    flag: str | None = None
    set: dict[str, str] | None = None
    clear: tuple[str, ...] | None = None
    negate: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one_action(self) -> "Rule":
        actions = [a for a in (self.exclude, self.reject, self.flag, self.set, self.clear, self.negate) if a is not None]
        if len(actions) != 1:
            raise ValueError("a rule has exactly one of exclude, reject, flag, set, clear, negate")
        return self


class ControlTotal(Closed):
    """SQL expressions over the untouched text columns, run by DuckDB apart from the cleaning code.

    `num("col")` turns strict decimal text into DECIMAL(38,10), anything else into NULL. Without an expression the mapped column is summed.
    """

    money: str | None = None
    quantity: str | None = None
    points: str | None = None


class TableSpec(Closed):
    """How one canonical table is taken from the inputs.

    Attributes:
        inputs: names of inputs whose rows are appended.
        columns: canonical column (or `x_...` for a column only rules need) -> source column, or a list: the first non-empty one.
        constants: canonical column -> fixed text.
        recognise: canonical columns that `columns` leaves out are found by their usual names (`project/synonyms.yaml`).
        computed: new column -> expression over source columns (`project/expressions.py`); `columns` names it like a source column.
        archive: source columns kept in the archive only, by name; `["*"]` for all the rest.
        waived: source column -> why nobody needs it.
        rules: run in order on parsed columns.
        fallbacks: canonical column -> canonical column that stands in where all rows of a key leave it empty (products).
        dates: per canonical column a strptime pattern, `excel` (serial numbers), or several of them, of which the first that fits reads.
        complete: a ledger reaches back to the first entry of every card, so that a card without entries must have no balance.
    """

    inputs: tuple[str, ...]
    lookups: dict[str, Lookup] = Field(default_factory=dict)
    columns: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    recognise: bool = False
    constants: dict[str, str] = Field(default_factory=dict)
    computed: dict[str, str] = Field(default_factory=dict)
    archive: tuple[str, ...] = ()
    waived: dict[str, str] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    fallbacks: dict[str, str] = Field(default_factory=dict)
    dates: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    control: ControlTotal = ControlTotal()
    complete: bool = False

    @field_validator("computed")
    @classmethod
    def _expressions(cls, computed: dict[str, str]) -> dict[str, str]:
        in_order({name: parse(text) for name, text in computed.items()})
        return computed

    @property
    def read_columns(self) -> tuple[str, ...]:
        """Every source column the table needs, each once: those of `columns`, and for computed ones those they read."""
        named = [column for source in self.columns.values() for column in ((source,) if isinstance(source, str) else source)]
        read = [column for text in self.computed.values() for column in columns_of(parse(text))]
        return tuple(dict.fromkeys(column for column in (*named, *read) if column not in self.computed))

    @field_validator("dates")
    @classmethod
    def _known_directives(cls, dates: dict[str, str | tuple[str, ...]]) -> dict[str, str | tuple[str, ...]]:
        for given in dates.values():
            for pattern in (given,) if isinstance(given, str) else given:
                unknown = [found for found in re.findall("%(.?)", pattern) if found not in _DIRECTIVES]
                if unknown or ("%" not in pattern and pattern != "excel"):
                    raise ValueError(f"{pattern!r} is neither a strptime pattern such as %d/%m/%Y nor the word excel")
        return dates


class WeighedBarcode(Closed):
    """One layout of the barcodes that a store's scales print.

    Attributes:
        prefix: first digits, such as `20`, or a range of them, such as `20-24`.
        layout: one letter per digit (13 or 18): F prefix, P item, W grams, A fen, C check digit, X anything else.
        item: what the product's code is: the digits P (`plu`), or F and P together (`prefix_plu`).
        strip_zeros: the product's code does not have the leading zeros of P.
        check: `gs1`, or `none` where the scale computes its last digit in a way of its own.
        grams: how many are one of what sale lines and stock count: 1000 for kilograms, 500 for 斤, 1 for grams.
    """

    prefix: str
    layout: str
    item: Literal["plu", "prefix_plu"] = "plu"
    strip_zeros: bool = False
    check: Literal["gs1", "none"] = "gs1"
    grams: Literal[1000, 500, 1] = 1000

    @model_validator(mode="after")
    def _readable(self) -> "WeighedBarcode":
        if problem := pattern_problem(self.layout, prefixes_of(self.prefix)):
            raise ValueError(problem)
        return self

    def as_layout(self) -> WeighedLayout:
        """The same for reading codes."""
        prefixes = prefixes_of(self.prefix)
        return WeighedLayout(prefixes, self.layout, self.item, self.strip_zeros, self.check == "gs1", self.grams)


def told_apart(layouts: tuple[WeighedBarcode, ...]) -> tuple[WeighedBarcode, ...]:
    """The layouts; raises ValueError if one code could be read by two of them."""
    for one, other in combinations(layouts, 2):
        if in_both(one.as_layout(), other.as_layout()):
            raise ValueError(f"a code could be read as {one.prefix} {one.layout} and as {other.prefix} {other.layout}")
    return layouts


WeighedBarcodes = Annotated[tuple[WeighedBarcode, ...], AfterValidator(told_apart)]


class KnownValues(Closed):
    """Closed lists: another value is flagged.

    Attributes:
        tax_rate: percent; by default what China has had since 2019. An empty list knows no other.
        category: as the source writes them; without it any text is a category.
    """

    tax_rate: tuple[Decimal, ...] = tuple(map(Decimal, ("0", "1", "3", "5", "6", "9", "13")))
    category: tuple[str, ...] = ()


class SourceSpec(Closed):
    """One kind of store system: inputs, datasets -> tables, value maps (vocabulary -> source value -> ERP value), and policies.

    Attributes:
        weighed_barcodes: what the stores' scales print; without it no code is read that way.
        known: the tax rates and categories that products may have.
        policies: built-in rule -> what is done with the rows it finds (`contracts/policies.py`).
        severities: rule of sales -> whether its check passes, warns or fails when the rule finds something.
        unmapped: a word that no value map names stops the store (`block`), or sends its rows to quarantine.
        business_day: cut-off and time zones of the stores' sales.
        sales_limits: what a cashier may do.
        cashiers, terminals: all that there are; without a list, none is called unknown.
    """

    preset: str | None = None
    title: str = ""
    inputs: dict[str, InputSpec] = Field(default_factory=dict)
    datasets: dict[str, dict[str, TableSpec]] = Field(default_factory=dict)
    value_maps: dict[str, Annotated[dict[str, str], Field(max_length=MOST_WORDS)]] = Field(default_factory=dict)
    placeholders: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    weighed_barcodes: WeighedBarcodes = ()
    known: KnownValues = KnownValues()
    policies: dict[str, Policy] = Field(default_factory=dict)
    severities: dict[str, Severity] = Field(default_factory=dict)
    unmapped: Literal["block", "quarantine"] = "block"
    business_day: BusinessDay | None = None
    sales_limits: SalesLimits = SalesLimits()
    cashiers: tuple[str, ...] = ()
    terminals: tuple[str, ...] = ()
