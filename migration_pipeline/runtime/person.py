"""Who is at work: the name that records and the audit log carry.

Belongs here: finding the name. Does not belong here: proving it (the operating system or the single sign-on before it does).
"""

import getpass
import os

PERSON_VARIABLE = "STORE2ERP_USER"


def person() -> str:
    """`STORE2ERP_USER` if set (a shared account, a server process), else the user of the operating system."""
    if named := os.environ.get(PERSON_VARIABLE, "").strip():
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        return f"uid {os.getuid()}"
