"""Two ways to write one thing become one."""

import pandas as pd

from migration_pipeline.mapped.matching.writing import simplified, sounds


def test_traditional_full_width_and_upper_case_are_made_plain_and_the_missing_stays_missing() -> None:
    plain = simplified(pd.Series(["康師傅紅燒牛肉麵１２０Ｇ", None], dtype="str"))
    assert (plain[0], plain.isna().tolist()) == ("康师傅红烧牛肉面120g", [False, True])


def test_names_of_one_sound_are_found_and_others_are_not() -> None:
    heard = sounds(pd.Series(["张小明", "章晓明", "张小朋", None], dtype="str"))
    assert (heard[0] == heard[1], heard[0] == heard[2], heard.isna()[3]) == (True, False, True)
