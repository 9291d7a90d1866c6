"""Chinese addresses taken apart: province, city, district, street or town, and the GB/T 2260 code with how sure it is.

Belongs here: splitting text. Does not belong here: the table of divisions (`divisions.py`), how one address is read
(`address_reading.py`), which columns of a dataset hold addresses (`cleaned/`).
"""

from decimal import Decimal

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.address_reading import read_address

CONFIDENCE = {
    "1.00": "province, city and district written in full, and they fit",
    "0.90": "something left out (a suffix, an upper level), and only one place fits",
    "0.80": "a district without province and city whose name exists once; or other text stands before the address",
    "0.70": "a former division: code of the last list that had it (`division_vintage`)",
    "0.60": "code of a province or city: no district is written, or one that GB/T 2260 does not know (a development zone)",
    "0.30": "the name exists several times, or the levels contradict each other: no code",
    "0.00": "no division found: no code",
}
"""What each value of `address_confidence` means; there are no others."""
PARTS = ("province", "city", "district", "street", "rest", "division_code", "division_vintage")


def split_addresses(addresses: "pd.Series[str]") -> pd.DataFrame:
    """The parts of addresses, in the order and under the labels given; nothing is ever guessed.

    Municipalities stand as province and as city; counties directly under a province have no city; cities without districts have no
    district. District names of the past stay as written. `rest` is what follows, as written but in NFKC.

    Returns:
        province, city, district, street, rest (text, missing where not found), division_code (six digits of the deepest sure level,
        or missing), division_vintage (the year of the list the code is from) and address_confidence (decimal, a key of `CONFIDENCE`;
        missing only where the address is missing).
    """
    known = pd.Index(addresses.dropna().unique())
    parts = [read_address(str(text)) for text in known]
    columns = {name: pd.Series([getattr(part, name) or None for part in parts], index=known, dtype="str") for name in PARTS}
    sure = pd.Series([Decimal(part.confidence) for part in parts], index=known, dtype=pd.ArrowDtype(pa.decimal128(3, 2)))
    found = {name: addresses.map(values).astype("str") for name, values in columns.items()}
    places = known.get_indexer(pd.Index(addresses))
    confidence = pd.Series(pa.array(sure.array).take(pa.array(places, mask=places < 0)), dtype=sure.dtype)
    return pd.DataFrame({**found, "address_confidence": confidence.set_axis(addresses.index)}, index=addresses.index)
