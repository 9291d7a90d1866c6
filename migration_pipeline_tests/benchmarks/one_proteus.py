"""Creates suppliers in a Tryton with its own client proteus, as its documentation does: `python one_proteus.py FIRST COUNT`.

Runs in an environment with proteus, not in ours. Address, user and password come in variables; prints seconds.
"""

import os
import sys
import time

from proteus import Model, config

AT_ONCE = 100


def main(first: int, count: int) -> None:
    """Make them in lists of a hundred, its fastest way."""
    user, password = os.environ["PROTEUS_USER"], os.environ["PROTEUS_PASSWORD"]
    with config.set_xmlrpc_session(os.environ["PROTEUS_URL"], user, password):
        sys.stdout.write(f"{created(first, count):.3f}\n")


def created(first: int, count: int) -> float:
    """Seconds; a session, for with a password in every call the server hashes it every time."""
    party_model, category_model = Model.get("party.party"), Model.get("party.category")
    (category,) = category_model.find([("name", "like", "Supplier%")])
    started = time.monotonic()
    for start in range(first, first + count, AT_ONCE):
        made = []
        for number in range(start, min(start + AT_ONCE, first + count)):
            party = party_model(code=f"P{number:06d}", name=f"supplier {number}")
            party.categories.append(category_model(category.id))
            (address,) = party.addresses or [party.addresses.new()]
            address.street_unstructured, address.city = f"street {number}", "city"
            for kind, value in (("phone", f"0755-{number:08d}"), ("other", f"contact {number}")):
                contact = party.contact_mechanisms.new()
                contact.type, contact.value = kind, value
            made.append(party)
        party_model.save(made)
    return time.monotonic() - started


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
