"""The cleaning report as a page: both languages, nothing from the network, no person, source text never taken for markup."""

import re
from dataclasses import replace

from migration_pipeline.reconciled.cleaning_page import page
from migration_pipeline.reconciled.cleaning_report import arranged
from migration_pipeline.reconciled.page_frame import visible
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned
from migration_pipeline_tests.unit.reconciled.cleaning_figures import PERSONS, figures, report


def test_the_page_says_that_both_numbers_are_the_same() -> None:
    assert re.search(r'<dd class="ok">5 ✓', page(report()))
    broken = arranged(figures(figures().ledger.iloc[1:]))
    assert re.search(r'<dd class="bad">4 ✗', page(broken))


def test_every_rule_is_there_with_its_words_in_both_languages() -> None:
    html = page(report())
    assert [line.rule for line in report().rules if f"<code>{line.rule}</code>" not in html] == []
    assert "Blanks, tabs or quotes around a value removed" in html
    assert "去除了首尾空白、制表符或引号" in html


def test_no_person_is_on_the_page() -> None:
    assert [person for person in PERSONS if person in page(report())] == []


def test_source_text_is_text_and_its_blanks_are_seen() -> None:
    html = page(report())
    assert "gold⇥" in html
    assert "<b>" not in html
    assert visible(" a\u00a0b\u200b ") == "␣a◌b◌␣"
    assert visible("x" * 100) == "x" * 60 + "…"


def test_the_page_links_back_to_the_report_of_the_migration_if_there_is_one() -> None:
    assert "Migration report" not in page(report())
    assert '<a href="../index.html">' in page(arranged(replace(figures(), report="../index.html")))


def test_every_policy_in_force_is_there_in_both_languages() -> None:
    html = page(report())
    assert "usual policy" in html
    assert "默认策略" in html
    assert [line.rule for line in report().quiet if f"<code>{line.rule}</code>" not in html] == []


def test_long_lists_of_row_ids_are_folded() -> None:
    many = {"product_code": [f"{n}" for n in range(90)], "name": ["n"] * 90, "sell_price": ["0"] * 90}
    html = page(arranged(replace(figures(), dataset="products", cleaned=cleaned("products", {"products": many}))))
    folded = re.search(r"<details><summary>[^\n]*50 / 90</summary>(.*?)</details>", html, re.DOTALL)
    assert folded
    assert folded[1].count("<code>") == 50


def test_the_page_needs_nothing_but_itself() -> None:
    assert re.findall(r'(?:src|href)\s*=\s*"', page(report())) == []
    assert "default-src 'none'" in page(report())
