"""The small language of `computed:` columns: parsed and checked when the project is loaded, never executed as Python.

    round(单价 * 数量, 2)      trim(col("品名 规格"))      "退货" if 数量 < 0 else "销售"      coalesce(手机, 电话)

Belongs here: grammar, kinds (text, number, truth), limits, the signatures of functions. Does not belong here: evaluating
(`cleaned/computed.py`). A name is a source column; `col("...")` names one that is no identifier, `lookup.column` one of a lookup.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

Kind = Literal["text", "number", "truth"]
LONGEST, DEEPEST, MOST_NODES = 2_000, 25, 200
NUMBER_DIGITS = 15


@dataclass(frozen=True)
class Column:
    """A source column: text."""

    name: str


@dataclass(frozen=True)
class Constant:
    """A fixed text or exact number."""

    value: str | Decimal


@dataclass(frozen=True)
class Call:
    """An operator or function applied; `name` is a key of `SIGNATURES` or of the project's own functions."""

    name: str
    arguments: tuple["Expression", ...]


Expression = Column | Constant | Call


@dataclass(frozen=True)
class Signature:
    """What a function takes and gives.

    Attributes:
        inputs: kinds of its arguments; the last repeats if `more`.
        fixed: places of arguments that must be constants.
        pattern: the place of an argument that is a regular expression.
    """

    inputs: tuple[Kind, ...]
    output: Kind
    fixed: tuple[int, ...] = ()
    pattern: int | None = None
    more: bool = False


_T: Kind = "text"
_N: Kind = "number"
_B: Kind = "truth"
SIGNATURES: Mapping[str, Signature] = MappingProxyType(
    {
        "+": Signature((_N, _N), _N),
        "-": Signature((_N, _N), _N),
        "*": Signature((_N, _N), _N),
        "/": Signature((_N, _N), _N),
        "negative": Signature((_N,), _N),
        "==": Signature((_T, _T), _B),
        "!=": Signature((_T, _T), _B),
        "<": Signature((_N, _N), _B),
        "<=": Signature((_N, _N), _B),
        ">": Signature((_N, _N), _B),
        ">=": Signature((_N, _N), _B),
        "in": Signature((_T, _T), _B, fixed=(1,), more=True),
        "and": Signature((_B, _B), _B),
        "or": Signature((_B, _B), _B),
        "not": Signature((_B,), _B),
        "if": Signature((_B, _T, _T), _T),
        "if_number": Signature((_B, _N, _N), _N),
        "number": Signature((_T,), _N),
        "round": Signature((_N, _N), _N, fixed=(1,)),
        "abs": Signature((_N,), _N),
        "net": Signature((_N, _N), _N),
        "tax": Signature((_N, _N), _N),
        "missing": Signature((_T,), _B),
        "matches": Signature((_T, _T), _B, fixed=(1,), pattern=1),
        "trim": Signature((_T,), _T),
        "upper": Signature((_T,), _T),
        "lower": Signature((_T,), _T),
        "left": Signature((_T, _N), _T, fixed=(1,)),
        "right": Signature((_T, _N), _T, fixed=(1,)),
        "replace": Signature((_T, _T, _T), _T, fixed=(1, 2)),
        "extract": Signature((_T, _T), _T, fixed=(1,), pattern=1),
        "part": Signature((_T, _T, _N), _T, fixed=(1, 2)),
        "pad": Signature((_T, _N, _T), _T, fixed=(1, 2)),
        "join": Signature((_T, _T), _T, fixed=(0,), more=True),
        "coalesce": Signature((_T, _T), _T, more=True),
        "province": Signature((_T,), _T),
        "city": Signature((_T,), _T),
        "district": Signature((_T,), _T),
    }
)
"""Built-in functions. `net(gross, rate)` and `tax(gross, rate)` take percent; `part(text, separator, n)` counts from 1;
`extract(text, pattern)` gives the first group; `join(separator, ...)` leaves missing texts out;
`province`, `city` and `district` of an address are missing where it does not say them (`contracts/addresses.py`)."""
_HIDDEN = ("negative", "if", "if_number", "in", "and", "or", "not")
_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISONS = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


def parse_expression(text: str, functions: Mapping[str, Signature] = SIGNATURES) -> Expression:
    """The expression in a text, its kinds checked.

    Raises:
        ValueError: too long or deep, a syntax error, a name that is no function, an argument of the wrong kind, a pattern that RE2 (which
            never backtracks) does not take.
    """
    if len(text) > LONGEST:
        raise ValueError(f"an expression has at most {LONGEST} characters, this one {len(text)}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"not an expression: {text!r}") from error
    if (nodes := sum(1 for _ in ast.walk(tree))) > MOST_NODES:
        raise ValueError(f"an expression has at most {MOST_NODES} parts, this one {nodes}")
    return _Reader(functions).read(tree, 0)


def columns_of(expression: Expression) -> tuple[str, ...]:
    """The source columns an expression reads, each once."""
    return tuple(dict.fromkeys(_columns(expression)))


def _columns(expression: Expression) -> Iterator[str]:
    match expression:
        case Column(name):
            yield name
        case Call(_, arguments):
            for argument in arguments:
                yield from _columns(argument)


def kind_of(expression: Expression, functions: Mapping[str, Signature] = SIGNATURES) -> Kind:
    """What an expression gives: a column is text."""
    match expression:
        case Column():
            return "text"
        case Constant(value):
            return "text" if isinstance(value, str) else "number"
        case Call(name, _):
            return functions[name].output


def check_pattern(pattern: str) -> None:
    """Raises ValueError for a regular expression that RE2 does not take: look-around and back references, which can run for ever."""
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        raise ValueError(f"the pattern {pattern!r} cannot be used: {str(error).splitlines()[0]}") from error


@dataclass(frozen=True)
class _Reader:
    functions: Mapping[str, Signature]

    def read(self, node: ast.expr, depth: int) -> Expression:
        """One node as an expression; everything that is not listed is refused."""
        if depth > DEEPEST:
            raise ValueError(f"an expression nests at most {DEEPEST} deep")
        match node:
            case ast.Name(name):
                return Column(name)
            case ast.Attribute(ast.Name(lookup), name):
                return Column(f"{lookup}.{name}")
            case ast.Constant(str() | int() | float() as value) if not isinstance(value, bool):
                return Constant(value if isinstance(value, str) else _exact(node))
            case ast.Call(ast.Name("col"), [ast.Constant(str() as name)], []):
                return Column(name)
            case ast.Call(ast.Name(name), arguments, []):
                return self._call(name, [self.read(argument, depth + 1) for argument in arguments])
            case _:
                return self._operation(node, depth + 1)

    def _operation(self, node: ast.expr, depth: int) -> Expression:
        match node:
            case ast.BinOp(left, operator, right) if type(operator) in _OPERATORS:
                return self._call(_OPERATORS[type(operator)], [self.read(left, depth), self.read(right, depth)])
            case ast.UnaryOp(ast.USub(), operand):
                return self._call("negative", [self.read(operand, depth)])
            case ast.UnaryOp(ast.Not(), operand):
                return self._call("not", [self.read(operand, depth)])
            case ast.BoolOp(operator, values):
                name = "and" if isinstance(operator, ast.And) else "or"
                found = self.read(values[0], depth)
                for value in values[1:]:
                    found = self._call(name, [found, self.read(value, depth)])
                return found
            case ast.Compare(left, [ast.In()], [ast.Tuple(values) | ast.List(values)]) if values:
                return self._call("in", [self.read(left, depth), *(self.read(value, depth) for value in values)])
            case ast.Compare(left, [operator], [right]) if type(operator) in _COMPARISONS:
                return self._compared(_COMPARISONS[type(operator)], self.read(left, depth), self.read(right, depth))
            case ast.IfExp(condition, yes, no):
                return self._choice([self.read(part, depth) for part in (condition, yes, no)])
        raise ValueError(f"{ast.unparse(node)!r} is not part of the language")

    def _compared(self, name: str, left: Expression, right: Expression) -> Expression:
        """Numbers are compared as numbers: 数量 == 0 holds for "0.00"."""
        if name in {"==", "!="} and "number" in {kind_of(left, self.functions), kind_of(right, self.functions)}:
            both = [self._call("<=", [left, right]), self._call(">=", [left, right])]
            equal = self._call("and", both)
            return equal if name == "==" else self._call("not", [equal])
        return self._call(name, [left, right])

    def _choice(self, parts: list[Expression]) -> Expression:
        texts = any(isinstance(part, Constant) and isinstance(part.value, str) for part in parts[1:])
        numbers = not texts and any(kind_of(part, self.functions) == "number" for part in parts[1:])
        return self._call("if_number" if numbers else "if", parts)

    def _call(self, name: str, arguments: list[Expression]) -> Expression:
        signature = self.functions.get(name)
        if signature is None:
            known = ", ".join(sorted(known for known in self.functions if known.isidentifier() and known not in _HIDDEN))
            raise ValueError(f"there is no function {name!r}; there is {known}")
        wanted = signature.inputs
        if len(arguments) < len(wanted) or (len(arguments) > len(wanted) and not signature.more):
            raise ValueError(f"{name} takes {len(wanted)} arguments{' or more' if signature.more else ''}, not {len(arguments)}")
        kinds = [*wanted, *([wanted[-1]] * (len(arguments) - len(wanted)))]
        fixed = {*signature.fixed, *(range(len(wanted), len(arguments)) if name == "in" else ())}
        for place, (argument, kind) in enumerate(zip(arguments, kinds, strict=True)):
            self._check(name, place, argument, kind, fixed=place in fixed, pattern=place == signature.pattern)
        return Call(name, tuple(arguments))

    def _check(self, name: str, place: int, argument: Expression, wanted: Kind, *, fixed: bool, pattern: bool) -> None:
        found = kind_of(argument, self.functions)
        if wanted == "truth" and found != "truth":
            raise ValueError(f"argument {place + 1} of {name} must be a condition")
        if wanted != "truth" and found == "truth":
            raise ValueError(f"argument {place + 1} of {name} cannot be a condition")
        if wanted == "number" and isinstance(argument, Constant) and isinstance(argument.value, str):
            raise ValueError(f"argument {place + 1} of {name} must be a number")
        if fixed and not isinstance(argument, Constant):
            raise ValueError(f"argument {place + 1} of {name} must be written out")
        if pattern and isinstance(argument, Constant):
            check_pattern(str(argument.value))


def _exact(node: ast.Constant) -> Decimal:
    """A number as it is written: 0.1 is a tenth, exactly."""
    written = repr(node.value)
    number = Decimal(written)
    if not number.is_finite() or number.adjusted() > NUMBER_DIGITS or len(number.as_tuple().digits) > NUMBER_DIGITS:
        raise ValueError(f"{written} has more than {NUMBER_DIGITS} digits")
    return number


def in_order(computed: Mapping[str, Expression]) -> tuple[str, ...]:
    """The names of computed columns, each after those it reads.

    Raises:
        ValueError: they read each other in a circle.
    """
    done: dict[str, None] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ValueError(f"computed columns read each other in a circle: {' -> '.join([*path[path.index(name) :], name])}")
        for column in columns_of(computed[name]):
            if column in computed and column not in done:
                visit(column, (*path, name))
        done[name] = None

    for name in computed:
        if name not in done:
            visit(name, ())
    return tuple(done)
