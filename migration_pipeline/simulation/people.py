"""Members: made-up people, their cards in the stores, points and stored value.

Belongs here: who has which card. Does not belong here: broken cards (`defects.py`), sales (`tickets.py`).
"""

from dataclasses import dataclass
from random import Random

from migration_pipeline.simulation.catalogue import code_of, stamp
from migration_pipeline.simulation.identifiers import mobile
from migration_pipeline.simulation.model import Row, StorePlan, fixed

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_GIVEN = ("伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "秀兰", "霞")
_TIERS = ("普通卡", "银卡", "金卡", "钻石卡")


@dataclass(frozen=True)
class Person:
    """A person; recognised by phone and name together."""

    id: str
    name: str
    phone: str
    gender: str
    birthday: str


def golden_people(rng: Random, count: int) -> list[Person]:
    """`count` people; every twentieth shares the phone of the one before (a couple: two members, never one)."""
    people: list[Person] = []
    for number in range(count):
        name = _SURNAMES[number % 16] + _GIVEN[number // 16 % 20] + (_GIVEN[number // 320 % 20] if number >= 320 else "")
        phone = people[-1].phone if number % 20 == 19 else mobile(number + 1)
        birthday = f"{rng.randrange(1950, 2006)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
        people.append(Person(f"M{number:05d}", name, phone, rng.choice(("male", "female", "female", "")), birthday))
    return people


def store_members(rng: Random, plan: StorePlan, people: list[Person], stores: int) -> list[Row]:
    """This store's cards: its own share of the people, some of other stores' people, and second cards of a few."""
    own = people[plan.number - 1 :: stores]
    guests = [person for person in people if person not in own] if len(people) < 1000 else people[plan.number % stores :: stores]
    chosen = own + rng.sample(guests, k=max(4, len(own) // 5))
    chosen += rng.sample(own, k=max(2, len(own) // 20))
    rng.shuffle(chosen)
    return [card(rng, plan, person, place) for place, person in enumerate(chosen)]


def card(rng: Random, plan: StorePlan, person: Person, place: int) -> Row:
    """One card with balances; every ninth phone is written with +86, which still is the same phone."""
    points, principal = rng.randrange(0, 500_000), rng.choice((0, 0, rng.randrange(1, 800) * 100, rng.randrange(1, 80_000)))
    bonus = principal // 10
    fields = {
        "member_code": code_of(plan, "member", place),
        "name": person.name,
        "phone": f"+86 {person.phone}" if place % 9 == 4 else person.phone,
        "email": "",
        "gender": person.gender,
        "birthday": person.birthday,
        "address": f"演示市样例街{rng.randrange(1, 200)}号",
        "tier": rng.choice(_TIERS),
        "points": fixed(points, 2),
        "stored_principal": fixed(principal, 2),
        "stored_bonus": fixed(bonus, 2),
        "opened_on": stamp(rng, 2023)[:10],
        "status": rng.choice(("active",) * 18 + ("lost", "inactive")),
        "updated_at": stamp(rng, 2025),
    }
    return Row(fields, money=principal + bonus, points=points, identity=person.id)
