"""Functions that an installed package adds to the language of `computed:` columns, with declared inputs and outputs.

    [project.entry-points."store2erp.functions"]
    rack = "shop_functions:rack"            # rack = Function(Signature(("text",), "text"), call)

Belongs here: finding them by their entry points, parsing expressions that may name them. Does not belong here: the language itself
(`expressions.py`), calling them (`cleaned/computed.py`). A package is imported only if an expression names one of its functions.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

import pyarrow as pa

from migration_pipeline.project.expressions import SIGNATURES, Expression, Signature, parse_expression

GROUP = "store2erp.functions"


@dataclass(frozen=True)
class Function:
    """What an entry point of the group `store2erp.functions` must be.

    Attributes:
        signature: kinds of the arguments and of the result.
        call: takes one array per argument (text: string, number: decimal256(37, 15), truth: bool_), all of one length, and gives an
            array of the same length: string for text, a decimal or integer for number (never a float), bool_ for truth.
    """

    signature: Signature
    call: Callable[..., pa.Array]


def parse(text: str) -> Expression:
    """The expression in a text, in the language with the functions of installed packages.

    Raises:
        ValueError: as `parse_expression`, or a package's function that the text names is of no use.
    """
    return parse_expression(text, {**SIGNATURES, **{name: registered(name).signature for name in _named(text)}})


def registered(name: str) -> Function:
    """A package's function; the package is imported.

    Raises:
        KeyError: no package has one of this name.
        ValueError: it is called like a built-in one, two packages have it, it cannot be imported, or it is no `Function`.
    """
    several = _entry_points()[name]
    packages = " and ".join(sorted(_package(point) for point in several))
    if name in SIGNATURES or name == "col":
        raise ValueError(f"{packages} registers a function {name!r}, which is built in")
    if len(several) > 1:
        raise ValueError(f"{packages} both register a function {name!r}")
    try:
        found = several[0].load()
    except (ImportError, AttributeError) as error:
        raise ValueError(f"the function {name!r} of {packages} cannot be imported: {error}") from error
    if not isinstance(found, Function):
        what = f"the function {name!r} of {packages} is a {type(found).__name__}, not a {Function.__module__}.Function"
        raise ValueError(what)  # noqa: TRY004 - the project file is wrong, not a type here
    return found


def _named(text: str) -> list[str]:
    """The registered functions that a text may call; a name inside quotes counts too."""
    known = _entry_points()
    return [name for name in dict.fromkeys(re.findall(r"(\w+)\s*\(", text)) if name in known]


@cache
def _entry_points() -> Mapping[str, tuple[EntryPoint, ...]]:
    """Name -> entry points, none of them imported."""
    found: dict[str, tuple[EntryPoint, ...]] = {}
    for point in entry_points(group=GROUP):
        found[point.name] = (*found.get(point.name, ()), point)
    return found


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.module
