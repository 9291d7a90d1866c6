"""Embedded PostgreSQL, paths, logging and errors. Nothing about retail, nothing about Dagster."""
