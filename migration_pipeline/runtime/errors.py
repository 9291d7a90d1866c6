"""The errors a user sees: what, where, whether a retry helps, what to do.

Belongs here: the two families and their exit codes. Does not belong here: messages of particular errors (they live where
they are raised). Messages never carry personal data: name the file, line, store and row id, not the value of a person.
"""

from typing import ClassVar


class Store2erpError(Exception):
    """An error with all that a person needs to act.

    Args:
        what: what is wrong, in one sentence.
        where: file:line, store, dataset or row id.
        fix: what to do next.
    """

    exit_code: ClassVar[int] = 1
    transient: ClassVar[bool] = False

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        self.what, self.where, self.fix = what, where, fix
        super().__init__(what)

    def __str__(self) -> str:
        """`where: what. To do: fix`, without the parts that are empty."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}\n  To do: {self.fix}" if self.fix else text


class BadInputError(Store2erpError):
    """The project file or the data cannot be used as they are; a retry does not help (exit code 2)."""

    exit_code = 2


class RefusedError(BadInputError):
    """A database or ERP does not take some of the rows: a reference, key, length or word it does not know. Fewer rows may be taken.

    Args:
        what: in its own words, without values of the rows.
        cause: its name for this kind of refusal.
    """

    def __init__(self, what: str, *, cause: str = "", where: str = "", fix: str = "") -> None:
        self.cause = cause
        super().__init__(what, where=where, fix=fix)


class InfrastructureError(Store2erpError):
    """A database, disk or port is not there; a retry may help (exit code 3)."""

    exit_code = 3
    transient = True


class NotNowError(Store2erpError):
    """All is in order, but this is not allowed at this hour; the same command later helps (exit code 3)."""

    exit_code = 3
    transient = True


class DataError(Store2erpError):
    """The data was read but its books do not balance or a limit is passed; a retry does not help (exit code 1)."""
