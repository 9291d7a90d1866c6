"""What everybody has in common compares nobody, and it is said how many are concerned."""

import pandas as pd

from migration_pipeline.mapped.matching.blocking import Crowd, with_keys
from migration_pipeline.mapped.matching.spec import Linkage

SPEC = Linkage.model_validate(
    {
        "comparisons": [{"columns": ["name"], "kind": "name"}, {"columns": ["phone"], "kind": "code"}],
        "blocks": [["phone"], ["name:1", "phone:-2"]],
        "proof": {"name": "same"},
        "crowd": 3,
    }
)


def test_a_value_of_too_many_records_is_no_key_and_is_counted_without_being_named() -> None:
    frame = pd.DataFrame({"id": list("abcdef"), "name": list("uvwxyz"), "phone": ["1", "1", "1", "1", "27", None]}, dtype="str")
    (keyed,), names, crowds = with_keys([frame], SPEC)
    assert names == ("__key0", "__key1")
    assert keyed["__key0"].notna().tolist() == [False] * 4 + [True, False]
    assert keyed["__key1"].notna().tolist() == [True] * 5 + [False]
    assert crowds == (Crowd("phone", 1, 4),)
