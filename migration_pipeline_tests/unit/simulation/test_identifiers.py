"""Made-up identifiers are valid by the rules of an independent library, and the bad ones are not."""

from stdnum import ean
from stdnum.cn import uscc

from migration_pipeline.simulation.identifiers import bad_ean13, credit_code, ean13, mobile


def test_ean13_agrees_with_known_codes_and_the_library() -> None:
    """A wrong check digit would make every shared product a product of its own."""
    assert ean13("690102807583") == "6901028075831"
    assert ean13("692152520001") == "6921525200017"
    assert all(ean.is_valid(ean13(f"69{n:010d}")) for n in range(0, 10**6, 9973))


def test_bad_ean13_is_never_valid() -> None:
    """A planted bad barcode that is valid by chance would be matched."""
    assert not any(ean.is_valid(bad_ean13(f"69{n:010d}")) for n in range(0, 10**6, 9973))


def test_credit_codes_are_valid_and_distinct() -> None:
    """Suppliers are recognised by them."""
    codes = [credit_code(n) for n in range(500)]
    assert all(uscc.is_valid(code) for code in codes)
    assert len(set(codes)) == 500


def test_mobiles_are_distinct_and_of_valid_shape() -> None:
    """Two people with one number by accident would look like a planted couple."""
    numbers = {mobile(n) for n in range(20_000)}
    assert len(numbers) == 20_000
    assert all(len(n) == 11 and n[0] == "1" and n[1] in "3456789" for n in numbers)
