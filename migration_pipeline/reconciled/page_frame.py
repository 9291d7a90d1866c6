"""What the pages of reports share: where their templates are found, and how they write numbers and text.

Belongs here: the environment of templates. Does not belong here: pages (`report.py`, `cleaning_page.py`, `import_page.py`), the look
(`page_frame.html.j2`).
"""

import re
from decimal import Decimal
from functools import cache
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template

_SIGNS = {"\t": "⇥", "\r": "␍", "\n": "␊", " ": "␣", "\u3000": "␣"}
_UNSEEN = re.compile(r"^\s+|\s+$|[\x00-\x1f\x7f-\xa0\xad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u2064\u3000\ufeff]")
_LONGEST = 60


def visible(text: str) -> str:
    """Text with a sign for every blank around it and for what nobody sees inside; a long one is cut."""
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return _UNSEEN.sub(lambda found: "".join(_SIGNS.get(sign, "◌") for sign in found[0]), short)


def exact(value: Decimal | int, places: int = 2) -> str:
    """Thousands separated, with at least so many decimals; further digits that are not zero are shown, never rounded away."""
    number = Decimal(value)
    exponent = number.normalize().as_tuple().exponent
    needed = -exponent if isinstance(exponent, int) else 0
    return f"{number + 0:,.{max(places, needed)}f}"


@cache
def page_template(name: str) -> Template:
    """One template of this package; what a user may have typed is escaped in it, and a name that is not there is an error."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(_source)
    )
    environment.filters |= {"exact": exact, "visible": visible}
    return environment.get_template(name)


def _source(name: str) -> str:
    return resources.files("migration_pipeline.reconciled").joinpath(name).read_text(encoding="utf-8")
