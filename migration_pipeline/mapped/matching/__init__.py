"""Fuzzy matching of records: what is compared is data (`spec.py`, `presets.yaml`), the engine is `splink`. No stores, no ERP keys here."""
