"""Arrow's memory comes from the C library, unless a person chose otherwise."""

from collections.abc import Iterator

import pyarrow as pa
import pytest

from migration_pipeline.runtime.memory import use_system_memory


@pytest.fixture(autouse=True)
def pool_as_before() -> Iterator[None]:
    pool = pa.default_memory_pool()
    yield
    pa.set_memory_pool(pool)


@pytest.mark.parametrize(("chosen", "backend"), [("", "system"), ("jemalloc", "mimalloc")])
def test_only_who_did_not_choose_gets_the_systems_pool(chosen: str, backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARROW_DEFAULT_MEMORY_POOL", chosen)
    pa.set_memory_pool(pa.mimalloc_memory_pool())
    use_system_memory()
    assert pa.default_memory_pool().backend_name == backend
