"""Messages fit the shortest channel, and what finds no room is counted."""

from migration_pipeline.orchestration.alerts.channels import as_markdown, as_text
from migration_pipeline.orchestration.alerts.judge import Alert
from migration_pipeline.orchestration.alerts.messages import told


def test_the_longest_message_fits_a_wecom_robot_and_says_how_many_are_left() -> None:
    alerts = [Alert("late_store", f"{n:04}{'S' * 28}", "d" * 90, "f" * 40, "") for n in range(200)]
    message = told("p" * 40, "late_store", alerts, "https://dagster.example.com/runs/" + "a" * 36)
    assert (len(message.lines), message.left, message.alerts) == (10, 190, 200)
    assert "… and 190 more 另有 190 项" in as_text(message)
    assert len(as_text(message).encode()) <= 2048
    assert len(as_markdown(message).encode()) <= 4096
