"""One module per file format, each with `read(path, spec) -> ReadTable`; which format gets which reader is said in `raw/read.py`."""
