"""Cleaning: one module per dataset and the rules they share. No reading of sources, no ERP codes, no Dagster."""
