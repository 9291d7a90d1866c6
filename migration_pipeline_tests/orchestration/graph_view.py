"""The asset graph as the graph tests see it: plain values, so that Dagster's changing inner API is touched in one place.

Belongs here: everything that calls `resolve_asset_graph()`. Does not belong here: what the graph must be (`test_graph.py`).
"""

from dataclasses import dataclass

import dagster as dg


@dataclass(frozen=True)
class AssetView:
    """One defined asset; `deps` and `checks` sorted."""

    name: str
    group: str
    deps: tuple[str, ...]
    checks: tuple[str, ...]
    partitions: str | None


@dataclass(frozen=True)
class CheckView:
    """One check and the asset it looks at."""

    asset: str
    name: str
    blocking: bool
    partitions: str | None


@dataclass(frozen=True)
class GraphView:
    """A whole graph.

    Attributes:
        assets: those that are defined, by name.
        strangers: asset keys that something names (a dep, a check's target) but nobody defines: typos.
    """

    assets: dict[str, AssetView]
    checks: tuple[CheckView, ...]
    strangers: tuple[str, ...]

    def snapshot(self) -> dict[str, dict[str, list[str]]]:
        """Per asset its deps and checks, as the reviewed file holds them."""
        return {name: {"deps": list(asset.deps), "checks": list(asset.checks)} for name, asset in sorted(self.assets.items())}


def view(definitions: dg.Definitions) -> GraphView:
    """The graph of these definitions."""
    graph = definitions.resolve_asset_graph()
    defined = {key.to_user_string(): graph.get(key) for key in graph.materializable_asset_keys}
    checks = tuple(
        CheckView(key.asset_key.to_user_string(), key.name, graph.get(key).blocking, _partitions(graph.get(key).partitions_def))
        for key in sorted(graph.asset_check_keys, key=str)
    )
    assets = {
        name: AssetView(
            name,
            node.group_name,
            tuple(sorted(key.to_user_string() for key in node.parent_keys)),
            tuple(sorted(check.name for check in checks if check.asset == name)),
            _partitions(node.partitions_def),
        )
        for name, node in defined.items()
    }
    named = {key.to_user_string() for key in graph.get_all_asset_keys()} | {check.asset for check in checks}
    named |= {dep for asset in assets.values() for dep in asset.deps}
    return GraphView(assets, checks, tuple(sorted(named - set(defined))))


def _partitions(definition: dg.PartitionsDefinition | None) -> str | None:
    """`dynamic:store` for dynamic partitions named `store`."""
    if isinstance(definition, dg.DynamicPartitionsDefinition):
        return f"dynamic:{definition.name}"
    return type(definition).__name__ if definition else None
