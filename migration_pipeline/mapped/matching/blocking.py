"""Which records are compared at all: the keys of each block, without values that half the records have.

Belongs here: keys, and what was left out because too many records share it. Does not belong here: scores (`model.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from migration_pipeline.mapped.matching.spec import Block, Linkage

KEY = "__key"


@dataclass(frozen=True)
class Crowd:
    """A block that left records out: its columns, how many values were too frequent, and how many records have them."""

    block: str
    values: int
    records: int


def with_keys(frames: Sequence[pd.DataFrame], spec: Linkage) -> tuple[list[pd.DataFrame], tuple[str, ...], tuple[Crowd, ...]]:
    """The frames with one column per block (missing where nothing is compared by it), the columns' names, and the crowds.

    A value that more than `spec.crowd` records share (an empty phone that slipped through, 王伟) compares nobody: pairs grow with the
    square of their number. Records that share a strong identifier are few and always compared.
    """
    parts = [frame.copy() for frame in frames]
    crowds, names = [], []
    for number, block in enumerate((*spec.blocks, *((name,) for name in spec.strong))):
        keys = [_keys(frame, block) for frame in frames]
        counts = pd.concat(keys).value_counts()
        crowded = counts[counts > spec.crowd]
        if len(crowded):
            crowds.append(Crowd(" + ".join(block), len(crowded), int(crowded.sum())))
        names.append(f"{KEY}{number}")
        for part, key in zip(parts, keys, strict=True):
            part[names[-1]] = key.where(~key.isin(crowded.index))
    return parts, tuple(names), tuple(crowds)


def _keys(frame: pd.DataFrame, block: Block) -> "pd.Series[Any]":
    pieces = [_piece(frame, part) for part in block]
    key = pieces[0]
    for piece in pieces[1:]:
        key = key + "\x1f" + piece
    return key


def _piece(frame: pd.DataFrame, part: str) -> "pd.Series[Any]":
    column, _, size = part.partition(":")
    values = frame[column].astype("str")
    if not size:
        return values
    return values.str[int(size) :] if size.startswith("-") else values.str[: int(size)]
