"""Mapping: canonical rows to ERP rows. Value maps, crosswalk keys, golden records. No reading of sources, no writing of the ERP."""
