"""The partitions: one per store, registered from the migration project."""

import dagster as dg

STORES = dg.DynamicPartitionsDefinition(name="store")
