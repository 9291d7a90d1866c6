"""What is compared, how records come together, and from when on two are the same: a linkage as data.

Belongs here: the closed models of a linkage and the presets. Does not belong here: SQL (`levels.py`), the engine (`model.py`).
"""

from functools import cache
from importlib import resources
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from migration_pipeline.mapped.matching.traits import TRAITS

Kind = Literal[
    "name", "full_name", "words", "text", "date", "code", "digits", "postcode", "exact", "number", "days", "title", "person", "barcode"
]
Block = tuple[str, ...]
"""Columns that must be equal; `name:3` means its first three characters, `phone:-4` the last four."""


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Comparison(_Closed):
    """One thing that is compared.

    Attributes:
        columns: one column, or two for `full_name` (given name, family name) and `person` (name, its sound).
        kind: which levels of agreement there are (`levels.py`).
        frequency: agreeing in a rare value counts more than in a frequent one.
        label: the name of the comparison, its columns joined unless given.
    """

    columns: tuple[str, ...] = Field(min_length=1, max_length=2)
    kind: Kind
    frequency: bool = False
    label: str = ""

    @property
    def name(self) -> str:
        """How results call it."""
        return self.label or "_".join(self.columns)

    @model_validator(mode="after")
    def _two_columns(self) -> Self:
        if (len(self.columns) == 2) != (self.kind in {"full_name", "person"}):
            raise ValueError("only a full_name (given name, family name) and a person (name, sound) have two columns")
        return self


class Linkage(_Closed):
    """How records of one kind of thing are matched.

    Attributes:
        blocks: pairs that agree in one of these are compared at all.
        training: blocks on whose pairs the model learns; every comparison must be outside at least one of them.
        certain: blocks whose pairs are nearly all true; `recall` says which share of the true pairs they hold. They set the base rate.
        base_rate: chance that two records drawn at random are the same, if nothing can be learned.
        traits: what is derived from the records first (`traits.py`); its columns may be compared and blocked like any other.
        distinct: columns whose values, where both are known, tell two things apart: such a pair is dropped (unless an identifier is equal).
        apart: columns whose values, where both are known, must be equal before two are merged without asking.
        strong: identifiers; a cluster never holds two records with different ones, and an equal one is proof.
        proof: comparison -> the weakest level (`levels.py`) that proves something; one of them must be reached before two records are
            merged without asking. Never a phone.
        alike: lists of comparison -> weakest level; a pair that reaches all levels of none of them is dropped (unless an identifier is
            equal). Empty: nothing is dropped.
        doubt: comparison -> the weakest level at which an equal identifier still proves something: shops give one barcode to two goods.
        crowd: a block with more records of one value than this is not compared by that value.
        evident: lists of comparison -> weakest level; a pair that reaches all levels of one list is merged whatever its probability.
        merge, review: probability from which on a pair is merged, from which on a person is asked.
        cohesion: two groups of records join if the mean probability between them is at least this: no chains of weak links.
        one_to_one: a record of one frame has at most one partner in the other.
        learn_from: fewer records than this teach nothing; the levels' own figures are used.
    """

    comparisons: tuple[Comparison, ...] = Field(min_length=1)
    blocks: tuple[Block, ...] = Field(min_length=1)
    training: tuple[Block, ...] = ()
    certain: tuple[Block, ...] = ()
    recall: float = Field(default=0.7, gt=0, le=1)
    base_rate: float = Field(default=0.0001, gt=0, lt=1)
    traits: Literal["goods", "persons", "companies"] | None = None
    strong: tuple[str, ...] = ()
    distinct: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    alike: tuple[dict[str, str], ...] = ()
    doubt: dict[str, str] = Field(default_factory=dict)
    crowd: int = Field(default=1000, ge=2)
    proof: dict[str, str] = Field(min_length=1)
    evident: tuple[dict[str, str], ...] = ()
    merge: float = Field(default=0.99, gt=0, le=1)
    review: float = Field(default=0.5, gt=0, le=1)
    cohesion: float = Field(default=0.2, ge=0, le=1)
    one_to_one: bool = False
    learn_from: int = 500

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        from migration_pipeline.mapped.matching.levels import proving  # it needs Comparison

        if self.review > self.merge:
            raise ValueError("review must not be above merge")
        named = {comparison.name: comparison for comparison in self.comparisons}
        for levels in (self.proof, self.doubt, *self.evident, *self.alike):
            if unknown := set(levels) - set(named):
                raise ValueError(f"proof names no comparison: {', '.join(sorted(unknown))}")
            for name, level in levels.items():
                proving(named[name], level)
        if any("phone" in named[name].columns for name in self.proof):
            raise ValueError("a phone is no proof: families and shops share one")
        if any(set(levels) <= {"phone"} for levels in self.evident):
            raise ValueError("a phone alone is no proof")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the linkage needs of a record, once."""
        made = TRAITS[self.traits] if self.traits else None
        needed = [*(made.sources if made else ()), *self.used]
        return tuple(column for column in dict.fromkeys(needed) if not made or column not in made.made)

    @property
    def used(self) -> tuple[str, ...]:
        """Every column that is compared or blocked, given or derived, once."""
        blocked = [part.partition(":")[0] for block in (*self.blocks, *self.training, *self.certain) for part in block]
        compared = [column for comparison in self.comparisons for column in comparison.columns]
        return tuple(dict.fromkeys([*compared, *blocked, *self.strong, *self.distinct, *self.apart]))


@cache
def preset(name: str) -> Linkage:
    """`persons`, `organisations` or `products`; raises KeyError for another name."""
    text = (resources.files("migration_pipeline.mapped.matching") / "presets.yaml").read_text(encoding="utf-8")
    return Linkage.model_validate(yaml.safe_load(text)[name])
