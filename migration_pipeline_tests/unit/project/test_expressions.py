"""The language of computed columns: what it takes, and that everything else is refused before anything runs."""

import pytest

from migration_pipeline.project.expressions import LONGEST, SIGNATURES, Call, Column, columns_of, in_order, kind_of, parse_expression


@pytest.mark.parametrize(
    ("text", "columns", "kind"),
    [
        ("round(单价 * 数量, 2)", ("单价", "数量"), "number"),
        ('trim(col("品名 规格"))', ("品名 规格",), "text"),
        ('"退货" if 数量 < 0 else "销售"', ("数量",), "text"),
        ("coalesce(手机, 电话)", ("手机", "电话"), "text"),
        ('join(" ", first, last)', ("first", "last"), "text"),
        ("cls.item_clsname", ("cls.item_clsname",), "text"),
        ("-a if not (b == 0 or c in ('x', 'y')) else a", ("b", "c", "a"), "number"),
    ],
)
def test_what_the_language_takes(text: str, columns: tuple[str, ...], kind: str) -> None:
    expression = parse_expression(text)
    assert sorted(columns_of(expression)) == sorted(columns)
    assert kind_of(expression) == kind


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("open('/etc/passwd')", "no function 'open'"),
        ("__import__('os').system('x')", "not part of the language"),
        ("a.b.c", "not part of the language"),
        ("(lambda: 1)()", "not part of the language"),
        ("[x for x in a]", "not part of the language"),
        ("a ** 9", "not part of the language"),
        ("a[0]", "not part of the language"),
        ("f'{a}'", "not part of the language"),
        ("trim(a, b)", "takes 1 arguments"),
        ("trim(a, sep=b)", "not part of the language"),
        ("extract(a, b)", "must be written out"),
        (r"extract(a, '(a+)+\\1')", "cannot be used"),
        ("extract(a, '(?=x)')", "cannot be used"),
        ("round(a, '2')", "must be a number"),
        ("'x' * a", "must be a number"),
        ("a and b", "must be a condition"),
        ("trim(a == b)", "cannot be a condition"),
        ("a +", "not an expression"),
        ("1e400 * a", "digits"),
        ("0.1234567890123456 * a", "digits"),
        ("True", "not part of the language"),
        ("a" * (LONGEST + 1), "at most"),
        ("-" * 40 + "a", "nests at most"),
        ("+".join("a" * 150), "at most"),
        ("(" * 900 + "a" + ")" * 900, "not an expression|nests"),
    ],
)
def test_everything_else_is_refused_with_a_reason(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_expression(text)


def test_numbers_are_compared_as_numbers() -> None:
    assert parse_expression("a == 0") != parse_expression("a == '0'")
    assert parse_expression("a == '0'") == Call("==", (Column("a"), parse_expression("'0'")))


def test_computed_columns_come_after_what_they_read_and_never_in_a_circle() -> None:
    parsed = {name: parse_expression(text) for name, text in {"c": "a + b", "a": "x * 2", "b": "a"}.items()}
    assert in_order(parsed) == ("a", "b", "c")
    with pytest.raises(ValueError, match="circle: a -> b -> a"):
        in_order({"a": parse_expression("b"), "b": parse_expression("a")})


def test_every_signature_can_be_called() -> None:
    for name, signature in SIGNATURES.items():
        assert all(0 <= place < max(len(signature.inputs), 1) for place in signature.fixed), name
