"""One module (or a few) per ERP, each fulfilling `loaded/protocol.py`. No rules about retail data, no knowledge of the sources."""
