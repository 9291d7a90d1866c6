"""Made-up identifiers of the right shape: EAN-13, social credit codes, mobile numbers.

Belongs here: check digits computed on the spot, apart from the library the pipeline checks with. Does not belong here: names of things.
"""

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def ean13(body: str) -> str:
    """Twelve digits and their check digit."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-total % 10)


def bad_ean13(body: str) -> str:
    """Twelve digits and a wrong check digit."""
    good = ean13(body)
    return good[:-1] + str((int(good[-1]) + 3) % 10)


def gtin14(body: str) -> str:
    """Thirteen digits (the first is the pack's, 1 to 8) and their check digit, which is not that of the item in it."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(body))
    return body + str(-total % 10)


def credit_code(number: int) -> str:
    """A valid 统一社会信用代码 of a company that does not exist; one per number."""
    body = f"91000000MA{number:07d}"
    total = sum(_USCC.index(sign) * weight for sign, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return body + _USCC[-total % 31]


def mobile(number: int) -> str:
    """A mobile number of valid shape; one per number below 100 million."""
    return f"1{3 + number % 7}0{number * 7919 % 100_000_000:08d}"
