"""Field descriptors: the name, type and sensitivity of one canonical column.

Belongs here: what a column is. Does not belong here: how text becomes such a column (`cleaned/parsing.py`).
"""

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["code", "text", "decimal", "integer", "boolean", "date", "timestamp"]


@dataclass(frozen=True)
class Field:
    """One canonical column.

    Attributes:
        name: the standard term, the same in every stage.
        type: `code` is an identifier (text, never a number); `text` is prose kept as written.
        scale: decimal places of a `decimal`.
        required: a row without it is rejected.
        personal: never shown unmasked in logs, metadata, reports or errors.
        vocabulary: the closed list of values the ERP knows (`contracts/vocabularies.py`).
        default: text used where the source has no value; counted as a finding.
    """

    name: str
    type: FieldType
    scale: int = 0
    required: bool = False
    personal: bool = False
    vocabulary: str | None = None
    default: str | None = None
