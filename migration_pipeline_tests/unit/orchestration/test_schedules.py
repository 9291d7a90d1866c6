"""When the nightly comparison was due last, whatever was missed in between."""

from datetime import UTC, datetime

import pytest

from migration_pipeline.orchestration.schedules import last_due
from migration_pipeline.runtime.errors import BadInputError


@pytest.mark.parametrize(
    ("cron", "now", "due"),
    [
        ("0 3 * * *", "2026-12-01T19:00", "2026-12-01T19:00"),
        ("0 3 * * *", "2026-12-01T18:59", "2026-11-30T19:00"),
        ("0 3 * * *", "2026-12-02T02:00", "2026-12-01T19:00"),
        ("0 3 1 * *", "2026-12-15T12:00", None),
    ],
)
def test_the_last_hour_counts_by_the_clock_of_the_zone_and_only_for_a_day(cron: str, now: str, due: str | None) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = last_due(cron, "Asia/Shanghai", moment)
    assert found == (None if due is None else datetime.fromisoformat(due).replace(tzinfo=UTC))


def test_a_wrong_cron_is_refused_with_what_to_write() -> None:
    with pytest.raises(BadInputError, match="is no cron"):
        last_due("0 99 * * *", "Asia/Shanghai", datetime.now(UTC))
