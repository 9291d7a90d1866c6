"""The partitions: one per store, registered from the migration project; and how many of them share a run.

A run costs an interpreter, and each of its steps some 20 ms, whether it is about one store or ten.
"""

import dagster as dg

STORES = dg.DynamicPartitionsDefinition(name="store")
STORES_PER_RUN = 10
