"""Made-up members and suppliers of several shops with truth, written as Chinese shops write them.

Belongs here: how records of one person or firm differ. Does not belong here: measuring (`bench_shops.py`). No data of real persons.
"""

import random

import pandas as pd
from stdnum.cn import uscc

_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓韩冯曹"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建文志海婷雪梅鹏飞宇浩欣怡子涵佳琪梓轩雨桐思远晓小国庆"
_HOMOPHONES = {
    "明": "铭",
    "晓": "小",
    "小": "晓",
    "佳": "嘉",
    "琪": "琦",
    "静": "靖",
    "梅": "玫",
    "伟": "玮",
    "娜": "那",
    "志": "智",
    "宇": "雨",
    "婷": "庭",
    "杰": "洁",
    "张": "章",
    "欣": "新",
    "怡": "宜",
    "洋": "阳",
    "丽": "莉",
}
_STREETS = ("人民路", "中山路", "解放路", "建设路", "和平路", "文化路", "长江路", "新华路", "青年路", "朝阳街", "胜利街", "北京路")
_ESTATES = ("阳光花园", "锦绣家园", "翠湖苑", "金色港湾", "世纪城", "东方名苑", "书香门第", "碧水湾")
_DUMMY_DAYS = ("1990-01-01", "1900-01-01", "1970-01-01", "2000-01-01")
_CITIES = ("上海", "北京", "杭州", "成都", "广州", "深圳", "武汉", "南京", "西安", "长沙")
_TRADES = ("食品", "商贸", "贸易", "粮油", "乳业", "酒业", "饮料", "日化", "百货", "供应链管理", "调味品", "农产品")
_CORES = "光明新华鑫源福临天元恒达盛泰瑞丰金谷绿洲宏图永安嘉禾百川顺康利群东升长青裕民众诚德润和兴美佳"


def members(persons: int = 2500, shops: int = 5, seed: int = 5) -> pd.DataFrame:
    """`id`, `truth`, `name`, `birthday`, `phone`, `email`, `address`: families share phones and addresses, numbers change."""
    draw = random.Random(seed)  # noqa: S311
    rows, number = [], 0
    while number < persons:
        home, shared = _address(draw), _phone(draw)
        family = draw.choice(_FAMILY)
        for _ in range(draw.choice((1, 1, 1, 2, 3))):
            number += 1
            name = family + "".join(draw.choices(_GIVEN, k=draw.choice((1, 2, 2))))
            person = {
                "name": name,
                "birthday": f"{draw.randint(1945, 2006)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
                "phone": shared if draw.random() < 0.4 else _phone(draw),
                "email": f"{draw.randrange(10**8, 10**9)}@qq.com" if draw.random() < 0.2 else "",
                "address": home,
            }
            visited = draw.sample(range(shops), draw.choice((1, 1, 2, 2, 3)))
            rows += [{"id": f"P{shop}/{number:06d}", "truth": str(number), **_card(draw, person)} for shop in visited]
    return pd.DataFrame(rows).astype("str").replace({"": None})


def _card(draw: random.Random, person: dict[str, str]) -> dict[str, str]:
    name = person["name"]
    if draw.random() < 0.08:
        swaps = [at for at, sign in enumerate(name) if sign in _HOMOPHONES]
        if swaps:
            at = draw.choice(swaps)
            name = name[:at] + _HOMOPHONES[name[at]] + name[at + 1 :]
    if draw.random() < 0.03:
        name = " ".join(name)
    born = person["birthday"]
    chance = draw.random()
    if chance < 0.12:
        born = draw.choice(_DUMMY_DAYS)
    elif chance < 0.3:
        born = ""
    elif chance < 0.34:
        born = f"{born[:5]}{born[8:]}-{born[5:7]}" if born[8:] <= "12" else born[:9] + str(draw.randrange(10))
    phone = person["phone"]
    chance = draw.random()
    if chance < 0.12:
        phone = _phone(draw)
    elif chance < 0.17:
        phone = ""
    elif chance < 0.2:
        at = draw.randrange(4, 11)
        phone = phone[:at] + str(draw.randrange(10)) + phone[at + 1 :]
    where = person["address"] if draw.random() < 0.35 else ""
    return {"name": name, "birthday": born, "phone": phone, "email": person["email"] if draw.random() < 0.7 else "", "address": where}


def _phone(draw: random.Random) -> str:
    return draw.choice(("138", "139", "150", "158", "186", "177", "199")) + f"{draw.randrange(10**8):08d}"


def _address(draw: random.Random) -> str:
    return f"{draw.choice(_STREETS)}{draw.randrange(1, 400)}号{draw.choice(_ESTATES)}{draw.randrange(1, 30)}幢{draw.randrange(101, 2505)}室"


def suppliers(firms: int = 900, shops: int = 6, seed: int = 5) -> pd.DataFrame:
    """`id`, `truth`, `name`, `phone`, `address`, `contact`, `tax_id`: branches are firms, small ones lack tax ids."""
    draw = random.Random(seed)  # noqa: S311
    rows = []
    number = 0
    while number < firms:
        core, trade, city = "".join(draw.sample(_CORES, 2)), draw.choice(_TRADES), draw.choice(_CITIES)
        boss = draw.choice(_FAMILY) + "".join(draw.choices(_GIVEN, k=2))
        phone = _phone(draw)
        kinds = (
            ["household"]
            if draw.random() < 0.25
            else ["company", *(["branch"] if draw.random() < 0.15 else []), *(["sister"] if draw.random() < 0.1 else [])]
        )
        for kind in kinds:
            number += 1
            there = city if kind != "sister" else draw.choice([one for one in _CITIES if one != city])
            firm = {
                "kind": kind,
                "core": core,
                "trade": trade,
                "city": there,
                "branch": draw.choice([one for one in _CITIES if one != city]),
                "contact": boss if kind != "branch" or draw.random() < 0.3 else draw.choice(_FAMILY) + "".join(draw.choices(_GIVEN, k=2)),
                "phone": phone if draw.random() < 0.4 else _phone(draw),
                "address": f"{there}市{_address(draw)}",
                "tax_id": "" if kind == "household" and draw.random() < 0.7 else _tax_id(draw),
                "end": draw.choice(("商行", "经营部", "批发部")),
            }
            buyers = draw.sample(range(shops), draw.choice((1, 2, 2, 3, 4)))
            rows += [{"id": f"S{shop}/{number:05d}", "truth": str(number), **_account(draw, firm)} for shop in buyers]
    return pd.DataFrame(rows).astype("str").replace({"": None})


def _account(draw: random.Random, firm: dict[str, str]) -> dict[str, str]:
    return {
        "name": _firm_name(draw, firm),
        "phone": firm["phone"] if draw.random() < 0.7 else draw.choice(("", _phone(draw))),
        "address": firm["address"] if draw.random() < 0.5 else "",
        "contact": firm["contact"] if draw.random() < 0.7 else "",
        "tax_id": firm["tax_id"] if draw.random() < 0.5 else "",
    }


def _firm_name(draw: random.Random, firm: dict[str, str]) -> str:
    core, trade, city = firm["core"], firm["trade"], firm["city"]
    if firm["kind"] == "household":
        return draw.choice((f"{city}市{core}{trade}{firm['end']}", f"{core}{trade}{firm['end']}", f"{core}{trade}{firm['end']}"))
    form = draw.choice(("有限公司", "有限公司", "有限责任公司"))
    if firm["kind"] == "branch":
        return draw.choice((f"{city}{core}{trade}{form}{firm['branch']}分公司", f"{core}{trade}{form}{firm['branch']}分公司"))
    written = (
        f"{city}{core}{trade}{form}",
        f"{city}{core}{trade}{form}",
        f"{city}市{core}{trade}{form}",
        f"{core}{trade}({city}){form}",
        f"{core}{trade}（{city}）{form}",
        f"{core}{trade}{form}",
        f"{core}{trade}",
        f"{city}{core}",
        f"{city}{core}{trade}公司",
    )
    name = draw.choice(written)
    return name.translate(str.maketrans("华东业贸饮丰恒达泰长兴", "華東業貿飲豐恆達泰長興")) if draw.random() < 0.05 else name


def _tax_id(draw: random.Random) -> str:
    body = f"91310{draw.randrange(10**3):03d}MA" + "".join(draw.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=7))
    return body + str(uscc.calc_check_digit(body))
