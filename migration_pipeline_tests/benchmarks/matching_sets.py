"""Sets of records with truth that others made, as one frame each: `id`, `truth` and columns as text.

Belongs here: reading them. Does not belong here: how they are linked (`linkages.yaml`, `matching_recipes.py`), measuring.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
Frames = tuple[pd.DataFrame, ...]
"""One frame to look for duplicates in, or two to link."""


def febrl(number: str) -> pd.DataFrame:
    """Persons; truth is the number in rec_id."""
    frame = pd.read_csv(DATA / "gt_febrl" / f"dataset{number}.csv", dtype=str, skipinitialspace=True)
    frame.columns = frame.columns.str.strip()
    born = frame["date_of_birth"]
    ids = frame["rec_id"].str.strip()
    birth = born.str[:4] + "-" + born.str[4:6] + "-" + born.str[6:8]
    return frame.assign(id=ids, truth=ids.str.extract(r"rec-(\d+)", expand=False), birth=birth)


def fake_1000() -> pd.DataFrame:
    """Persons."""
    frame = pd.read_csv(DATA / "gt_splink" / "fake_1000.csv", dtype=str)
    return frame.assign(id=frame["unique_id"], truth=frame["cluster"])


def historical() -> pd.DataFrame:
    """Persons of history with errors put in."""
    frame = pd.read_parquet(DATA / "gt_splink" / "historical_figures_with_errors_50k.parquet").astype("str")
    return frame.assign(id=frame["unique_id"], truth=frame["cluster"])


def sites() -> pd.DataFrame:
    """Places of early childhood education in Chicago, typed by several agencies."""
    frame = pd.read_csv(DATA / "gt_dedupe_examples" / "csv_example" / "csv_example_input_with_true_ids.csv", dtype=str)
    names = {"True Id": "truth", "Id": "id", "Site name": "name", "Address": "address", "Phone": "phone", "Zip": "zip"}
    frame = frame.rename(columns=names)[list(names.values())]
    street = frame["address"].str.lower().str.extract(r"\d+\s+(?:[nsew]\b\.?|north|south|east|west)?\s*(\w+)", expand=False)
    return frame.assign(number=frame["address"].str.extract(r"(\d+)", expand=False), street=street)


def transactions(side: str) -> pd.DataFrame:
    """Payments as they left (`origin`) or arrived (`destination`), with coarse dates and amounts to find partners by."""
    frame = pd.read_parquet(DATA / "gt_splink" / f"transactions_{side}.parquet")
    day = pd.to_datetime(frame["transaction_date"])
    number = (day - pd.Timestamp("2020-01-01")).dt.days
    shifted = number - (7 if side == "destination" else 0)
    text = {
        "id": frame["unique_id"],
        "truth": frame["ground_truth"],
        "memo": frame["memo"].str.lower(),
        "date": day.dt.strftime("%Y-%m-%d"),
        "amount": frame["amount"],
        "day": day.dt.strftime("%Y-%m-%d"),
        "month": day.dt.strftime("%Y-%m"),
        "fortnight": number // 14,
        "later": shifted // 14,
        "ten": (frame["amount"] / 10).round().astype(int),
        "hundred": (frame["amount"] / 100).round().astype(int),
    }
    return pd.DataFrame({name: values.astype("str") for name, values in text.items()})


SETS: dict[str, tuple[str, Callable[[], Frames]]] = {
    "febrl1": ("febrl", lambda: (febrl("1"),)),
    "febrl2": ("febrl", lambda: (febrl("2"),)),
    "febrl3": ("febrl", lambda: (febrl("3"),)),
    "febrl4": ("febrl", lambda: (febrl("4a"), febrl("4b"))),
    "fake_1000": ("fake_1000", lambda: (fake_1000(),)),
    "historical": ("historical", lambda: (historical(),)),
    "sites": ("sites", lambda: (sites(),)),
    "transactions": ("transactions", lambda: (transactions("origin"), transactions("destination"))),
}
"""Set -> (name of its linkage, how it is read)."""
