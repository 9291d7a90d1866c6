"""The plain library recipe beside our own figures: splink as its own examples use it on these sets, thresholds as there.

Belongs here: those settings, written after the library's tutorial. Does not belong here: anything tuned on truth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

THRESHOLD = 0.95
_SEED = 1


@dataclass(frozen=True)
class Recipe:
    """What an example of the library gives: comparisons, blocks, rules for the base rate, blocks to train on."""

    comparisons: Sequence[Any]
    blocks: Sequence[Sequence[str]]
    certain: Sequence[Sequence[str]]
    training: Sequence[Sequence[str]]
    recall: float = 0.7


def _frequent(comparison: Any) -> Any:
    return comparison.configure(term_frequency_adjustments=True)


def recipe_of(linkage: str) -> Recipe:
    """The example for one linkage."""
    return {
        "febrl": _febrl,
        "fake_1000": _fake_1000,
        "historical": _historical,
        "sites": _sites,
        "transactions": _transactions,
        "members": _members,
        "suppliers": _suppliers,
        "products": _products,
    }[linkage]()


def _members() -> Recipe:
    """After the example for persons."""
    return Recipe(
        [
            cl.NameComparison("name"),
            cl.DateOfBirthComparison("birthday", input_is_string=True),
            cl.DamerauLevenshteinAtThresholds("phone", [1, 2]),
            cl.ExactMatch("email"),
            _frequent(cl.ExactMatch("address")),
        ],
        [["phone"], ["name"], ["birthday"], ["email"]],
        [["name", "phone"], ["name", "birthday"]],
        [["phone"], ["birthday"]],
    )


def _suppliers() -> Recipe:
    """After the example for companies."""
    return Recipe(
        [
            _frequent(cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8])),
            cl.DamerauLevenshteinAtThresholds("phone", [1]),
            cl.JaroWinklerAtThresholds("address", [0.92, 0.8]),
            cl.NameComparison("contact"),
            cl.ExactMatch("tax_id"),
        ],
        [["name"], ["phone"], ["tax_id"], ["address"], ["substr(name, 1, 4)"]],
        [["tax_id"], ["name", "phone"]],
        [["name"], ["phone"]],
    )


def _products() -> Recipe:
    """After the example for companies; there is none for goods."""
    return Recipe(
        [
            _frequent(cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8])),
            _frequent(cl.ExactMatch("brand")),
            _frequent(cl.ExactMatch("spec")),
            cl.DamerauLevenshteinAtThresholds("barcode", [1]),
            cl.ExactMatch("sell_price"),
        ],
        [["name"], ["barcode"], ["brand", "spec"], ["substr(name, 1, 4)"]],
        [["barcode"], ["name", "spec"]],
        [["name"], ["barcode"]],
    )


def _febrl() -> Recipe:
    return Recipe(
        [
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("birth", input_is_string=True),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            _frequent(cl.ExactMatch("street_number")),
            _frequent(cl.ExactMatch("postcode")),
        ],
        [["soc_sec_id"], ["given_name"], ["surname"], ["birth"], ["postcode"]],
        [["soc_sec_id"], ["given_name", "surname", "birth"]],
        [["birth"], ["postcode"]],
        recall=0.9,
    )


def _fake_1000() -> Recipe:
    return Recipe(
        [
            cl.NameComparison("first_name"),
            cl.NameComparison("surname"),
            cl.LevenshteinAtThresholds("dob", 1),
            _frequent(cl.ExactMatch("city")),
            cl.EmailComparison("email"),
        ],
        [["first_name", "city"], ["surname"], ["dob"]],
        [["first_name", "dob"], ["email"]],
        [["first_name", "surname"], ["dob"]],
    )


def _historical() -> Recipe:
    return Recipe(
        [
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            _frequent(cl.ExactMatch("birth_place")),
            _frequent(cl.ExactMatch("occupation")),
        ],
        [
            ["substr(first_name, 1, 3)", "substr(surname, 1, 4)"],
            ["surname", "dob"],
            ["first_name", "dob"],
            ["postcode_fake", "first_name"],
            ["postcode_fake", "surname"],
            ["dob", "birth_place"],
            ["substr(postcode_fake, 1, 3)", "dob"],
            ["substr(postcode_fake, 1, 3)", "first_name"],
            ["substr(postcode_fake, 1, 3)", "surname"],
            ["substr(first_name, 1, 2)", "substr(surname, 1, 2)", "substr(dob, 1, 4)"],
        ],
        [["first_name", "surname", "dob"], ["dob", "postcode_fake"]],
        [["first_name", "surname"], ["dob"]],
        recall=0.6,
    )


def _sites() -> Recipe:
    return Recipe(
        [
            cl.JaroWinklerAtThresholds("name", [0.92, 0.8]),
            cl.JaroWinklerAtThresholds("address", [0.92, 0.8]),
            cl.LevenshteinAtThresholds("phone", [1, 2]),
            cl.ExactMatch("zip"),
        ],
        [["name"], ["address"], ["phone"]],
        [["name", "address"], ["name", "phone"]],
        [["phone"], ["name"]],
    )


def _transactions() -> Recipe:
    return Recipe(
        [
            cl.ExactMatch("amount"),
            cl.AbsoluteDateDifferenceAtThresholds("date", input_is_string=True, metrics=["day"] * 4, thresholds=[1, 4, 10, 30]),
            cl.JaroWinklerAtThresholds("memo", [0.9, 0.7]),
        ],
        [["month", "ten"], ["month", "substr(memo, 1, 6)"], ["amount"]],
        [["amount", "memo"]],
        [["memo"], ["amount"]],
        recall=0.5,
    )


def plain_pairs(frames: Sequence[pd.DataFrame], recipe: Recipe) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Pairs (left, right) from the threshold on, and for duplicates their clusters (id, cluster)."""
    with duckdb.connect(":memory:", config={"memory_limit": "2GB", "threads": 1}) as connection:
        api = DuckDBAPI(connection)
        tables = [
            api.register(frame.drop(columns=["truth", "cluster"], errors="ignore"), dataset_display_name=name)
            for frame, name in zip(frames, "ab", strict=False)
        ]
        settings = SettingsCreator(
            link_type="dedupe_only" if len(frames) == 1 else "link_only",
            comparisons=list(recipe.comparisons),
            blocking_rules_to_generate_predictions=[block_on(*block) for block in recipe.blocks],
            unique_id_column_name="id",
        )
        linker = Linker(tables, settings, log_level=None)
        linker.training.estimate_probability_two_random_records_match([block_on(*rule) for rule in recipe.certain], recall=recipe.recall)
        linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=_SEED)
        for block in recipe.training:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*block))
        predicted = linker.inference.predict(threshold_match_probability=THRESHOLD, warning_mode="never")
        pairs = predicted.as_pandas_dataframe()  # type: ignore[no-untyped-call]
        if len(frames) > 1:
            flip = pairs["source_dataset_l"] == "b"
            left, right = pairs["id_l"].mask(flip, pairs["id_r"]), pairs["id_r"].mask(flip, pairs["id_l"])
            return pd.DataFrame({"left": left, "right": right}), None
        grouped = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, THRESHOLD)
        grouped = grouped.as_pandas_dataframe()  # type: ignore[no-untyped-call]
        clusters = grouped.rename(columns={"cluster_id": "cluster"})[["id", "cluster"]]
        return pairs.rename(columns={"id_l": "left", "id_r": "right"})[["left", "right"]], clusters
