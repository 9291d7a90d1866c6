"""The key `codes:`: a pattern that cannot name every record, or names many with one code, is refused with its place."""

import pytest
from pydantic import ValidationError

from migration_pipeline.contracts.codes import CODE_COLUMNS
from migration_pipeline.project.check import MisplacedError
from migration_pipeline.project.codes import DEFAULT_CODES, PARTS, CodeScheme, check_codes, scheme_of, shortest


def refused(*patterns: str, dataset: str = "products", **more: object) -> str:
    with pytest.raises(MisplacedError) as caught:
        check_codes({dataset: CodeScheme.model_validate({"patterns": patterns, **more})})
    assert caught.value.place[:1] == ("codes",)
    return str(caught.value)


@pytest.mark.parametrize(
    "patterns",
    [
        ("P{gtin}", "P{store}-{code}"),
        ("{hash:8}",),
        ("P{number:06d}",),
        ("{store}-{number:04d}",),
        ("{code}",),
        ("{gtin}", "{number:013d}"),
    ],
)
def test_patterns_that_name_every_record_are_fine(patterns: tuple[str, ...]) -> None:
    check_codes({"products": CodeScheme(patterns=patterns)})


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("P{gtin}", "not every record has"),
        ("P{store}", "many records one code"),
        ("FIXED", "many records one code"),
        ("{number:06d}X", "must end with"),
        ("{code}{number:06d}", "must end with"),
        ("{number:03d}{number:03d}", "must end with"),
        ("{number}", "write number:06d"),
        ("{number:6d}", "write number:06d"),
        ("{number:016d}", "1 to 15"),
        ("{hash}", "write hash:8"),
        ("{hash:5}", "6 to 32"),
        ("{code:3}", "write code"),
        ("{code!r}", "write code"),
        ("{}", "write a name"),
        ("{phone}", "names {phone}; products have {gtin}"),
        ("{tax_id}", "names {tax_id}"),
        ("{code.__class__}{code}", "names {code.__class__}"),
        ("{code", "cannot be read"),
        ("{code}}", "cannot be read"),
    ],
)
def test_other_patterns_are_refused(pattern: str, why: str) -> None:
    assert why in refused(pattern)


def test_nothing_of_a_person_can_be_named() -> None:
    assert "names {phone}" in refused("M{phone}", dataset="members")
    assert PARTS["members"] == ("store", "code", "number", "hash")


def test_signs_and_lengths_that_can_never_fit_are_refused_at_once() -> None:
    assert "other signs than 0-9" in refused("P{gtin}", "P{code}", characters="digits")
    assert "letters in {hash}" in refused("{hash:8}", characters="digits")
    assert "at least 14 characters, but 12 are allowed" in refused("P{gtin}", "P{code}", length=12)
    check_codes({"products": CodeScheme(patterns=("{gtin}", "{number:013d}"), length=14, characters="digits")})


def test_only_datasets_with_codes_of_their_own_have_a_scheme() -> None:
    with pytest.raises(MisplacedError, match="'sales'"):
        check_codes({"sales": CodeScheme(patterns=("{code}",))})


def test_a_scheme_without_patterns_or_with_an_unknown_key_is_refused() -> None:
    for wrong in ({"patterns": []}, {"patterns": ["{code}"], "lenght": 3}, {"patterns": ["{code}"], "length": 0}):
        with pytest.raises(ValidationError):
            CodeScheme.model_validate(wrong)


def test_the_houses_own_schemes_are_valid_and_used_where_the_project_says_nothing() -> None:
    check_codes(DEFAULT_CODES)
    assert set(DEFAULT_CODES) == set(CODE_COLUMNS) == set(PARTS)
    own = CodeScheme(patterns=("{code}",))
    assert scheme_of({"members": own}, "members") is own
    assert scheme_of({"members": own}, "products") is DEFAULT_CODES["products"]


def test_the_shortest_code_of_a_pattern() -> None:
    assert [shortest(pattern) for pattern in ("P{gtin}", "{store}-{code}", "M{number:06d}", "{hash:8}x")] == [14, 3, 7, 9]
