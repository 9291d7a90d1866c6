"""Large stores that shared runs left out: one run each, of the same job, asked for once."""

import dagster as dg

from migration_pipeline.orchestration.own_runs import LEFT_OUT, WHICH, own_runs_sensor


def asked(instance: dg.DagsterInstance) -> list[tuple[str | None, str | None, str | None]]:
    """What a tick asks for: job, store, run key without the run it comes from."""
    with dg.build_sensor_context(instance) as context:
        found = [one for one in own_runs_sensor(context) if isinstance(one, dg.RunRequest)]
    return [(one.job_name, one.partition_key, one.run_key.partition(" ")[2] if one.run_key else None) for one in found]


def test_every_store_left_out_gets_a_run_of_the_job_that_left_it_out() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert asked(instance) == []
        for job, stores in (("__ASSET_JOB", "S2, S9"), ("reconcile", "S5")):
            instance.create_run_for_job(
                dg.GraphDefinition(name=job).to_job(), tags={LEFT_OUT: "yes", WHICH: stores}, status=dg.DagsterRunStatus.SUCCESS
            )
        assert sorted(asked(instance)) == [("migrate", "S2", "S2"), ("migrate", "S9", "S9"), ("reconcile", "S5", "S5")]
