"""What an ERP code may look like: its signs and its length.

Belongs here: the limit, and what is wrong with a code that exceeds it. Does not belong here: how a code is made up (`project/codes.py`),
who gets which (`control/repository/identity_rule.py`).
"""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Characters = Literal["any", "upper", "digits"]
CODE_COLUMNS = MappingProxyType({"products": "item_code", "members": "member_code", "suppliers": "supplier_code"})
"""Dataset whose records get ERP codes -> the ERP's column of that code, in whichever table."""
_SIGNS = MappingProxyType({"any": re.compile(".+", re.DOTALL), "upper": re.compile(r"[A-Z0-9._-]+"), "digits": re.compile(r"[0-9]+")})
_NAMES = MappingProxyType({"any": "any", "upper": "A-Z 0-9 . _ -", "digits": "0-9"})


@dataclass(frozen=True)
class CodeLimit:
    """The longest code and the signs in it.

    Attributes:
        length: most characters, or bytes of UTF-8 if `in_bytes`; None for any length.
    """

    characters: Characters = "any"
    length: int | None = None
    in_bytes: bool = False

    def problem(self, code: str) -> str | None:
        """What is wrong with a code, without the code itself; None if nothing is."""
        if not _SIGNS[self.characters].fullmatch(code):
            return f"of other signs than {_NAMES[self.characters]}"
        size = len(code.encode()) if self.in_bytes else len(code)
        if self.length is not None and size > self.length:
            return f"longer than {self.length} {'bytes' if self.in_bytes else 'characters'}"
        return None


NO_LIMIT = CodeLimit()
