"""One module per file format, each with `read(path, spec) -> Reading`; which format gets which reader is said in `raw/read.py`."""
