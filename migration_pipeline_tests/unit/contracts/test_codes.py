"""What an ERP code may look like."""

from migration_pipeline.contracts.codes import NO_LIMIT, CodeLimit


def test_without_a_limit_every_code_is_fine() -> None:
    assert NO_LIMIT.problem("P店-a b\n" * 100) is None


def test_signs_and_length_are_told_without_the_code() -> None:
    assert CodeLimit("digits").problem("123") is None
    assert CodeLimit("digits").problem("12-2") == "of other signs than 0-9"
    assert CodeLimit("digits").problem("１２") == "of other signs than 0-9", "full-width digits are other signs"
    assert CodeLimit("upper").problem("PS1-A_.9") is None
    assert CodeLimit("upper").problem("PS1-a") == "of other signs than A-Z 0-9 . _ -"
    assert CodeLimit(length=3).problem("abcd") == "longer than 3 characters"
    assert CodeLimit(length=3).problem("P店") is None
    assert CodeLimit(length=3, in_bytes=True).problem("P店") == "longer than 3 bytes"
    assert CodeLimit("digits").problem("12\n") is not None, "a line break at the end is a sign, too"
