"""One module per store system: writes a store's rows in that system's own layout and names each row. No outcome is decided here."""
