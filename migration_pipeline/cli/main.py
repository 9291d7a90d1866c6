"""The command's entry: its groups, and errors as one clear message with the right exit code.

Belongs here: putting commands together. Does not belong here: commands.
"""

import sys

import typer

from migration_pipeline.cli.alerts import alerts
from migration_pipeline.cli.approve import approvals, approve
from migration_pipeline.cli.archive import archive
from migration_pipeline.cli.audit import audit
from migration_pipeline.cli.breaks import breaks
from migration_pipeline.cli.checks import checks
from migration_pipeline.cli.cleaning import cleaning_report
from migration_pipeline.cli.crosswalk import crosswalk
from migration_pipeline.cli.data import explain, status
from migration_pipeline.cli.diff import diff
from migration_pipeline.cli.duplicates import duplicates
from migration_pipeline.cli.erp import erp
from migration_pipeline.cli.evidence import evidence
from migration_pipeline.cli.import_report import import_report
from migration_pipeline.cli.mapping import mapping
from migration_pipeline.cli.metrics import metrics
from migration_pipeline.cli.output import show_error
from migration_pipeline.cli.probe import probe
from migration_pipeline.cli.profile import profile
from migration_pipeline.cli.quarantine import quarantine
from migration_pipeline.cli.reconcile import reconcile
from migration_pipeline.cli.report import report
from migration_pipeline.cli.server import db, ui
from migration_pipeline.cli.stack import stack
from migration_pipeline.cli.sync import sync
from migration_pipeline.cli.target import target
from migration_pipeline.cli.templates import templates
from migration_pipeline.cli.undo import batches, undo
from migration_pipeline.cli.window import window
from migration_pipeline.cli.work import demo, run
from migration_pipeline.runtime.errors import Store2erpError

app = typer.Typer(
    name="store2erp",
    help="Move stores into one ERP without losing a row, a cent or a member's point. 门店系统迁入 ERP，一行不少、一分不差。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo)
app.command("run")(run)
app.command("profile")(profile)
app.command("status")(status)
app.command("explain")(explain)
app.command("window")(window)
app.command("checks")(checks)
app.command("probe")(probe)
app.command("diff")(diff)
app.command("cleaning-report")(cleaning_report)
app.command("import-report")(import_report)
app.command("reconcile")(reconcile)
app.command("report")(report)
app.add_typer(breaks, name="breaks")
app.command("batches")(batches)
app.command("approve")(approve)
app.command("approvals")(approvals)
app.add_typer(sync, name="sync")
app.add_typer(evidence, name="evidence")
app.add_typer(audit, name="audit")
app.add_typer(alerts, name="alerts")
app.command("metrics")(metrics)
app.add_typer(undo, name="undo")
app.add_typer(quarantine, name="quarantine")
app.add_typer(duplicates, name="duplicates")
app.add_typer(mapping, name="map")
app.add_typer(crosswalk, name="crosswalk")
app.add_typer(target, name="target")
app.add_typer(templates, name="templates")
app.add_typer(archive, name="archive")
app.add_typer(erp, name="erp")
app.command("ui")(ui)
app.command("db")(db)
app.command("stack")(stack)


def main() -> None:
    """Run the command; exit codes: 0 fine, 1 breaks or too many rejects, 2 usage or bad input, 3 infrastructure."""
    try:
        app()
    except Store2erpError as error:
        show_error(error)
        sys.exit(error.exit_code)
