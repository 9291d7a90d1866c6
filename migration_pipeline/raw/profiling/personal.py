"""Which columns are about persons, and how a value is shown without showing it.

Belongs here: recognising by name and by content, masks. Does not belong here: counting (`columns.py`). When in doubt it is personal.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

Personal = Literal["name", "phone", "email", "id_number", "address", "birthday", "bank_account", "secret", "remark"]
DOT = "•"
_HEADERS: Mapping[Personal, re.Pattern[str]] = MappingProxyType(
    {
        "secret": re.compile(r"password|passwd|密码|\bpwd\b|secret|token"),
        "email": re.compile(r"e-?mail|邮箱|邮件"),
        "id_number": re.compile(r"身份证|证件号|identity.?(no|number)|id.?card|\bssn\b|soc.?sec|social.?(id|sec)|passport|护照"),
        "bank_account": re.compile(r"银行账|银行卡|卡户|iban|bank.?acc|account.?(no|number)|信用卡|credit.?card"),
        "birthday": re.compile(r"birth|生日|出生|\bdob\b"),
        "phone": re.compile(r"phone|mobile|手机|电话|联系方式|\btel\b|vip.?tel|sup.?tel|传真|\bfax\b|微信号|wechat.?id|\bqq\b"),
        "address": re.compile(r"address|地址|住址|street|postal|postcode|zip.?code|邮编|\baddr\b|\bvip.?add\b"),
        "name": re.compile(
            r"姓名|联系人|会员名|客户名|顾客|收货人|法人|联络人|first.?name|last.?name|sur.?name|given.?name|full.?name|"
            r"(customer|member|contact|vip|employee|staff|person).?name|\bcontact\b|\bsup.?man\b|linkman|收银员|营业员|导购|业务员|cashier|user.?name|clerk|sales.?(man|person)"
        ),
    }
)
_REMARK = re.compile(r"备注|附言|留言|摘要|说明$|remark|memo|comment|\bnotes?\b|message")
"""Free text, in which anybody may be named."""
_PLAIN_NAME = re.compile(r"^(名称|name|名字|title.?of.?courtesy|nick.?name|昵称)\W*$")
_PERSON_TABLE: tuple[Personal, ...] = ("birthday", "email", "phone", "id_number")
_IN_TEXT = (
    (re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"), "phone"),
    (re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"), "email"),
    (re.compile(r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{9}[\dXx]"), "id_number"),
)
SURNAMES = (
    "王|李|张|刘|陈|杨|赵|黄|周|吴|徐|孙|胡|朱|高|林|何|郭|马|罗|梁|宋|郑|谢|韩|唐|冯|于|董|萧|程|曹|袁|邓|许|傅|沈|曾|彭|吕|苏|卢|蒋|蔡|贾|丁|魏|薛|叶|"
    "阎|余|潘|杜|戴|夏|钟|汪|田|任|姜|范|方|石|姚|谭|廖|邹|熊|金|陆|郝|孔|白|崔|康|毛|邱|秦|江|史|顾|侯|邵|孟|龙|万|段|钱|汤|尹|黎|易|常|武|乔|贺|赖|龚|文|"
    "欧阳|司马|上官|诸葛|慕容"
)
"""The surnames of nine in ten Chinese, as a regular expression."""
_SHARES: tuple[tuple[Personal, str, int], ...] = (
    ("id_number", "id_numbers", 30),
    ("email", "emails", 30),
    ("phone", "mobiles", 30),
    ("address", "chinese_addresses", 40),
    ("address", "street_addresses", 40),
    ("name", "chinese_names", 70),
)
"""Kind, figure of `figures.sql` and the percent of filled rows from which on a column is of that kind."""


def by_header(name: str) -> Personal | None:
    """What the name of a column says."""
    plain = re.sub(r"[_\s]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)).casefold()
    kinds = (kind for kind, pattern in {**_HEADERS, "remark": _REMARK}.items() if pattern.search(plain))
    return next(kinds, None)


def by_content(figures: Mapping[str, int], filled: int) -> Personal | None:
    """What the values of a column say; `figures` as `figures.sql` counts them."""
    return next((kind for kind, figure, percent in _SHARES if filled and 100 * figures[figure] >= percent * filled), None)


def personal_columns(names: Iterable[str], contents: Mapping[str, Personal | None]) -> dict[str, Personal]:
    """The columns of one table that are about persons; a plain `name` is one where the table knows phones, mails or birthdays."""
    listed = list(names)
    found = {name: kind for name in listed if (kind := by_header(name) or contents.get(name)) is not None}
    if set(found.values()) & set(_PERSON_TABLE):
        found |= {name: "name" for name in listed if name not in found and plain_name(name)}
    return found


def plain_name(header: str) -> bool:
    """A header that says `name` and not whose."""
    return bool(_PLAIN_NAME.search(header.casefold().strip()))


def masked(value: str, kind: Personal | None) -> str:
    """A value as it may be shown: of a personal column nearly nothing, of any other without numbers and addresses of persons in it."""
    if kind is None:
        for pattern, inner in _IN_TEXT:
            value = pattern.sub(lambda match, as_kind=inner: _hidden(match.group(), as_kind), value)  # type: ignore[misc]
        return value
    return _hidden(value, kind)


def _hidden(value: str, kind: str) -> str:
    if kind == "phone":
        digits = re.sub(r"\D", "", value)
        return f"{digits[:3]}{DOT * 4}{digits[-4:]}" if len(digits) >= 11 else DOT * 4
    if kind == "name":
        return value[:1] + DOT if re.match(r"[\u4e00-\u9fff]", value) else f"{value[:1]}{DOT * 3}"
    if kind == "birthday":
        return f"{DOT * 4}-{DOT * 2}-{DOT * 2}"
    if kind == "email":
        return f"{DOT * 3}@{DOT * 3}"
    return DOT * 6
