"""Mapped ERP rows as files for an ERP's own import tool.

Belongs here: what each tool wants (one module of data per ERP) and the small engine that fills it in and keeps the books. Does not
belong here: reading the lake, writing files to disk, the manifest (`orchestration/templates.py`).
"""
