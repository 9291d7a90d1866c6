"""Computed columns: expressions of the project (`project/expressions.py`) evaluated on a raw table's text, vectorised and exact.

Belongs here: what each function does. Does not belong here: the grammar; the control totals, which have SQL of their own (`control:`).
Numbers are decimal256(37, 15) throughout, rounded half away from zero after each step; no binary fraction anywhere. A text that is no
number where one is needed makes the row bad; a missing one makes the result missing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.cleaned import parsing
from migration_pipeline.cleaned.parsing_numbers import decimal
from migration_pipeline.contracts.addresses import split_addresses
from migration_pipeline.project.expressions import Call, Column, Constant, Expression, Kind, in_order
from migration_pipeline.project.functions import Function, parse, registered
from migration_pipeline.runtime.errors import BadInputError

BAD = "_computed_bad"
"""Column of a raw table: the first computed column that a row's texts are no numbers for; missing where all is well."""
NUMBER = pa.decimal256(37, 15)
_SCALE = 15
_DIVIDING = Context(prec=76, rounding=ROUND_HALF_UP)
Values = Any
"""A pyarrow Array: string, `NUMBER` or bool_."""


def with_computed(raw: pd.DataFrame, computed: Mapping[str, str]) -> pd.DataFrame:
    """A raw table with its computed columns as text, and `BAD`.

    Args:
        raw: source columns as text.
        computed: new column -> expression; they may read each other.
    """
    if not computed:
        return raw
    parsed = {name: parse(text) for name, text in computed.items()}
    bad = pd.Series(None, index=raw.index, dtype="str")
    for name in in_order(parsed):
        taking = _Evaluation(raw)
        values = taking.text(parsed[name])
        raw = raw.assign(**{name: pd.Series(values, index=raw.index, dtype="str")})
        bad = bad.mask(bad.isna() & taking.bad_rows(), name)
    return raw.assign(**{BAD: bad})


@dataclass
class _Evaluation:
    """One expression on one table; `bad` collects where a text was no number."""

    raw: pd.DataFrame
    bad: list["pd.Series[bool]"] = field(default_factory=list)

    def bad_rows(self) -> "pd.Series[bool]":
        """Rows with a text that is no number where one is needed."""
        found = pd.Series(False, index=self.raw.index)
        for rows in self.bad:
            found |= rows.to_numpy()
        return found

    def text(self, expression: Expression) -> Values:
        """The expression as text: numbers without trailing zeros."""
        return as_text(self.value(expression))

    def number(self, expression: Expression) -> Values:
        """The expression as numbers."""
        values = self.value(expression)
        if not pa.types.is_string(values.type) and not pa.types.is_large_string(values.type):
            return values
        text = parsing.trim(pd.Series(values, dtype="str"))
        parsed = decimal(text, _PARSED_SCALE)
        self.bad.append(parsed.bad)
        return pa.array(parsed.values).cast(NUMBER)

    def value(self, expression: Expression) -> Values:
        """The expression in its own kind."""
        match expression:
            case Column(name):
                return _array(parsing.trim(self.raw[name]))
            case Constant(str() as value):
                return pa.repeat(pa.scalar(value, pa.string()), len(self.raw))
            case Constant(value):
                return pa.repeat(pa.scalar(value, NUMBER), len(self.raw))
            case Call(name, arguments):
                return (FUNCTIONS.get(name) or _of_a_package(name))(self, arguments)


_PARSED_SCALE = 7
Evaluated = Callable[[_Evaluation, Sequence[Expression]], Values]


def _array(text: "pd.Series[str]") -> Values:
    found = pa.array(text)
    return (found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found).cast(pa.string())


def as_text(values: Values) -> Values:
    """Text as it is; numbers as plain digits without trailing zeros."""
    if not pa.types.is_decimal(values.type):
        return values
    text = values.cast(pa.string())
    small = pc.fill_null(pc.match_substring(text, "E"), False)  # Arrow writes 0 as 0E-15
    if pc.any(small).as_py():
        plain = [f"{value:f}" for value in values.filter(small).to_pylist()]
        text = pc.replace_with_mask(text, small, pa.array(plain, pa.string()))
    return pc.replace_substring_regex(text, r"\.?0+$", "")


def settled(values: Values) -> Values:
    """Numbers of any scale back at `NUMBER`."""
    return pc.round(values, _SCALE, round_mode="half_towards_infinity").cast(NUMBER)


def _arithmetic(operation: Callable[[Values, Values], Values]) -> Evaluated:
    return lambda taking, arguments: settled(operation(taking.number(arguments[0]), taking.number(arguments[1])))


def _compared(operation: Callable[[Values, Values], Values]) -> Evaluated:
    return lambda taking, arguments: operation(taking.number(arguments[0]), taking.number(arguments[1]))


def _of_text(operation: Callable[[Values], Values]) -> Evaluated:
    return lambda taking, arguments: operation(taking.text(arguments[0]))


def _with_constants(operation: Callable[..., Values]) -> Evaluated:
    """A function of one text and constants behind it."""
    return lambda taking, arguments: operation(taking.text(arguments[0]), *(_constant(argument) for argument in arguments[1:]))


def _constant(argument: Expression) -> Any:
    if not isinstance(argument, Constant):
        raise TypeError("checked when the expression was parsed")
    return argument.value if isinstance(argument.value, str) else int(argument.value)


def _divided(left: Values, right: Values) -> Values:
    """Exact to 15 places, half away from zero; missing where the divisor is 0."""
    step = Decimal(1).scaleb(-_SCALE)
    pairs = zip(left.to_pylist(), right.to_pylist(), strict=True)
    found = [None if a is None or not b else _DIVIDING.divide(a, b).quantize(step, context=_DIVIDING) for a, b in pairs]
    return pa.array(found, NUMBER)


def _quotient(taking: _Evaluation, arguments: Sequence[Expression]) -> Values:
    left, right = taking.number(arguments[0]), taking.number(arguments[1])
    taking.bad.append(pd.Series(pc.fill_null(pc.equal(right, pa.scalar(Decimal(0), NUMBER)), False), dtype=bool))
    return _divided(left, right)


def _net(taking: _Evaluation, arguments: Sequence[Expression]) -> Values:
    """Gross / (1 + rate / 100), not rounded to cents: the gross is authoritative (tax-inclusive prices)."""
    gross, rate = taking.number(arguments[0]), taking.number(arguments[1])
    hundred = pa.scalar(Decimal(100), NUMBER)
    return _divided(settled(pc.multiply(gross, hundred)), settled(pc.add(rate, hundred)))


def _tax(taking: _Evaluation, arguments: Sequence[Expression]) -> Values:
    return settled(pc.subtract(taking.number(arguments[0]), _net(taking, arguments)))


def _rounded(taking: _Evaluation, arguments: Sequence[Expression]) -> Values:
    return pc.round(taking.number(arguments[0]), _constant(arguments[1]), round_mode="half_towards_infinity").cast(NUMBER)


def _chosen(taking: _Evaluation, arguments: Sequence[Expression]) -> Values:
    return pc.if_else(pc.fill_null(taking.value(arguments[0]), False), taking.text(arguments[1]), taking.text(arguments[2]))


def _chosen_number(taking: _Evaluation, arguments: Sequence[Expression]) -> Values:
    return pc.if_else(pc.fill_null(taking.value(arguments[0]), False), taking.number(arguments[1]), taking.number(arguments[2]))


def _logic(operation: Callable[[Values, Values], Values]) -> Evaluated:
    return lambda taking, arguments: operation(taking.value(arguments[0]), taking.value(arguments[1]))


def _one_of(taking: _Evaluation, arguments: Sequence[Expression]) -> Values:
    wanted = [taking.text(argument)[:1] for argument in arguments[1:]]
    return pc.is_in(taking.text(arguments[0]), pa.concat_arrays(wanted))


def _extracted(text: Values, pattern: str) -> Values:
    return pc.struct_field(pc.extract_regex(text, _named(pattern)), 0)


def _named(pattern: str) -> str:
    """Arrow wants groups named: the first group, or the whole pattern, becomes `found`."""
    escaped = re.sub(r"\\.", "..", pattern)
    group = re.search(r"\((?!\?)", escaped)
    return f"{pattern[: group.start()]}(?P<found>{pattern[group.end() :]}" if group else f"(?P<found>{pattern})"


def _part(text: Values, separator: str, number: int) -> Values:
    """The n-th part between separators; missing where there are fewer."""
    parts = pc.split_pattern(text, separator)
    long_enough = pc.greater_equal(pc.list_value_length(parts), number)
    safe = pc.if_else(pc.fill_null(long_enough, False), parts, pa.scalar([None] * number, parts.type))
    return pc.if_else(pc.is_valid(text), pc.list_element(safe, number - 1), None)


def _joined(taking: _Evaluation, arguments: Sequence[Expression]) -> Values:
    separator = pa.scalar(str(_constant(arguments[0])), pa.string())
    texts = [taking.text(argument) for argument in arguments[1:]]
    joined = pc.binary_join_element_wise(*texts, separator, null_handling="skip")
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)


def _part_of_address(part: str) -> Evaluated:
    """A part that an address says; nothing is guessed."""

    def found(taking: _Evaluation, arguments: Sequence[Expression]) -> Values:
        texts = pd.Series(taking.text(arguments[0]), dtype="str")
        return _array(split_addresses(texts)[part].astype("str"))

    return found


def _of_a_package(name: str) -> Evaluated:
    """A registered function: its arguments in the kinds it declares, its result checked."""
    function = registered(name)
    kinds = function.signature.inputs

    def called(taking: _Evaluation, arguments: Sequence[Expression]) -> Values:
        given = [_as_kind(taking, argument, kinds[min(place, len(kinds) - 1)]) for place, argument in enumerate(arguments)]
        return _checked(name, function, given, len(taking.raw))

    return called


def _as_kind(taking: _Evaluation, argument: Expression, kind: Kind) -> Values:
    return taking.text(argument) if kind == "text" else taking.number(argument) if kind == "number" else taking.value(argument)


def _checked(name: str, function: Function, given: list[Values], rows: int) -> Values:
    """The result; raises BadInputError that names the function, never a value."""
    where, fix = f"function {name}", "mend the package that registers it, or write the column without it"
    try:
        found = function.call(*given)
    except (ArithmeticError, LookupError, TypeError, ValueError, NotImplementedError) as error:
        raise BadInputError(
            f"the function ended with {type(error).__name__}", where=where, fix=fix
        ) from None  # its message may hold values
    if not isinstance(found, pa.Array):
        raise BadInputError(f"it gave a {type(found).__name__}, not a pyarrow Array", where=where, fix=fix)
    if len(found) != rows:
        raise BadInputError(f"it gave {len(found)} values for {rows} rows", where=where, fix=fix)
    wanted = function.signature.output
    if not _FITTING[wanted](found.type):
        raise BadInputError(f"it gave values of type {found.type}, but declares {wanted}", where=where, fix=fix)
    return found if wanted == "truth" else found.cast(pa.string()) if wanted == "text" else settled(found)


_FITTING: Mapping[Kind, Callable[[pa.DataType], bool]] = MappingProxyType(
    {
        "text": lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
        "number": lambda kind: pa.types.is_decimal(kind) or pa.types.is_integer(kind),
        "truth": pa.types.is_boolean,
    }
)
FUNCTIONS: Mapping[str, Evaluated] = MappingProxyType(
    {
        "+": _arithmetic(pc.add),
        "-": _arithmetic(pc.subtract),
        "*": _arithmetic(pc.multiply),
        "/": _quotient,
        "negative": lambda taking, arguments: pc.negate(taking.number(arguments[0])),
        "==": lambda taking, arguments: pc.equal(taking.text(arguments[0]), taking.text(arguments[1])),
        "!=": lambda taking, arguments: pc.not_equal(taking.text(arguments[0]), taking.text(arguments[1])),
        "<": _compared(pc.less),
        "<=": _compared(pc.less_equal),
        ">": _compared(pc.greater),
        ">=": _compared(pc.greater_equal),
        "in": _one_of,
        "and": _logic(pc.and_kleene),
        "or": _logic(pc.or_kleene),
        "not": lambda taking, arguments: pc.invert(taking.value(arguments[0])),
        "if": _chosen,
        "if_number": _chosen_number,
        "number": lambda taking, arguments: taking.number(arguments[0]),
        "round": _rounded,
        "abs": lambda taking, arguments: pc.abs(taking.number(arguments[0])),
        "net": _net,
        "tax": _tax,
        "missing": _of_text(pc.is_null),
        "matches": _with_constants(pc.match_substring_regex),
        "trim": _of_text(pc.utf8_trim_whitespace),
        "upper": _of_text(pc.utf8_upper),
        "lower": _of_text(pc.utf8_lower),
        "left": _with_constants(lambda text, count: pc.utf8_slice_codeunits(text, 0, count)),
        "right": _with_constants(lambda text, count: pc.utf8_slice_codeunits(text, -count)),
        "replace": _with_constants(pc.replace_substring),
        "extract": _with_constants(_extracted),
        "part": _with_constants(_part),
        "pad": _with_constants(pc.utf8_lpad),
        "join": _joined,
        "province": _part_of_address("province"),
        "city": _part_of_address("city"),
        "district": _part_of_address("district"),
        "coalesce": lambda taking, arguments: pc.coalesce(*(taking.text(argument) for argument in arguments)),
    }
)
"""What each function of the language does; `SIGNATURES` says what it takes."""
