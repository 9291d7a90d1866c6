"""The ERP codes that new records of a store would like to have, by the project's scheme.

Belongs here: filling patterns in. Does not belong here: the patterns (`project/codes.py`), who gets a code that is in use, and running
numbers (`control/repository/identity_rule.py`).
"""

import hashlib
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from migration_pipeline.contracts.codes import NO_LIMIT, CodeLimit
from migration_pipeline.project.codes import HASH, NUMBER, CodeScheme, Part, parts_of


@dataclass(frozen=True)
class DatasetCodes:
    """How the codes of one dataset are made up, and what a new one must keep to."""

    scheme: CodeScheme
    limit: CodeLimit = NO_LIMIT


def wanted_codes(scheme: CodeScheme, store: str, parts: Mapping[str, "pd.Series[str]"]) -> dict[str, "pd.Series[Any]"]:
    """Columns `code_hint` and `code_digits` of an assignment.

    Args:
        scheme: the dataset's patterns; the first whose parts a record has is filled in.
        store: the store of all records.
        parts: `code` of each record, and the identifiers that some have, by the name that patterns use.

    Returns:
        The code, or where `code_digits` is not 0 what stands before a running number of so many digits.
    """
    code = parts["code"]
    hint = pd.Series(None, index=code.index, dtype="str")
    digits = pd.Series(0, index=code.index, dtype="int64")
    for pattern in scheme.patterns:
        pieces = parts_of(pattern)
        filled = _filled(pieces, store, parts)
        if pieces[-1].name == NUMBER:
            digits = digits.mask(hint.isna(), pieces[-1].size)
        hint = hint.fillna(filled)
    return {"code_hint": hint, "code_digits": digits}


def collisions(frame: pd.DataFrame, keys: pd.DataFrame) -> int:
    """How many records made an ERP code other than the one they would have liked, because another record has that."""
    hints, codes = frame["code_hint"].reset_index(drop=True), keys["erp_key"].reset_index(drop=True)
    other = keys["is_owner"].reset_index(drop=True) & (hints != codes) & (frame["code_digits"].reset_index(drop=True) == 0)
    pairs = zip(hints[other], codes[other], strict=True)
    return sum(code.startswith(f"{hint}-") and code[len(hint) + 1 :].isdecimal() for hint, code in pairs)


def _filled(pieces: tuple[Part, ...], store: str, parts: Mapping[str, "pd.Series[str]"]) -> "pd.Series[str]":
    text = pd.Series("", index=parts["code"].index, dtype="str")
    for piece in pieces:
        if piece.name in {"", NUMBER}:
            text = text + piece.text
        elif piece.name == "store":
            text = text + (piece.text + store)
        elif piece.name == HASH:
            text = text + piece.text + _hashes(store, parts).str[: piece.size]
        else:
            text = text + piece.text + parts[piece.name]
    return text


def _hashes(store: str, parts: Mapping[str, "pd.Series[str]"]) -> "pd.Series[str]":
    """52 signs A-Z 2-7 of the identifier (GTIN, tax id), so equal in all stores, else of store and code; never of anything of a person."""
    named = store + "|" + parts["code"]
    for name in parts.keys() - {"code"}:
        named = (name + "|" + parts[name]).fillna(named)
    digests = (b32encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=") for text in named)
    return pd.Series(list(digests), index=named.index, dtype="str")
