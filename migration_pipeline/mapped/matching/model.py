"""The engine: a Fellegi-Sunter model by `splink` on DuckDB, trained without truth, the same again for the same records.

Belongs here: settings, training, scores of pairs. Does not belong here: zones and groups (`link.py`, `closure.py`), levels (`levels.py`).
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from migration_pipeline.mapped.matching.blocking import Crowd, with_keys
from migration_pipeline.mapped.matching.levels import LEVELS, condition, labels, missing, reached
from migration_pipeline.mapped.matching.prepare import ID
from migration_pipeline.mapped.matching.spec import Block, Comparison, Linkage

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from splink import Linker

_MEMORY = "2GB"
_SAMPLED_PAIRS = 3e6
_TRAINING_PAIRS = 2e6
_SEED = 20260101
_DIGITS = 9


def scored(frames: Sequence[pd.DataFrame], spec: Linkage) -> tuple[pd.DataFrame, tuple[Crowd, ...]]:
    """Pairs and what was too frequent to compare by.

    Pairs from `review` on or with an equal strong identifier: left, right, probability, weight, per comparison the label of
    its level; not those that a column of `distinct` tells apart or that are not `alike`.

    Args:
        frames: one prepared frame to look for duplicates in, or two to link.
        spec: the linkage.
    """
    if min(len(frame) for frame in frames) == 0 or sum(len(frame) for frame in frames) < 2:
        return _labelled(pd.DataFrame(columns=["left", "right", "probability", "weight", *_gammas(spec)]), spec), ()
    frames, keys, crowds = with_keys(frames, spec)
    learns = sum(len(frame) for frame in frames) >= spec.learn_from
    with _linker(frames, spec, keys, frequencies=learns) as (linker, connection):
        if learns:
            _train(linker, spec)
        found = _predicted(linker, connection, spec, everything=_repeated(frames, spec))
    return _labelled(found, spec), crowds


def _repeated(frames: Sequence[pd.DataFrame], spec: Linkage) -> bool:
    """Whether any two records have an equal strong identifier."""
    return any(bool(pd.concat([frame[name] for frame in frames]).dropna().duplicated().any()) for name in spec.strong)


def _predicted(linker: "Linker", connection: "DuckDBPyConnection", spec: Linkage, *, everything: bool) -> pd.DataFrame:
    """What is kept is chosen inside the engine: the pairs that are compared may be many times those that are kept."""
    least = None if everything else spec.review
    predicted: Any = linker.inference.predict(threshold_match_probability=least, warning_mode="never")
    equal = " OR ".join(f'"{name}_l" = "{name}_r"' for name in spec.strong) or "false"
    differ = " OR ".join(f'"{name}_l" <> "{name}_r"' for name in spec.distinct) or "false"
    names = {f"{ID}_l": "left", f"{ID}_r": "right", "match_probability": "probability", "match_weight": "weight"}
    chosen = ", ".join([*(f'"{name}" AS "{alias}"' for name, alias in names.items()), *(f'"{gamma}"' for gamma in _gammas(spec))])
    kept = f"coalesce({equal}, false) OR (match_probability >= {spec.review} AND NOT coalesce({differ}, false) AND ({_alike(spec)}))"
    found: pd.DataFrame = connection.table(predicted.physical_name).filter(kept).project(chosen).df()
    return found


def _alike(spec: Linkage) -> str:
    named = {comparison.name: comparison for comparison in spec.comparisons}
    every = [" AND ".join(reached(named[name], least) for name, least in levels.items()) for levels in spec.alike]
    return " OR ".join(f"({one})" for one in every) or "true"


def _gammas(spec: Linkage) -> list[str]:
    return [f"gamma_{comparison.name}" for comparison in spec.comparisons]


def _labelled(found: pd.DataFrame, spec: Linkage) -> pd.DataFrame:
    words = {c.name: found[f"gamma_{c.name}"].map(labels(c)).astype("str") for c in spec.comparisons}
    figures = {name: pd.to_numeric(found[name]).round(_DIGITS) for name in ("probability", "weight")}
    return pd.DataFrame({"left": found["left"].astype("str"), "right": found["right"].astype("str"), **figures, **words})


@contextmanager
def _linker(
    frames: Sequence[pd.DataFrame], spec: Linkage, keys: Sequence[str], *, frequencies: bool
) -> Iterator[tuple["Linker", "DuckDBPyConnection"]]:
    import duckdb
    from splink import Linker, SettingsCreator
    from splink.internals.duckdb.database_api import DuckDBAPI

    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": _MEMORY, "threads": 1}
    link_type: Literal["dedupe_only", "link_only"] = "dedupe_only" if len(frames) == 1 else "link_only"
    with duckdb.connect(":memory:", config=config) as connection, _quiet():
        api = DuckDBAPI(connection)
        tables = [api.register(frame, dataset_display_name=name) for frame, name in zip(frames, "ab", strict=False)]
        settings = SettingsCreator(
            link_type=link_type,
            comparisons=[_comparison(comparison, frequencies=frequencies) for comparison in spec.comparisons],
            blocking_rules_to_generate_predictions=[_rule((key,)) for key in keys],
            probability_two_random_records_match=spec.base_rate,
            unique_id_column_name=ID,
            retain_matching_columns=True,
            additional_columns_to_retain=list(dict.fromkeys([*spec.strong, *spec.distinct])),
        )
        yield Linker(tables, settings, log_level=None), connection


@contextmanager
def _quiet() -> Iterator[None]:
    """The library tells a log what it learns; nobody here reads it."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _train(linker: "Linker", spec: Linkage) -> None:
    if spec.certain:
        rules = [_rule(block) for block in spec.certain]
        linker.training.estimate_probability_two_random_records_match(rules, recall=spec.recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=_SEED)
    for block in spec.training:
        linker.training.estimate_parameters_using_expectation_maximisation(_rule(block), max_pairs=_TRAINING_PAIRS)


def _rule(block: Block) -> Any:
    from splink import block_on

    return block_on(*(_key(part) for part in block))


def _key(part: str) -> str:
    column, _, size = part.partition(":")
    if not size:
        return f'"{column}"'
    return f'right("{column}", {-int(size)})' if size.startswith("-") else f'substr("{column}", 1, {int(size)})'


def _comparison(comparison: Comparison, *, frequencies: bool) -> Any:
    from splink import comparison_level_library as cll
    from splink import comparison_library as cl

    levels: list[Any] = [cll.CustomLevel(missing(comparison)).configure(is_null_level=True)]
    for level in LEVELS[comparison.kind]:
        made: Any = cll.ElseLevel() if level.condition == "ELSE" else cll.CustomLevel(condition(level, comparison), level.label)
        made = made.configure(m_probability=level.m, u_probability=level.u)
        if frequencies and comparison.frequency and level.label == "same" and comparison.kind != "full_name":
            made = made.configure(tf_adjustment_column=comparison.columns[0])
        levels.append(made)
    return cl.CustomComparison(levels, output_column_name=comparison.name)
