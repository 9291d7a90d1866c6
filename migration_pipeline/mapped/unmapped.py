"""What nobody has mapped yet: every source word of a store x dataset that no value map names; it must be empty before mapping.

Belongs here: finding the words. Does not belong here: rejecting their rows (`records.py`), what people answer
(`project/value_map_files.py`).
"""

from collections.abc import Mapping

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.unmapped import COLUMNS, FACT, joined_words, no_words, word_counts
from migration_pipeline.contracts.vocabularies import CANONICAL, translate

TABLE = "words"


def unmapped_words(dataset: str, cleaned: StageOutput, value_maps: Mapping[str, Mapping[str, str]]) -> StageOutput:
    """One table `words` (`contracts/unmapped.py`): words that cleaning did not know, and those that mapping would not."""
    earlier = cleaned.facts.get(FACT)
    found = (
        [pd.DataFrame(earlier, columns=list(COLUMNS)).astype(no_words().dtypes.to_dict())] if isinstance(earlier, list) and earlier else []
    )
    for name, frame in cleaned.tables.items():
        for column in DATASETS[dataset].table(name).fields:
            if column.vocabulary is not None and column.vocabulary not in CANONICAL:
                _, unknown = translate(frame[column.name], column.vocabulary, value_maps.get(column.vocabulary, {}))
                found.append(word_counts(name, column.name, column.vocabulary, frame.loc[unknown, column.name]))
    return StageOutput(cleaned.extract_id, {TABLE: joined_words(found)}, facts={"files": cleaned.facts.get("files", {})})
