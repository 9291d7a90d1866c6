"""Check digits of whole columns at once: the usual form of a number only, so that libraries need to look at the rest alone.

Belongs here: forms with a fixed number of characters and a weighted sum. Does not belong here: what a number means, every other form
(`barcodes.py`, `identifiers.py`: by python-stdnum, once per distinct value).
"""

import numpy as np
import pandas as pd

_EAN13, _EAN13_WEIGHTS = "[13-9][0-9]{12}", (1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1)
_USCC, _USCC_SIGNS = "[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}", "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1)


def usual_ean13(codes: "pd.Series[str]") -> "pd.Series[bool]":
    """EAN-13 with a right check digit that begins with neither 0 nor 2, where shops number for themselves."""
    return _adding_up(codes, _EAN13, "0123456789", _EAN13_WEIGHTS)


def usual_uscc(codes: "pd.Series[str]") -> "pd.Series[bool]":
    """统一社会信用代码 in capitals without blanks, with a right check digit (GB 32100-2015)."""
    return _adding_up(codes, _USCC, _USCC_SIGNS, _USCC_WEIGHTS)


def _adding_up(codes: "pd.Series[str]", form: str, signs: str, weights: tuple[int, ...]) -> "pd.Series[bool]":
    """Codes of a form whose weighted sum of signs is a multiple of the number of signs."""
    found = codes.str.fullmatch(form, na=False)
    if not found.any():
        return found
    value_of = np.zeros(256, dtype=np.int16)
    value_of[[ord(sign) for sign in signs]] = range(len(signs))
    text = str(codes[found].str.cat())
    values = value_of[np.frombuffer(text.encode("ascii"), dtype=np.uint8)].reshape(-1, len(weights))
    found[found] = values @ np.array(weights, dtype=np.int16) % len(signs) == 0
    return found
