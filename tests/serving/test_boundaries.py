"""Where names begin and end: quotes in pairs, and 活动 only where a name needs it."""

import pytest

from huibao.annotation import Mention
from huibao.inference.boundaries import with_fitting_ends


def fitted(text: str, *names: str, kind: str = "EVENT") -> list[str]:
    """What becomes of the names, found in the text one after the other."""
    mentions, place = [], 0
    for name in names:
        place = text.index(name, place)
        mentions.append(Mention(kind, place, place + len(name)))
        place += len(name)
    return [text[one.start : one.end] for one in with_fitting_ends(mentions, text)]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("“石榴花开”", ["石榴花开"]),
        ("“石榴花开”专栏", ["“石榴花开”专栏"]),
        ("“石榴花开", ["石榴花开"]),
        ("石榴花开”", ["石榴花开"]),
        ("“一家亲”和“同心行”", ["“一家亲”和“同心行”"]),
        ("“", []),
    ],
)
def test_quotes_around_a_whole_name_stay_outside(name: str, kept: list[str]) -> None:
    assert fitted(f"举办{name}交流", name, kind="HONOR") == kept


@pytest.mark.parametrize(
    ("text", "found", "kept"),
    [
        ("开展“净街净巷”百日行动", "净街净巷”百日行动", "“净街净巷”百日行动"),
        ("实施乡村建设“六大行动”和", "乡村建设“六大行动", "乡村建设“六大行动”"),
        ("推进“手拉手”，“心连心”工程", "“手拉手", "手拉手"),
    ],
)
def test_a_name_that_runs_past_its_quotes_takes_both_in(text: str, found: str, kept: str) -> None:
    assert fitted(text, found) == [kept]


@pytest.mark.parametrize(
    ("text", "found", "kept"),
    [
        ("启动民族团结宣传月活动。", "民族团结宣传月活动", "民族团结宣传月"),
        ("举办“同乐”文艺汇演活动。", "“同乐”文艺汇演活动", "“同乐”文艺汇演"),
        ("结合“七五”普法工作", "“七五”普法工作", "“七五”普法"),
        ("举行“山水情”交流营活动", "“山水情”交流营", "“山水情”交流营"),
        ("开展“八进”活动。", "八进", "“八进”活动"),
        ("开展诗文诵读活动。", "诗文诵读", "诗文诵读活动"),
        ("建成“同心”活动室", "同心", "同心"),
        ("开展大走访活动", "大走访活动", "大走访活动"),
    ],
)
def test_activity_is_part_of_a_name_only_as_its_sole_head(text: str, found: str, kept: str) -> None:
    assert fitted(text, found) == [kept]


def test_a_name_never_grows_into_the_next() -> None:
    assert fitted("“八进”活动周启动", "八进", "活动周") == ["“八进”活动"]
