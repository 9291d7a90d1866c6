"""Proof: totals of the untouched source, read-back of the ERP, exact comparison. Never imports raw or cleaned, nor Dagster."""
