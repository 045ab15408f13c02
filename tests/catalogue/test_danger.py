"""What cannot wait, and what only sounds as if it could not."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.catalogue import Catalogue
from catalogue.danger import DangerDataError, load_watch
from catalogue.fold import fold
from catalogue.phrase import PHRASES, load_phrases
from catalogue.referral import load_referrals
from catalogue.understanding import DANGER_KINDS

WORDINGS = Path(__file__).parent.parent / "data" / "danger_zh.tsv"

DANGEROUS = [
    ("self-harm", "我真的不想活了"),
    ("self-harm", "活着没意思，拖累孩子们"),
    ("self-harm", "我妈说要喝药"),
    ("self-harm", "她昨天割腕了"),
    ("self-harm", "以前想过自杀，现在偶尔还想"),
    ("self-harm", "不如死了算了"),
    ("violence", "我老公打我"),
    ("violence", "我儿子喝醉了就打他奶奶"),
    ("violence", "邻居家的媳妇被打得浑身是血"),
    ("violence", "他拿刀要砍我们"),
    ("fire", "我家着火了"),
    ("fire", "屋里一股煤气味"),
    ("fall", "老人摔倒起不来了"),
    ("fall", "我爸刚从梯子上掉下来，头破了"),
    ("fall", "奶奶滑倒了，腿疼得不能动"),
    ("illness", "我爸胸口疼喘不上气"),
    ("illness", "我老伴昏过去了"),
    ("illness", "胰岛素断了，买不到"),
    ("illness", "路封了，透析去不了"),
    ("illness", "孩子抽搐，口吐白沫"),
    ("no-food", "家里断粮了"),
    ("no-food", "我三天没吃饭了"),
    ("no-food", "米缸空了，孩子饿得直哭"),
    ("child-alone", "娃娃一个人在家锁着，哭了半天"),
    ("child-alone", "大人都被抓了，两个小孩没人管"),
    ("alone-helpless", "楼上的独居老人好几天没开门了"),
    ("alone-helpless", "我瘫着动不了，保姆跑了，两天没人来"),
    ("cold", "没有煤，零下二十度，老人冻得直抖"),
    ("missing", "老人走丢了"),
    ("missing", "我爸有痴呆，早上出门到现在没回来"),
]

HARMLESS = [
    "饿死了，什么时候送饭",
    "累死我了，想歇歇",
    "笑死，这也行",
    "这几天热死了",
    "气死我了，电话打不通",
    "忙死了，没空接娃",
    "怎么防止老人摔倒",
    "去年摔过一跤，现在想要个拐杖",
    "厕所想装扶手，怕老人滑倒",
    "燃气灶打不着火",
    "想坐火车去看病",
    "给我打电话就行",
    "孩子打针害怕，想有人陪",
    "想学怎么急救",
    "报名去看消防车",
    "老人一个人住，想有人来看看",
    "老伴走了三年了，心里空落落的",
    "低保材料丢了能补吗",
    "想吃火锅",
    "我打工供孩子上学",
    "娃娃天天玩手机没人管",
    "透析的费用怎么报销",
    "血压高，想定期量一量",
    "家里没人做饭",
    "冬天冷，想把窗户修一下",
]

# Of any kind: what counts is that it is noticed.
_ROWS = [row.split("\t") for row in WORDINGS.read_text("utf-8").splitlines() if not row.startswith("#")]
ALSO_DANGEROUS = [text for kind, text in _ROWS if kind == "danger"]
ALSO_HARMLESS = [text for kind, text in _ROWS if kind == "harmless"]


@pytest.mark.parametrize(("kind", "text"), DANGEROUS)
def test_danger_is_named_when_it_is_told(catalogue: Catalogue, kind: str, text: str) -> None:
    danger = catalogue.danger(text)
    assert danger is not None
    assert danger.kind == kind
    assert danger.call


@pytest.mark.parametrize("text", ALSO_DANGEROUS)
def test_danger_is_noticed_when_it_is_put_in_other_words(catalogue: Catalogue, text: str) -> None:
    assert catalogue.danger(text) is not None


@pytest.mark.parametrize("text", [*HARMLESS, *ALSO_HARMLESS])
def test_no_danger_is_taken_for_certain_when_words_only_sound_so(catalogue: Catalogue, text: str) -> None:
    danger = catalogue.danger(text)
    assert danger is None or not danger.sure


@pytest.mark.parametrize("place", ["木垒县", "奇台县", "二工镇", "昌吉市"])
@pytest.mark.parametrize(
    "answer",
    [
        "在{}",
        "我在{}",
        "人在{}",
        "我妈在{}",
        "我妈住{}",
        "他在{}",
        "就在{}",
        "我是{}的",
        "孩子在{}",
        "我爸一个人在{}",
        "在{}这边",
        "我在{}打工",
    ],
)
def test_no_danger_is_heard_when_the_place_that_was_asked_for_is_told(
    catalogue: Catalogue, answer: str, place: str
) -> None:
    assert catalogue.understand(answer.format(place), asked="place").danger is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("fire", "着火了，在奇台县"),
        ("violence", "在木垒镇，他打我"),
        ("fall", "我妈摔倒了起不来，在二工镇"),
        ("illness", "救命，木垒县"),
    ],
)
def test_a_danger_is_heard_when_it_is_told_with_the_place(catalogue: Catalogue, kind: str, text: str) -> None:
    danger = catalogue.understand(text, asked="place").danger
    assert danger is not None
    assert (danger.kind, danger.sure) == (kind, True)


@pytest.mark.parametrize(
    "text",
    ["她牙口不好，打我电话13900139002", "我妈没人做饭，有事打我手机13900139002", "想找人做饭，打她座机09941234567"],
)
def test_nobody_is_beaten_when_a_number_to_call_is_given(catalogue: Catalogue, text: str) -> None:
    assert catalogue.understand(text).danger is None


@pytest.mark.parametrize(
    "text", ["我老公打我，电话13900139002", "他打我，有事打我电话13900139002", "他打我13900139002"]
)
def test_danger_is_heard_when_a_number_to_call_follows(catalogue: Catalogue, text: str) -> None:
    danger = catalogue.understand(text).danger
    assert danger is not None
    assert (danger.kind, danger.sure) == ("violence", True)


def test_words_are_part_of_the_message_when_danger_is_found(catalogue: Catalogue) -> None:
    danger = catalogue.danger("你们好，我家着火了，快来人")
    assert danger is not None
    assert danger.words in "你们好，我家着火了，快来人"


def test_gravest_danger_is_named_when_there_are_two(catalogue: Catalogue) -> None:
    danger = catalogue.danger("三天没吃饭了，我不想活了")
    assert danger is not None
    assert danger.kind == "self-harm"


def test_mental_health_line_comes_first_when_someone_may_harm_themself(catalogue: Catalogue) -> None:
    danger = catalogue.danger("不想活了")
    assert danger is not None
    assert danger.call[0] == "12356"


def test_every_kind_has_numbers_and_a_service_when_loaded(catalogue: Catalogue) -> None:
    assert set(catalogue.watch.call) == set(catalogue.watch.service) == set(DANGER_KINDS)


def test_unknown_kind_is_refused_when_loaded(tmp_path: Path) -> None:
    path = tmp_path / "danger.toml"
    path.write_text('idioms = ["x"]\n[call]\n[service]\n[words]\n[[rule]]\nkind = "boredom"\nall = ["x"]\n', "utf-8")
    with pytest.raises(DangerDataError, match="rule 1"):
        load_watch(path)


def test_unknown_list_is_refused_when_loaded(tmp_path: Path) -> None:
    path = tmp_path / "danger.toml"
    text = 'idioms = ["x"]\n[call]\nfire = ["119"]\n[service]\n[words]\n[[rule]]\nkind = "fire"\nall = ["@smoke"]\n'
    path.write_text(text, "utf-8")
    with pytest.raises(DangerDataError, match="@smoke"):
        load_watch(path)


def test_no_sentence_of_this_file_is_a_phrase() -> None:
    known = {fold(phrase.text) for phrase in load_phrases(PHRASES / "zh", load_referrals())}
    told = [text for _, text in DANGEROUS] + ALSO_DANGEROUS + HARMLESS + ALSO_HARMLESS
    assert [text for text in told if fold(text) in known] == []
