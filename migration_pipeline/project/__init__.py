"""The migration project file: closed, frozen pydantic models, loading, validation with file:line errors. No data is read here."""
