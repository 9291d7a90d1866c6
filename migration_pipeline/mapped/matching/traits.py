"""What is derived from records before they are compared: sizes and variants of goods, sounds of names, the core of a company's name.

Belongs here: derived columns by name of linkage. Does not belong here: how they are compared (`levels.py`, `presets.yaml`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import pandas as pd
import yaml

from migration_pipeline.contracts.barcodes import GTINS, barcode_kind, canonical_gtin
from migration_pipeline.contracts.identifiers import plain_name
from migration_pipeline.mapped.matching.sizes import sizes
from migration_pipeline.mapped.matching.writing import simplified, sounds


@dataclass(frozen=True)
class Traits:
    """Derived columns: from which columns they are made, what they are called, and how they are made."""

    sources: tuple[str, ...]
    made: tuple[str, ...]
    make: Callable[[pd.DataFrame], pd.DataFrame]


@cache
def _words() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(
        (resources.files("migration_pipeline.mapped.matching") / "words.yaml").read_text(encoding="utf-8")
    )
    return read


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Any word of one list, the longest first."""
    read = _words()[name]
    words = {word for line in ([read] if isinstance(read, str) else read) for word in line.split()}
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))


_NUMBERED = re.compile(r"[a-z]*\d+(?:\.\d+)?[a-z]*(?:号|度|段|层|码|寸)?")
_TASTE = re.compile(r"(?:口?味|风味)(?![极道精淋增噌])|装$")
_EDGES = re.compile(r"[\W_]+")


def _goods(records: pd.DataFrame) -> pd.DataFrame:
    """What a product's name says.

    `maker` (its brand, told or found in the name), `title` (the rest without size and noise), its `letters` in order, `measure`, `pack`
    and `size` (both), `variant` (`-` if none), `gtin` and `digits` of the barcode.
    """
    names, specs = simplified(records["name"]), simplified(records["spec"])
    found = sizes(names, specs)
    maker = _bare(simplified(records["brand"])).pipe(_or_missing)
    rest = _bare(found["rest"].fillna("").str.replace(_pattern("noise"), " ", regex=True))
    maker = maker.fillna(_makers(rest, maker)).astype("str")
    bare = [text.replace(mark, "", 1) or text for text, mark in zip(rest, maker.fillna("\0"), strict=True)]
    title = pd.Series(bare, index=records.index, dtype="str").pipe(_or_missing)
    variant = title.map({text: _variant(text) for text in title.dropna().unique()}).astype("str")
    title = title.str.replace(_TASTE, "", regex=True).pipe(_or_missing).astype("str")
    distinct = title.dropna().unique()
    return pd.DataFrame(
        {
            "maker": maker,
            "title": title,
            "letters": title.map({text: "".join(sorted(set(text))) for text in distinct}).astype("str"),
            "measure": found["measure"],
            "pack": found["pack"],
            "size": found["measure"] + "*" + found["pack"],
            "variant": variant,
            "gtin": canonical_gtin(records["barcode"].astype("str")),
            "digits": _printed(records["barcode"]),
        },
        index=records.index,
    )


def _makers(texts: "pd.Series[str]", told: "pd.Series[str]") -> "pd.Series[str]":
    """For names of goods without a brand the longest brand of other records that stands in them."""
    starts: dict[str, list[str]] = {}
    for brand in sorted({brand for brand in told.dropna().unique() if len(brand) > 1}, key=lambda brand: (-len(brand), brand)):
        starts.setdefault(brand[:2], []).append(brand)
    found = {}
    for text in texts[told.isna()].unique():
        there = [brand for at in range(len(text) - 1) for brand in starts.get(text[at : at + 2], ()) if text.startswith(brand, at)]
        found[text] = max(there, key=len, default=None)
    return texts.where(told.isna()).map(found).astype("str")


def _or_missing(texts: "pd.Series[str]") -> "pd.Series[str]":
    return texts.where(texts.ne(""))


def _bare(texts: "pd.Series[str]") -> "pd.Series[str]":
    return texts.str.replace(_EDGES, "", regex=True)


def _printed(barcodes: "pd.Series[Any]") -> "pd.Series[str]":
    """Barcodes that some shop did not make up itself, valid or damaged."""
    codes = barcodes.astype("str").str.strip()
    usable = barcode_kind(codes).isin((*GTINS, "bad")) & codes.str.fullmatch(r"\d{7,14}", na=False)
    return codes.str.replace(r"^0(\d{12})$", r"\1", regex=True).where(usable)


def _variant(text: str) -> str:
    same = _words()["same"]
    found = {same.get(word, word) for word in [*_pattern("variants").findall(text), *_pattern("same").findall(text)]}
    return " ".join(sorted(found | set(_NUMBERED.findall(text)))) or "-"


def _persons(records: pd.DataFrame) -> pd.DataFrame:
    """`sound`: how the name sounds."""
    return pd.DataFrame({"sound": sounds(plain_name(simplified(records["name"])).pipe(_or_missing))}, index=records.index)


def _companies(records: pd.DataFrame) -> pd.DataFrame:
    """`core` (the name without place and legal form), `place`, `form` and `branch` (`-` if it is none)."""
    names = simplified(records["name"])
    read = {name: _company(name) for name in names.dropna().unique()}
    rows = [read.get(name, (None, None, None, None)) for name in names]
    return pd.DataFrame(rows, columns=["core", "place", "form", "branch"], index=records.index, dtype="str")


def _company(name: str) -> tuple[str | None, str | None, str | None, str | None]:
    bare = _EDGES.sub("", name)
    branch = _branch(bare)
    head = bare.removesuffix(branch) if branch else bare
    form = next((kind for kind, words in _words()["forms"].items() if any(word in head for word in words.split())), None)
    for word in _words()["forms"]["company"].split():
        head = head.removesuffix(word)
    place = _pattern("places").search(head)
    core = _pattern("places").sub("", head).replace("省", "").replace("市", "")
    return core or head or None, place[0] if place else None, form, branch or "-"


def _branch(bare: str) -> str:
    """`上海分公司` at the end of a company's name."""
    found = re.search(rf"(?:公司|集团|^.{{2,}}?)(?P<branch>[^公司]{{0,8}}(?:{_pattern('branches').pattern}))$", bare)
    return found["branch"] if found else ""


TRAITS: MappingProxyType[str, Traits] = MappingProxyType(
    {
        "goods": Traits(
            ("name", "brand", "spec", "barcode"),
            ("maker", "title", "letters", "measure", "pack", "size", "gtin", "digits", "variant"),
            _goods,
        ),
        "companies": Traits(("name",), ("core", "place", "form", "branch"), _companies),
        "persons": Traits(("name",), ("sound",), _persons),
    }
)
"""Name in a linkage (`traits`) -> what is derived."""
