"""Models of a source: its inputs (files, tables in them) and how their columns become canonical ones.

Belongs here: the closed schema of `sources:` and of `raw/presets/*.yaml`. Does not belong here: reading (`raw/`), running rules
(`cleaned/`).
"""

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

InputFormat = Literal["csv", "xlsx", "xml", "sqlite", "sql_dump"]


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
    """One readable thing: a file pattern and, where the format has several tables, which one.

    Attributes:
        file: path or glob below the store's folder (or below the data folder with `shared: true`).
        shared: the file belongs to the whole chain; `store_column` says which rows are whose, or every store sees all rows.
        store_column: column that holds the store's source id (`StoreSpec.source_id`).
        encoding: any Python codec; csv and sql_dump only.
        header_row: 1-based row of the header (xlsx, csv); rows above are banners.
        rows: absolute path of the repeating element (xml), e.g. `/POSLog/Transaction/Line`.
        fields: xml only: column -> relative XPath (`@no`, `Total`, `../Header/No`).
        unpivot: see `Unpivot`.
    """

    format: InputFormat
    file: str
    shared: bool = False
    store_column: str | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    header_row: int = Field(default=1, ge=1)
    sheet: str | None = None
    table: str | None = None
    rows: str | None = None
    fields: dict[str, str] = Field(default_factory=dict)
    unpivot: Unpivot | None = None

    @model_validator(mode="after")
    def _format_needs(self) -> "InputSpec":
        if self.format in {"sqlite", "sql_dump"} and not self.table:
            raise ValueError(f"format {self.format} needs 'table'")
        if self.format == "xml" and not (self.rows and self.fields):
            raise ValueError("format xml needs 'rows' and 'fields'")
        return self


class Lookup(Closed):
    """A many-to-one join that adds columns named `<lookup>.<column>`; `on` maps this table's column to the input's."""

    input: str
    on: dict[str, str]


class Condition(Closed):
    """What one column must fulfil; all given parts must hold. `missing` means null after placeholders were removed."""

    equals: str | None = None
    one_of: tuple[str, ...] | None = None
    matches: str | None = None
    not_matches: str | None = None
    missing: bool | None = None
    below: Decimal | None = None
    above: Decimal | None = None


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
        archive: source columns kept in the archive only, by name; `["*"]` for all the rest.
        rules: run in order on parsed columns.
        fallbacks: canonical column -> canonical column that stands in where all rows of a key leave it empty (products).
        dates: strptime pattern per canonical column; ISO 8601 is the default.
    """

    inputs: tuple[str, ...]
    lookups: dict[str, Lookup] = Field(default_factory=dict)
    columns: dict[str, str | tuple[str, ...]]
    constants: dict[str, str] = Field(default_factory=dict)
    archive: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    fallbacks: dict[str, str] = Field(default_factory=dict)
    dates: dict[str, str] = Field(default_factory=dict)
    control: ControlTotal = ControlTotal()


class SourceSpec(Closed):
    """One kind of store system: inputs, datasets -> tables, and value maps (vocabulary -> source value -> ERP value)."""

    preset: str | None = None
    title: str = ""
    inputs: dict[str, InputSpec] = Field(default_factory=dict)
    datasets: dict[str, dict[str, TableSpec]] = Field(default_factory=dict)
    value_maps: dict[str, dict[str, str]] = Field(default_factory=dict)
    placeholders: dict[str, tuple[str, ...]] = Field(default_factory=dict)
