"""The only package that imports Dagster. Thin: an asset body wires, it does not compute."""
