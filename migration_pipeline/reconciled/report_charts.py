"""The charts of a report: plotly figures as data, and plotly's own script, packed to stand in the page.

Belongs here: traces and layouts. Does not belong here: figures (`report_sections.py`, `report_bridge.py`), drawing them
(`report_draw.js`). Numbers go as exact text, which plotly reads; words stand as `{en, zh}` and colours as `@name` of the page's
palette, both filled in when the page draws. Series differ by form as well as by colour.
"""

import gzip
import json
from base64 import b64encode
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import Any
from unicodedata import east_asian_width

from markupsafe import Markup

from migration_pipeline.project.models import Text
from migration_pipeline.reconciled.report_bridge import Step
from migration_pipeline.reconciled.report_figures import Row

Chart = dict[str, Any]
POINTS_ON_DIAGONAL = 2000
"""So many equal points are drawn at most; those that differ are all drawn up to `POINTS_OFF`."""
POINTS_OFF = 2000
_FAR = 4
"""A point that is so many times as far out as nearly all others is not drawn."""
_ROOM_AROUND = 25
_LONGEST = 26
_ROOM_FOR_TEXT = 88
"""Pixels to the right of the bridge's bars: an amount stands after each."""


def bridge_chart(place: str, steps: Sequence[Step], words: dict[str, Text]) -> Chart:
    """A waterfall from source to ERP; reasons too many to read are left to the table below."""
    bars = [step for step in steps if step.kind not in {"unexplained", "merged"} or step.amount]
    colours = {"source": "@bar", "erp": "@sq-ok", "rejected": "@sq-warn", "unexplained": "@sq-bad", "since": "@sq-bad"}
    shapes = {"rejected": "/", "excluded": "x", "undone": "-", "corrected": ".", "policy": ".", "since": "+"}
    names = [words[step.reason or step.kind] for step in bars]
    places = [str(n) for n in range(len(bars))]
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": places,
        "base": [str(step.low) for step in bars],
        "x": [str(step.high - step.low) for step in bars],
        "text": [f"{step.amount:,.2f}" for step in bars],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": {"en": [name.en for name in names], "zh": [name.zh for name in names]},
        "hovertemplate": "%{customdata}<br>%{text}<extra></extra>",
        "marker": {
            "color": [colours.get(step.kind, "@sq-none") for step in bars],
            "line": {"color": [colours.get(step.kind, "@sq-none") for step in bars], "width": 1.5},
            "pattern": {"shape": [shapes.get(step.kind, "") for step in bars], "solidity": 0.5},
        },
    }
    ticks = {"en": [_short(name.en) for name in names], "zh": [_short(name.zh) for name in names]}
    low, high = min(step.low for step in bars), max(step.high for step in bars)
    layout = {
        "yaxis": {
            "type": "category",
            "tickmode": "array",
            "tickvals": places,
            "ticktext": ticks,
            "autorange": "reversed",
            "showgrid": False,
        },
        "xaxis": {"range": [str(low), str(high)], "tickformat": ",~s", "nticks": 3, "tickangle": 0},
        "bargap": 0.25,
        "height": 70 + 26 * len(bars),
        "margin": {"t": 6, "b": 30, "l": 10, "r": _ROOM_FOR_TEXT},
    }
    return {"id": place, "data": [trace], "layout": layout}


def days_chart(place: str, days: Sequence[Row]) -> Chart:
    """Sales of the source and of the ERP by day over each other; below what is between them, with a reason and without."""
    x = [row["day"] for row in days]

    def line(name: Text, key: str, **look: object) -> Chart:
        figures = [str(row[key]) for row in days]
        return {"type": "scatter", "mode": "lines+markers", "x": x, "y": figures, "name": _both(name), "hovertemplate": "%{y:,.2f}", **look}

    erp = {"line": {"color": "@ok", "width": 1.5, "dash": "dot"}, "marker": {"size": 5, "symbol": "x-thin-open", "color": "@ok"}}
    traces = [
        line(Text(en="source", zh="来源"), "source", line={"color": "@soft", "width": 3}, marker={"size": 5, "color": "@soft"}),
        line(Text(en="ERP", zh="ERP"), "target", **erp),
        {
            "type": "bar",
            "x": x,
            "y": [str(row["explained"]) for row in days],
            "name": _both(Text(en="difference with a reason", zh="有原因的差异")),
            "yaxis": "y2",
            "marker": {"color": "@sq-none", "pattern": {"shape": "/", "solidity": 0.5}},
            "hovertemplate": "%{y:,.2f}",
        },
    ]
    broken = [row for row in days if row["unexplained"]]
    if broken:  # a sign, not a bar: a cent must be seen beside thousands
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [row["day"] for row in broken],
                "y": [str(row["unexplained"]) for row in broken],
                "name": _both(Text(en="a break", zh="差异")),
                "yaxis": "y2",
                "marker": {"symbol": "x", "size": 11, "color": "@sq-bad"},
                "hovertemplate": "%{y:,.4f}",
            }
        )
    layout = {
        "xaxis": {"type": "date", "anchor": "y2"},
        "yaxis": {"domain": [0.36, 1], "rangemode": "tozero", "tickformat": ",.0f"},
        "yaxis2": {"domain": [0, 0.26], "tickformat": ",.0f", "zeroline": True},
        "barmode": "relative",
        "hovermode": "x unified",
        "height": 400,
        "legend": {"orientation": "h", "y": 1.1, "x": 0},
    }
    return {"id": place, "data": traces, "layout": layout}


def stock_chart(place: str, stock: Sequence[Row], *, of_stores: bool) -> Chart:
    """Stock of the source against that of the ERP, a point per item (or store); what lies off the diagonal has a form of its own."""
    equal = [row for row in stock if not row["difference"]]
    kinds = (
        (Text(en="equal", zh="一致"), _thinned(equal, POINTS_ON_DIAGONAL), {"symbol": "circle-open", "size": 6, "color": "@soft"}),
        (
            Text(en="differs, with a reason", zh="不同，有原因"),
            [row for row in stock if row["difference"] and not row["unexplained"]][:POINTS_OFF],
            {"symbol": "diamond", "size": 8, "color": "@sq-warn"},
        ),
        (
            Text(en="a break", zh="差异"),
            [row for row in stock if row["unexplained"]][:POINTS_OFF],
            {"symbol": "x", "size": 11, "color": "@sq-bad"},
        ),
    )
    traces: list[Chart] = [_diagonal(stock)]
    for name, rows, marker in kinds:
        if rows:
            about = [row["store"] if of_stores else f"{row['store']} · {row['item']}" for row in rows]
            figures = {"x": [str(row["source"]) for row in rows], "y": [str(row["target"]) for row in rows], "text": about}
            hover = "%{text}<br>%{x:,} → %{y:,}<extra></extra>"
            traces.append({"type": "scatter", "mode": "markers", "name": _both(name), "marker": marker, "hovertemplate": hover, **figures})
    low, high = stock_frame(stock)
    margin = (high - low) / _ROOM_AROUND
    axis = {"tickformat": ",~r", "zeroline": True, "range": [str(low - margin), str(high + margin)]}
    layout = {
        "xaxis": {**axis, "title": {"text": {"en": "quantity in the source", "zh": "来源数量"}}},
        "yaxis": {**axis, "title": {"text": {"en": "quantity in the ERP", "zh": "ERP 数量"}}},
        "hovermode": "closest",
        "height": 460,
        "legend": {"orientation": "h", "y": 1.08, "x": 0},
        "margin": {"b": 56},
    }
    return {"id": place, "data": traces, "layout": layout}


def runs_chart(place: str, runs: Sequence[Row]) -> Chart:
    """Checks of each command, oldest first, by how they ended."""
    shown = list(reversed(runs))
    looks = {
        "passed": (Text(en="passed", zh="通过"), "@sq-ok", ""),
        "warned": (Text(en="warned", zh="警告"), "@sq-warn", "/"),
        "failed": (Text(en="failed", zh="未通过"), "@sq-bad", "x"),
        "not_judged": (Text(en="could not be judged", zh="无法判定"), "@sq-none", "."),
    }
    x = [f"{row['judged_at']:%m-%d %H:%M:%S}" for row in shown]
    traces = [
        {
            "type": "bar",
            "x": x,
            "y": [int(row[key]) for row in shown],
            "name": _both(name),
            "hovertemplate": "%{y:,}",
            "marker": {"color": colour, "line": {"color": colour, "width": 1}, "pattern": {"shape": shape, "solidity": 0.5}},
        }
        for key, (name, colour, shape) in looks.items()
        if any(row[key] for row in shown)
    ]
    layout = {
        "xaxis": {"type": "category"},
        "yaxis": {"tickformat": ","},
        "barmode": "stack",
        "bargap": 0.5,
        "hovermode": "x unified",
        "height": 260,
        "legend": {"orientation": "h", "y": 1.14, "x": 0},
    }
    return {"id": place, "data": traces, "layout": layout}


def stock_frame(stock: Sequence[Row]) -> tuple[Decimal, Decimal]:
    """From where to where the stock chart goes: a few points far beyond all others would press those into a corner, and lie outside."""
    figures = sorted(Decimal(row[side]) for row in stock for side in ("source", "target"))
    near = _FAR * max(abs(figures[len(figures) * share // 100]) for share in (2, 97))
    inside = [figure for figure in figures if not near or -near <= figure <= near]
    return min(inside[0], Decimal(0)), max(inside[-1], Decimal(1))


def outside(stock: Sequence[Row]) -> int:
    """How many points the stock chart does not show."""
    low, high = stock_frame(stock)
    return sum(not (low <= row["source"] <= high and low <= row["target"] <= high) for row in stock)


def _diagonal(stock: Sequence[Row]) -> Chart:
    figures = [row[side] for row in stock for side in ("source", "target")]
    ends = [str(min([*figures, 0])), str(max([*figures, 1]))]
    look = {"line": {"color": "@faint", "width": 1, "dash": "dash"}, "hoverinfo": "skip", "showlegend": False}
    return {"type": "scatter", "mode": "lines", "x": ends, "y": ends, **look}


def _thinned(rows: Sequence[Row], most: int) -> Sequence[Row]:
    """At most so many of them, from all over."""
    return rows[:: -(-len(rows) // most)] if len(rows) > most else rows


def _both(words: Text) -> dict[str, str]:
    return {"en": words.en, "zh": words.zh}


def _short(text: str) -> str:
    """So much of a text as stands beside a bar; a Chinese sign is twice as wide as a Latin one."""
    widths = list(accumulate(2 if east_asian_width(sign) in "WF" else 1 for sign in text))
    return text if not widths or widths[-1] <= _LONGEST else f"{text[: sum(width < _LONGEST for width in widths)]}…"


def as_script_data(charts: Sequence[Chart]) -> Markup:
    """Charts as JSON that may stand in a script element: nothing in it can end the element."""
    text = json.dumps(list(charts), ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704 - escaped just here


@cache
def packed_plotly() -> Markup:
    """plotly.js as the installed package brings it, gzip in base64: 4.8 MB become 2.0 MB, unpacked by the browser itself."""
    script = resources.files("plotly").joinpath("package_data/plotly.min.js").read_bytes()
    return Markup(b64encode(gzip.compress(script, 9, mtime=0)).decode("ascii"))  # noqa: S704 - base64
