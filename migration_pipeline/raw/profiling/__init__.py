"""Looking at unknown files: what is in them, how good it is, and what it most likely is.

Belongs here: everything of `store2erp profile`. Does not belong here: reading for a migration (`raw/extract.py`), reading formats
(`raw/readers/`). Nothing here changes a file, and no value of a person leaves it unmasked.
"""
