"""Cleaning members: one row per card of the store, points and stored value added up."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from migration_pipeline.cleaned.address_parts import sealed, unsplit, with_address_parts
from migration_pipeline.cleaned.doubtful_text import cut_names, has_emoji
from migration_pipeline.cleaned.folding import fold_by_key
from migration_pipeline.cleaned.member_ledgers import compared
from migration_pipeline.cleaned.policies import Mask, apply, apply_all
from migration_pipeline.cleaned.table import CleanTable, clean_table
from migration_pipeline.contracts.datasets import MEMBERS
from migration_pipeline.contracts.identifiers import is_mobile, plain_name
from migration_pipeline.contracts.money import rounded
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.texts import with_cells
from migration_pipeline.contracts.vocabularies import translate
from migration_pipeline.project.source import SourceSpec

_DUMMY = "预开卡"
_NO_BIRTHDAY, _NO_SYSTEM = pd.Timestamp(1900, 1, 1), pd.Timestamp(1990, 1, 1)
_PER_ROW: Mapping[str, Mask] = MappingProxyType(
    {
        "dummy_card_with_balance": lambda frame: (frame["name"] == _DUMMY) & _has_balance(frame),
        "negative_points": lambda frame: frame["points"] < 0,
        "negative_stored_value": lambda frame: (frame["stored_principal"] < 0) | (frame["stored_bonus"] < 0),
        "future_birthday": lambda frame: frame["birthday"] > pd.Timestamp.now(),
        "early_birthday": lambda frame: frame["birthday"] <= _NO_BIRTHDAY,
        "future_opening": lambda frame: frame["opened_on"] > pd.Timestamp.now(),
        "early_opening": lambda frame: frame["opened_on"] < _NO_SYSTEM,
        "truncated_member_name": lambda frame: cut_names(frame["name"]),
        "emoji_in_member_name": lambda frame: has_emoji(frame["name"]),
    }
)


def clean(raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
    """Typed members; `stored_value` is principal plus bonus; addresses are split."""
    table = MEMBERS.table("members")
    done = clean_table(table, raw.tables["members"], source.datasets["members"]["members"], source, derive=_stored_value)
    dummy = (done.frame["name"] == _DUMMY).fillna(False) & ~_has_balance(done.frame)
    done = apply(done, "dummy_card", dummy, source.policies)
    done = apply_all(done, _PER_ROW, source.policies)
    done = fold_by_key(done, table.key, add=("points", "stored_principal", "stored_bonus", "stored_value"))
    done = with_address_parts(done)
    return compared(apply_all(done, _per_card(source), source.policies), raw, source)


def _per_card(source: SourceSpec) -> Mapping[str, Mask]:
    """Masks for when the rows of one card are one row."""
    return {
        "shared_phone": lambda frame: _same_phone(frame) & ~_same_person(frame),
        "several_cards": lambda frame: _same_person(_active(frame, source)).reindex(frame.index, fill_value=False),
        "unsplit_address": unsplit,
    }


def _active(frame: pd.DataFrame, source: SourceSpec) -> pd.DataFrame:
    words, _ = translate(frame["status"], "member_status", source.value_maps.get("member_status", {}))
    return frame[words == "active"]


def _stored_value(frame: pd.DataFrame) -> pd.DataFrame:
    value = frame["stored_principal"] + frame["stored_bonus"]
    return sealed(frame).assign(stored_value=rounded(value, 2), phone=_plain_mobile(frame["phone"]))


def _has_balance(frame: pd.DataFrame) -> "pd.Series[bool]":
    balances = [(frame[column] != 0).fillna(True).astype(bool) for column in ("points", "stored_principal", "stored_bonus")]
    return balances[0] | balances[1] | balances[2]


def _same_phone(frame: pd.DataFrame) -> "pd.Series[bool]":
    """Rows with a true mobile number that an earlier row of those that go on has as well."""
    phones = frame["phone"].where(frame["_reason"].isna() & is_mobile(frame["phone"]))
    return phones.notna() & phones.duplicated()


def _same_person(frame: pd.DataFrame) -> "pd.Series[bool]":
    """Rows with name and mobile number of an earlier one."""
    twice = frame.loc[frame["_reason"].isna() & frame["phone"].duplicated(keep=False), ["phone", "name"]]
    who = twice[is_mobile(twice["phone"]) & twice["name"].notna()]
    who = who.assign(name=plain_name(who["name"]))
    return who.duplicated().reindex(frame.index, fill_value=False)


def _plain_mobile(phones: "pd.Series[str]") -> "pd.Series[str]":
    """Mobile numbers without country code, blanks and dashes; landlines (whose dashes part area and extension) as they are."""
    odd = phones.notna() & ~phones.str.fullmatch(r"1[0-9]{10}", na=False)
    digits = phones[odd].str.normalize("NFKC").str.replace(r"[\s-]", "", regex=True)
    digits = digits.str.replace(r"^(?:\+86|0086|86)(1[0-9]{10})$", r"\1", regex=True)
    return with_cells(phones, odd, phones[odd].where(~digits.str.fullmatch(r"1[0-9]{10}", na=False), digits))
