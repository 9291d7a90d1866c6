"""What Dagster loads. Importing it needs no environment, network or database."""

from migration_pipeline.orchestration.build import build_defs

defs = build_defs()
