"""How well two values agree: per kind of comparison its levels, best first, with the figures to start from.

Belongs here: levels as data and their SQL conditions. Does not belong here: which columns are compared (`spec.py`), training (`model.py`).
"""

from dataclasses import dataclass
from types import MappingProxyType

from migration_pipeline.mapped.matching.spec import Comparison

MISSING, DIFFERS = "missing", "differs"


@dataclass(frozen=True)
class Level:
    """One level; `m`, `u`: how often true and false pairs reach it, before anything is learned.

    `condition` is SQL over {l} and {r} (for two columns also {l2}, {r2}).
    """

    label: str
    condition: str
    m: float
    u: float


def _alike(least: float) -> str:
    return f"jaro_winkler_similarity({{l}}, {{r}}) >= {least}"


def _both(first: str, second: str) -> str:
    return f"({first}) AND ({second.replace('{l}', '{l2}').replace('{r}', '{r2}')})"


def _parts(*places: tuple[int, int]) -> str:
    return " AND ".join(f"substr({{l}}, {start}, {size}) = substr({{r}}, {start}, {size})" for start, size in places)


def _shared(least: float) -> str:
    """Share of common pairs of letters (the column `<name>__pairs`)."""
    common, every = "len(list_intersect({l}__pairs, {r}__pairs))", "(len({l}__pairs) + len({r}__pairs))"
    return f"2.0 * {common} >= {least} * greatest({every}, 1)"


_COMMON, _FEWER, _MORE = (
    "len(list_intersect({l}__letters, {r}__letters))",
    "least(len({l}__letters), len({r}__letters))",
    "greatest(len({l}__letters), len({r}__letters))",
)


def _letters(least: float) -> str:
    """Share of common letters, whatever their order (the column `<name>__letters`)."""
    return f"2.0 * {_COMMON} >= {least} * ({_FEWER} + {_MORE})"


def _apart(share: float) -> str:
    left, right = "TRY_CAST({l} AS DOUBLE)", "TRY_CAST({r} AS DOUBLE)"
    return f"abs({left} - {right}) <= {share} * greatest(abs({left}), abs({right}))"


def _days(most: int) -> str:
    return f"abs(date_diff('day', TRY_CAST({{l}} AS DATE), TRY_CAST({{r}} AS DATE))) <= {most}"


_SAME = "{l} = {r}"
_CUT = "starts_with({l}, {r}) OR starts_with({r}, {l}) OR ends_with({l}, {r}) OR ends_with({r}, {l})"
_YEAR, _MONTH, _DAY = (1, 4), (6, 2), (9, 2)
_CROSSED = "({l} = {r2}) AND ({l2} = {r})"
_CROSSED_ALIKE = "jaro_winkler_similarity({l}, {r2}) >= 0.9 AND jaro_winkler_similarity({l2}, {r}) >= 0.9"

LEVELS: MappingProxyType[str, tuple[Level, ...]] = MappingProxyType(
    {
        "name": (
            Level("same", _SAME, 0.75, 0.002),
            Level("close", _alike(0.92), 0.12, 0.002),
            Level("similar", _alike(0.8), 0.08, 0.02),
            Level(DIFFERS, "ELSE", 0.05, 0.976),
        ),
        "full_name": (
            Level("same", _both(_SAME, _SAME), 0.6, 0.0001),
            Level("swapped", _CROSSED, 0.02, 0.00005),
            Level("close", _both(_alike(0.9), _alike(0.9)), 0.12, 0.0003),
            Level("swapped and close", _CROSSED_ALIKE, 0.01, 0.0001),
            Level("one name same, other similar", f"({_both(_SAME, _alike(0.7))}) OR ({_both(_alike(0.7), _SAME)})", 0.05, 0.0005),
            Level("family name same", "{l2} = {r2}", 0.08, 0.005),
            Level("given name same", _SAME, 0.08, 0.01),
            Level("similar", f"({_alike(0.88)}) OR jaro_winkler_similarity({{l2}}, {{r2}}) >= 0.88", 0.03, 0.03),
            Level(DIFFERS, "ELSE", 0.01, 0.95405),
        ),
        "words": (
            Level("same", _SAME, 0.45, 0.0005),
            Level("close", _shared(0.85), 0.2, 0.001),
            Level("similar", _shared(0.6), 0.2, 0.005),
            Level("partly", _shared(0.35), 0.1, 0.05),
            Level(DIFFERS, "ELSE", 0.05, 0.9435),
        ),
        "title": (
            Level("same", _SAME, 0.3, 0.00005),
            Level("same letters", f"{_COMMON} = {_MORE}", 0.15, 0.00005),
            Level("a word more", f"{_COMMON} = {_FEWER} AND {_COMMON} >= 0.6 * {_MORE}", 0.25, 0.0005),
            Level("close", _letters(0.8), 0.1, 0.001),
            Level("part", f"{_COMMON} = {_FEWER} AND {_COMMON} >= 2", 0.08, 0.002),
            Level("similar", _letters(0.6), 0.07, 0.006),
            Level("partly", _letters(0.35), 0.04, 0.05),
            Level(DIFFERS, "ELSE", 0.01, 0.9404),
        ),
        "person": (
            Level("same", _SAME, 0.85, 0.0005),
            Level("sounds the same", "{l2} = {r2}", 0.06, 0.0005),
            Level("a letter other", "levenshtein({l}, {r}) <= 1 AND least(length({l}), length({r})) >= 3", 0.04, 0.002),
            Level("similar", _alike(0.85), 0.01, 0.002),
            Level("family name same", "{l}[1:1] = {r}[1:1]", 0.02, 0.05),
            Level(DIFFERS, "ELSE", 0.02, 0.945),
        ),
        "barcode": (
            Level("same", _SAME, 0.75, 0.00005),
            Level("one digit off", "levenshtein({l}, {r}) <= 1", 0.05, 0.00001),
            Level("cut", _CUT, 0.05, 0.0001),
            Level(DIFFERS, "ELSE", 0.15, 0.99984),
        ),
        "text": (
            Level("same", _SAME, 0.65, 0.005),
            Level("close", _alike(0.9), 0.15, 0.005),
            Level("similar", _alike(0.75), 0.08, 0.03),
            Level(DIFFERS, "ELSE", 0.12, 0.96),
        ),
        "date": (
            Level("same", _SAME, 0.85, 0.0001),
            Level("digits swapped", "damerau_levenshtein({l}, {r}) <= 1", 0.05, 0.0008),
            Level("day and month swapped", "concat({l}[1:5], {l}[9:10], '-', {l}[6:7]) = {r}", 0.01, 0.0001),
            Level(
                "one part off",
                f"({_parts(_YEAR, _MONTH)}) OR ({_parts(_YEAR, _DAY)}) OR ({_parts(_MONTH, _DAY)})",
                0.05,
                0.006,
            ),
            Level("same year", _parts(_YEAR), 0.02, 0.02),
            Level(DIFFERS, "ELSE", 0.02, 0.973),
        ),
        "code": (
            Level("same", _SAME, 0.85, 0.00005),
            Level("one character off", "damerau_levenshtein({l}, {r}) <= 1", 0.06, 0.0001),
            Level("two characters off", "damerau_levenshtein({l}, {r}) <= 2", 0.02, 0.002),
            Level(DIFFERS, "ELSE", 0.07, 0.99785),
        ),
        "digits": (
            Level("same", _SAME, 0.8, 0.001),
            Level("one character off", "damerau_levenshtein({l}, {r}) <= 1", 0.1, 0.01),
            Level(DIFFERS, "ELSE", 0.1, 0.989),
        ),
        "postcode": (
            Level("same", _SAME, 0.7, 0.0005),
            Level("one character off", "damerau_levenshtein({l}, {r}) <= 1", 0.06, 0.0005),
            Level("same area", "{l}[1:4] = {r}[1:4]", 0.1, 0.01),
            Level("same region", "{l}[1:2] = {r}[1:2]", 0.06, 0.05),
            Level(DIFFERS, "ELSE", 0.08, 0.939),
        ),
        "exact": (Level("same", _SAME, 0.9, 0.2), Level(DIFFERS, "ELSE", 0.1, 0.8)),
        "number": (
            Level("same", _apart(0.0), 0.7, 0.001),
            Level("within 1 %", _apart(0.01), 0.1, 0.005),
            Level("within 4 %", _apart(0.04), 0.1, 0.02),
            Level("within 10 %", _apart(0.1), 0.05, 0.03),
            Level("within 30 %", _apart(0.3), 0.03, 0.1),
            Level(DIFFERS, "ELSE", 0.02, 0.844),
        ),
        "days": (
            Level("same", _SAME, 0.4, 0.005),
            Level("a day apart", _days(1), 0.3, 0.01),
            Level("a few days apart", _days(4), 0.2, 0.03),
            Level("two weeks apart", _days(14), 0.08, 0.07),
            Level(DIFFERS, "ELSE", 0.02, 0.885),
        ),
    }
)
"""Kind of comparison -> its levels."""


def labels(comparison: Comparison) -> dict[int, str]:
    """The label of every comparison value the engine gives (-1: missing, 0: differs, the higher the better)."""
    levels = LEVELS[comparison.kind]
    return {-1: MISSING, **{len(levels) - 1 - place: level.label for place, level in enumerate(levels)}}


def proving(comparison: Comparison, least: str) -> tuple[str, ...]:
    """Labels of a comparison that are at least as good as `least`; raises ValueError if the kind has no such level."""
    order = [level.label for level in LEVELS[comparison.kind]]
    if least not in order[:-1]:
        raise ValueError(f"{least!r} is no level of agreement of {comparison.name}; there are {', '.join(order[:-1])}")
    return tuple(order[: order.index(least) + 1])


def reached(comparison: Comparison, least: str) -> str:
    """The SQL of: a scored pair reaches this level or a better one."""
    better = len(proving(comparison, least))
    return f'"gamma_{comparison.name}" >= {len(LEVELS[comparison.kind]) - better}'


def condition(level: Level, comparison: Comparison) -> str:
    """The level's SQL for the comparison's columns."""
    first, second = comparison.columns[0], comparison.columns[-1]
    text = level.condition.replace("{l}__pairs", f'"{first}__pairs_l"').replace("{r}__pairs", f'"{first}__pairs_r"')
    text = text.replace("{l}__letters", f'"{first}__letters_l"').replace("{r}__letters", f'"{first}__letters_r"')
    return text.format(l=f'"{first}_l"', r=f'"{first}_r"', l2=f'"{second}_l"', r2=f'"{second}_r"')


def missing(comparison: Comparison) -> str:
    """The SQL of: nothing to compare."""
    sides = [f'("{column}_l" IS NULL OR "{column}_r" IS NULL)' for column in comparison.columns]
    return " AND ".join(sides)
