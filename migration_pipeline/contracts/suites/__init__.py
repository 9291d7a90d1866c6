"""The Great Expectations suites of the loaded tables, one JSON file per dataset in GX's own form; `../expectation_suites.py` reads them."""
