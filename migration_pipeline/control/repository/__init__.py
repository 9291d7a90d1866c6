"""One small repository per concern of the control database. SQL in and frames or models out; nothing is decided here but identity."""
