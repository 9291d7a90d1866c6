"""The page stands alone, escapes what it shows, and speaks both languages."""

from pathlib import Path

import pytest

from migration_pipeline.raw.profiling.profile import profile_folder
from migration_pipeline.raw.profiling.report import meaning_of, percent, render
from migration_pipeline.raw.profiling.view import View, as_view


@pytest.fixture
def view(tmp_path: Path) -> View:
    (tmp_path / "<b>.csv").write_text("货号,品名,零售价\n" + "".join(f"10{n:03d},<script>{n},{n}.50\n" for n in range(30)))
    return as_view(profile_folder(tmp_path), suggest=True)


def test_the_page_needs_no_network_and_no_value_becomes_markup(view: View, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    page = render(view, title="t", version="0", written_at=datetime(2026, 1, 2, tzinfo=UTC))
    assert "http://" not in page
    assert "https://" not in page
    assert "<b>.csv" not in page
    assert "&lt;b&gt;.csv" in page
    assert page.count("<script>") == 2


def test_a_share_is_never_rounded_to_nothing_or_all() -> None:
    assert [percent(0, 9), percent(1, 1000), percent(999, 1000), percent(9, 9)] == ["", "<1 %", ">99 %", "100 %"]


def test_a_role_reads_in_both_languages() -> None:
    assert meaning_of({"likely": {"role": "products.products", "guess": "other"}}) == ("products", "商品")
    assert meaning_of({"likely": {"role": "", "guess": "sales.lines"}}) == ("sales.lines", "销售.lines")
