"""Members against the evidence: points and stored value against their ledgers, all stored value against the general ledger.

Belongs here: comparing. Does not belong here: changing a balance (what is on the card is loaded; the difference is found, never repaired).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from migration_pipeline.cleaned.policies import apply
from migration_pipeline.cleaned.table import CleanTable, clean_table
from migration_pipeline.contracts.datasets import MEMBERS
from migration_pipeline.contracts.money import ZERO, decimal_dtype, rounded, total
from migration_pipeline.contracts.policies import Policy
from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.texts import among
from migration_pipeline.project.source import SourceSpec

_NOT_OWED = tuple(code for code, reason in REASONS.items() if reason.outcome in {Outcome.EXCLUDED, Outcome.MERGED})
_REJECTED = tuple(code for code, reason in REASONS.items() if reason.outcome is Outcome.REJECTED)
_LEDGERS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "point_entries": ("points_not_ledger", "point_entry_without_card", {"points": "points"}),
    "stored_value_entries": (
        "stored_value_not_ledger",
        "stored_value_entry_without_card",
        {"stored_principal": "principal", "stored_bonus": "bonus"},
    ),
}
"""Ledger -> rule of cards, rule of entries, column of a card -> column of its entries."""
_NO_LIABILITY = "stored_value_without_liability"


def compared(members: CleanTable, raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
    """The members and their evidence tables, with what differs found.

    Args:
        members: one row per card goes on.
        raw: has the evidence tables that the source declares; those it does not declare are not compared.
        source: which of the ledgers are complete.
    """
    specs, done = source.datasets["members"], {"members": members}
    for name in (*_LEDGERS, "liabilities"):
        if name in specs:
            derive = _value if name == "stored_value_entries" else None
            done[name] = clean_table(MEMBERS.table(name), raw.tables[name], specs[name], source, derive=derive)
    for name in _LEDGERS.keys() & specs.keys():
        done |= _against_ledger(done, name, source.policies, complete=specs[name].complete)
    return _against_liabilities(done, source.policies) if "liabilities" in done else done


def _value(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(stored_value=rounded(frame["principal"] + frame["bonus"], 2))


def _against_ledger(
    done: Mapping[str, CleanTable], ledger: str, policies: Mapping[str, Policy], *, complete: bool
) -> dict[str, CleanTable]:
    """A card that has an entry nobody can read is left out: its sum is not known, and the entry is in quarantine already."""
    of_cards, of_entries, columns = _LEDGERS[ledger]
    members, entries = done["members"], done[ledger]
    cards, frame = members.frame["member_code"], entries.frame
    booked = frame[frame["_reason"].isna()]
    compared_with = cards.notna() & ~among(cards, frame.loc[frame["_reason"].isin(_REJECTED), "member_code"])
    if not complete:
        compared_with &= among(cards, booked["member_code"])
    off = pd.Series(False, index=cards.index, dtype=bool)
    for own, theirs in columns.items():
        sums = booked.groupby("member_code")[theirs].sum().reindex(cards).fillna(0).astype(decimal_dtype(2))
        off |= (members.frame[own] != pd.Series(sums.array, index=cards.index)).fillna(False).astype(bool)
    unknown = frame["member_code"].notna() & ~among(frame["member_code"], cards)
    return {
        "members": apply(members, of_cards, compared_with & off, policies),
        ledger: apply(entries, of_entries, unknown, policies),
    }


def _against_liabilities(done: dict[str, CleanTable], policies: Mapping[str, Policy]) -> dict[str, CleanTable]:
    """Cards that are rejected are owed too. Without a split in the general ledger, principal and bonus are compared as one."""
    cards, ledger = done["members"], done["liabilities"]
    booked = ledger.frame["_reason"].isna()
    if not booked.any():
        owed = (cards.frame["stored_value"] != 0).fillna(False).astype(bool)
        return done | {"members": apply(cards, _NO_LIABILITY, owed, policies)}
    on_cards = _sums(cards.frame[~cards.frame["_reason"].isin(_NOT_OWED)], ("stored_principal", "stored_bonus"))
    in_books = _sums(ledger.frame[booked], ("principal", "bonus"))
    differences = [card - book for card, book in zip(on_cards, in_books, strict=True)]
    split = bool(ledger.frame.loc[booked, "bonus"].notna().any())
    if not (any(differences) if split else sum(differences)):
        return done
    first = booked & ~booked.duplicated()
    return done | {"liabilities": _with_differences(apply(ledger, _NO_LIABILITY, first, policies), on_cards, differences)}


def _sums(rows: pd.DataFrame, columns: Sequence[str]) -> list[Decimal]:
    return [total(rows[column]) for column in columns]


def _with_differences(ledger: CleanTable, on_cards: Sequence[Decimal], differences: Sequence[Decimal]) -> CleanTable:
    """The finding tells cards minus books, in total and for principal and bonus."""
    found = next((finding for finding in ledger.findings if finding.rule == _NO_LIABILITY), None)
    if found is None or found.effect is None:
        return ledger
    names = ("cards_principal", "cards_bonus", "difference_principal", "difference_bonus")
    figures = dict(zip(names, map(str, (*on_cards, *differences)), strict=True))
    values = tuple((row_id, {**cells, **figures}) for row_id, cells in found.effect.values)
    effect = replace(found.effect, amounts={"money": sum(differences, ZERO)}, values=values)
    return CleanTable(ledger.table, ledger.frame, [*ledger.findings[:-1], replace(found, effect=effect)])
