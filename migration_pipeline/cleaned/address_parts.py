"""Addresses of suppliers and members: the columns that say where an address lies, and whether it could be split.

Belongs here: which columns are read and filled. Does not belong here: splitting text (`contracts/addresses.py`).
"""

import pandas as pd

from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts.addresses import split_addresses

_GIVEN = ("province", "city", "district", "street")
_CODED = ("division_code", "division_vintage", "address_confidence")
_NONE = ""
_CHINESE = r"[\u4e00-\u9fff]"


def sealed(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame ready to be folded: what a row's own address leaves out is not taken from another row of its key.

    Only sources with columns of their own for province, city, district or street need it; `with_address_parts` takes the seal off.
    """
    given = frame[list(_GIVEN)].notna()
    if not given.any(axis=None):
        return frame
    own = given.any(axis=1) | frame["address"].notna()
    return frame.assign(**{name: frame[name].mask(own & frame[name].isna(), _NONE) for name in (*_GIVEN, "address")})


def with_address_parts(done: CleanTable) -> CleanTable:
    """The folded table with where its addresses lie; what the source has itself stays, `address` is never touched.

    Province, city, district and street that the source has stand in front of the address when it is split.
    """
    frame = done.frame.assign(**{name: done.frame[name].mask(done.frame[name] == _NONE) for name in (*_GIVEN, "address")})
    whole = _whole(frame)
    if whole.notna().any():
        found = split_addresses(whole)
        frame = frame.assign(**{name: frame[name].fillna(found[name].astype(frame[name].dtype)) for name in (*_GIVEN, *_CODED)})
    return CleanTable(done.table, frame, done.findings)


def unsplit(frame: pd.DataFrame) -> "pd.Series[bool]":
    """Addresses without a code; none where the column has no Chinese address at all: then it is another country's."""
    whole = _whole(frame)
    chinese = whole.str.contains(_CHINESE, regex=True, na=False).any()
    return whole.notna() & frame["division_code"].isna() & bool(chinese)


def _whole(frame: pd.DataFrame) -> "pd.Series[str]":
    """Province, city, district, street and address, as far as there are any, in one line; missing where there are none."""
    texts = [frame[name] for name in (*_GIVEN, "address") if frame[name].notna().any()]
    whole = pd.Series("", index=frame.index, dtype="str")
    for text in texts:
        whole = whole + " " + text.fillna("")
    whole = whole.str.strip()
    return whole.where(whole != "")
