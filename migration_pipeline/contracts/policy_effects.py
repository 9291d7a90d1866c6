"""What rules and their policies do: the rows found, their amounts and a few of them; from cleaning to the report, in `facts`.

Belongs here: the figures and their way through JSON. Does not belong here: computing them (`cleaned/effects.py`), showing them
(`reconciled/cleaning_report.py`). Values of personal columns are masked before they get here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from migration_pipeline.contracts.ledger import MEASURES

FACT, CHOSEN = "effects", "policies"
"""What the rules did; and rule -> policy of the rules for which the project chose one."""
MASK = "•••"


@dataclass(frozen=True)
class PolicyEffect:
    """One rule that found rows: a built-in one, or one of the project that flags them.

    Attributes:
        policy: the one in force.
        chosen: the project chose it; else it is the rule's usual one.
        reason: with which the rows are flagged, changed or ended.
        rows: how many rows it found; of rows that end those with a row id, so that the ledger has as many.
        amounts: measure (money, quantity, points) -> sum over these rows before the policy, for the measures the table has.
        row_ids: of the first rows; rows that no source row stands behind have none.
        values: of a few rows the key and the rule's columns as text, in the order of `row_ids` and with the row id first.
    """

    table: str
    rule: str
    policy: str
    chosen: bool
    reason: str
    rows: int = 0
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    row_ids: tuple[str, ...] = ()
    values: tuple[tuple[str, Mapping[str, str | None]], ...] = ()

    @property
    def ends(self) -> bool:
        """The rows do not go on."""
        return self.policy in {"exclude", "reject"}


def as_fact(effects: Iterable[PolicyEffect]) -> list[dict[str, object]]:
    """For `StageOutput.facts[FACT]`; amounts as text, so that they stay exact."""
    return [
        {
            **{name: getattr(effect, name) for name in ("table", "rule", "policy", "chosen", "reason", "rows")},
            "amounts": {measure: str(amount) for measure, amount in effect.amounts.items()},
            "row_ids": list(effect.row_ids),
            "values": [[row_id, dict(cells)] for row_id, cells in effect.values],
        }
        for effect in effects
    ]


def chosen_policies(facts: Mapping[str, object]) -> dict[str, str]:
    """Rule -> policy, as far as the project chose one when these rows were cleaned."""
    found = facts.get(CHOSEN, {})
    if not isinstance(found, dict):
        raise TypeError(f"{CHOSEN} is no mapping")
    return {str(rule): str(policy) for rule, policy in found.items()}


def policy_effects(facts: Mapping[str, object]) -> tuple[PolicyEffect, ...]:
    """The effects in the facts of a stage's output; none if no built-in rule found anything."""
    found = facts.get(FACT, [])
    if not isinstance(found, list):
        raise TypeError(f"{FACT} is no list")
    return tuple(
        PolicyEffect(
            **{name: one[name] for name in ("table", "rule", "policy", "chosen", "reason", "rows")},
            amounts={measure: Decimal(one["amounts"][measure]) for measure in MEASURES if measure in one["amounts"]},
            row_ids=tuple(one["row_ids"]),
            values=tuple((row_id, cells) for row_id, cells in one["values"]),
        )
        for one in found
    )
