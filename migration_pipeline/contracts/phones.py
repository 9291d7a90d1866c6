"""What kind of phone number a text holds, and one way to write it.

Belongs here: mainland numbers as people type them; foreign ones by `phonenumbers`. Does not belong here: matching by them (`mapped/`).
"""

import re

import pandas as pd
import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

_MADE_UP = r"1?(?:0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)|13800138000|1234567|12345678|12345678901?|0123456789"
_EXTENSION = re.compile(r"(?:转|(?<=[0-9]{7})-(?=[0-9]{1,5}$))")
_SERVICE = frozenset({PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN, PhoneNumberType.PREMIUM_RATE})
_LINES = {PhoneNumberType.FIXED_LINE: "landline", PhoneNumberType.MOBILE: "mobile"} | dict.fromkeys(_SERVICE, "service")


def phone_kind(phones: "pd.Series[str]") -> "pd.Series[str]":
    """Per number one of `mobile`, `landline`, `service` (400, 800), `foreign`, `placeholder`, `bad`, `none`."""
    return _read(phones)["kind"]


def plain_phone(phones: "pd.Series[str]") -> "pd.Series[str]":
    """`13912345678`, `0571-88123456`, `0571-88123456-801`, `4001234567`, `+85291234567`; what is no number stays as it is."""
    return _read(phones)["plain"]


def _read(phones: "pd.Series[str]") -> pd.DataFrame:
    """Columns `kind` and `plain`; only what is no plain mobile number goes to the library, once per distinct value."""
    digits = phones.str.normalize("NFKC").str.replace(r"[\s().-]", "", regex=True)
    digits = digits.str.replace(r"^(?:\+86|0086|86)(1[0-9]{10})$", r"\1", regex=True)
    made_up = digits.str.fullmatch(_MADE_UP, na=False)
    mobile = digits.str.fullmatch("1[3-9][0-9]{9}", na=False) & ~made_up
    found = pd.DataFrame({"kind": pd.Series("none", index=phones.index, dtype="str"), "plain": phones.where(~mobile, digits)})
    found.loc[made_up, "kind"] = "placeholder"
    found.loc[mobile, "kind"] = "mobile"
    rest = phones[phones.notna() & ~made_up & ~mobile]
    known = {phone: _by_library(phone) for phone in rest.unique()}
    found.loc[rest.index, "kind"] = rest.map({phone: kind for phone, (kind, _) in known.items()})
    found.loc[rest.index, "plain"] = rest.map({phone: plain for phone, (_, plain) in known.items()})
    return found


def _by_library(phone: str) -> tuple[str, str]:
    try:
        number = phonenumbers.parse(_EXTENSION.sub(" ext. ", phone), "CN")
    except phonenumbers.NumberParseException:
        return "bad", phone
    if not phonenumbers.is_valid_number(number):
        return "bad", phone
    if number.country_code != 86:
        return "foreign", phonenumbers.format_number(number, PhoneNumberFormat.E164)
    kind = _LINES.get(phonenumbers.number_type(number), "bad")
    return kind, phone if kind == "bad" else _national(number, landline=kind == "landline")


def _national(number: PhoneNumber, *, landline: bool) -> str:
    """The number as one dials it, area code and extension parted by dashes."""
    local = phonenumbers.national_significant_number(number)
    area = phonenumbers.length_of_geographical_area_code(number)
    plain = f"0{local[:area]}-{local[area:]}" if landline and area else local
    return f"{plain}-{number.extension}" if number.extension else plain
