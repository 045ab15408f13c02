"""For whom help is asked, what they are called, what is the matter and whether they agree."""

from __future__ import annotations

import pytest

from catalogue.slot.condition import read_agreement, read_conditions
from catalogue.slot.name import read_name
from catalogue.slot.person import read_beneficiary
from catalogue.understanding import RELATIONS


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("我妈瘫在床上，我白天要上班", "mother"),
        ("俺娘脑梗了，偏瘫", "mother"),
        ("老妈一个人在家", "mother"),
        ("妈在家摔了", "mother"),
        ("我爹不能动弹", "father"),
        ("想给爸妈订饭", "parents"),
        ("我奶奶下不了楼", "grandmother"),
        ("姥姥眼睛看不见", "grandmother"),
        ("我爷爷92了", "grandfather"),
        ("婆婆老年痴呆，认不得人", "mother-in-law"),
        ("我老公他妈瘫痪了", "mother-in-law"),
        ("丈人中风了", "father-in-law"),
        ("我家那口子病了", "spouse"),
        ("老伴中风了站不住，我一个老婆子也没法给他洗身子", "spouse"),
        ("媳妇刚做完手术", "wife"),
        ("我男人在工地上摔断了腿", "husband"),
        ("我老汉瘫了五年", "husband"),
        ("娃娃自闭症", "child"),
        ("我家娃脑瘫", "child"),
        ("巴郎子发育慢", "son"),
        ("我家丫头听力残疾", "daughter"),
        ("我弟弟脑瘫，12岁了", "brother"),
        ("孙子放学没人接", "grandchild"),
        ("我舅舅没儿没女，五保户", "uncle"),
        ("隔壁大爷摔了一跤", "neighbour"),
        ("邻居王大妈没人做饭", "neighbour"),
        ("邻居家的孩子没人管", "neighbour"),
        ("我们小区有位老奶奶独居", "neighbour"),
        ("村里有个老人没人管", "villager"),
        ("我是村干部，村里有个残疾人想要轮椅", "villager"),
        ("我们班学生家里困难需要补课", "student"),
        ("我有个朋友抑郁了", "friend"),
        ("我姐的孩子自闭症", "relative"),
        ("帮我家老人洗澡", "elder"),
        ("爷爷奶奶在村里没人管", "elder"),
    ],
)
def test_relation_is_read_when_somebody_else_is_in_need(text: str, relation: str) -> None:
    person = read_beneficiary(text)
    assert (person.about, person.relation) == ("other", relation)
    assert relation in RELATIONS
    assert person.words in text


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("儿子不在家，老人没人管", "elder"),
        ("我妈让我问一下有没有送饭的", "mother"),
        ("我妈让我问一下能不能给我奶奶送饭", "grandmother"),
        ("我儿子让我给他爷爷找个护工", "grandfather"),
        ("我老公在外地打工，我带两个孩子，没人接送", "child"),
        ("他爸死得早，孩子自卑", "child"),
        ("我一个人照顾我妈，实在弄不动了", "mother"),
        ("我和我妹妹照顾我爸", "father"),
        ("我腰不好，扶不住我爸，没法给他冲澡", "father"),
        ("不是我妈，是我爸要人照顾", "father"),
        ("爸妈都上班，奶奶没人做饭", "grandmother"),
        ("我腿断了，孩子没人接送", "child"),
        ("孩子他爸在外打工，孩子没人辅导作业", "child"),
        ("我妈说想给我奶奶找个洗澡的", "grandmother"),
    ],
)
def test_person_in_need_is_told_from_carers_when_several_are_named(text: str, relation: str) -> None:
    person = read_beneficiary(text)
    assert (person.about, person.relation) == ("other", relation)


@pytest.mark.parametrize(
    "text",
    [
        "我腿断了，没人做饭",
        "我自己一个人住",
        "孩子都在外地，我一个人",
        "老伴走得早，我一个人过",
        "我妈不在了，就剩我一个",
        "我和老伴都七十多了，腿脚不方便",
        "我们老两口都八十多了，儿子在乌鲁木齐",
        "我想学个手艺，找个工作",
        "我坐轮椅，老伴扶不动我",
        "我一个老婆子，逢年过节更冷清",
        "莫有人管我这个老汉",
        "我今年十六，爸妈离婚了，想补课",
        "我眼睛看不清，出不去门",
        "我是孤寡，腿脚不好",
        "我耳聋，想装个会闪的门铃",
        "我1950年出生，一个人住",
        "我腿断了，孩子他妈在外打工",
    ],
)
def test_person_writing_is_in_need_when_they_speak_of_themselves(text: str) -> None:
    person = read_beneficiary(text)
    assert (person.about, person.relation) == ("self", "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "你们是干什么的",
        "有没有送饭的",
        "楼下太吵",
        "王老师您好，我想问问补贴",
        "没有儿女怎么办",
        "我想喝牛奶",
        "他妈的",
    ],
)
def test_nobody_is_assumed_when_no_person_is_named(text: str) -> None:
    assert read_beneficiary(text).about == "unknown"


@pytest.mark.parametrize(
    ("text", "about", "relation"),
    [
        ("我", "self", ""),
        ("自己", "self", ""),
        ("给我自己", "self", ""),
        ("本人", "self", ""),
        ("我妈", "other", "mother"),
        ("给我妈", "other", "mother"),
        ("老人", "other", "elder"),
        ("邻居", "other", "neighbour"),
        ("别人", "other", ""),
        ("不是我", "other", ""),
    ],
)
def test_bare_answer_counts_when_asked_for_whom(text: str, about: str, relation: str) -> None:
    person = read_beneficiary(text, asked=True)
    assert (person.about, person.relation) == (about, relation)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我妈叫马秀兰，83岁", "马秀兰"),
        ("王大妈叫马秀兰", "马秀兰"),
        ("名字是李国强", "李国强"),
        ("姓名：丁玉英 电话13999123456", "丁玉英"),
        ("她叫古丽娜孜，今年七十", "古丽娜孜"),
        ("阿依古丽·买买提，六十八岁", "阿依古丽·买买提"),
        ("邻居王大妈没人做饭", "王大妈"),
        ("隔壁李大爷摔了", "李大爷"),
        ("古丽阿姨耳朵听不见", "古丽阿姨"),
        ("我姓马，叫马小龙，我妈叫丁玉英", "丁玉英"),
        ("我叫张建国", "张建国"),
        ("我妈马秀兰八十了", "马秀兰"),
        ("我叫阿依努尔，我爸爸哈力别克今年七十二岁", "哈力别克"),
        ("我妈高血压八十了", ""),
        ("我妈白内障今年八十", ""),
        ("联系人：张建国", "张建国"),
        ("叫救护车", ""),
        ("孩子叫不醒", ""),
        ("叫人来帮忙", ""),
        ("王老师您好", ""),
        ("我是高中生", ""),
        ("我是边缘户，能享受什么", ""),
        ("老人叫什么不重要", ""),
        ("我妈八十了", ""),
    ],
)
def test_name_is_read_when_somebody_is_introduced(text: str, name: str) -> None:
    assert read_name(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("马秀兰", "马秀兰"),
        ("她是丁玉英", "丁玉英"),
        ("阿依古丽", "阿依古丽"),
        ("欧阳春花", "欧阳春花"),
        ("Aygul Memet", "Aygul Memet"),
        ("ئايگۈل", "ئايگۈل"),
        ("李强 13999123456", "李强"),
        ("不知道", ""),
        ("不想说", ""),
        ("算了", ""),
        ("13999123456", ""),
    ],
)
def test_bare_answer_is_a_name_when_asked_for_it(text: str, name: str) -> None:
    assert read_name(text, asked=True) == name


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("我妈瘫在床上", ("瘫痪",)),
        ("俺娘脑梗了，偏瘫", ("脑梗", "偏瘫")),
        ("老年痴呆，认不得人", ("失智",)),
        ("我爸高位截瘫", ("瘫痪",)),
        ("奶奶耳背，眼睛看不见", ("听力障碍", "失明")),
        ("一周三次透析", ("尿毒症",)),
        ("一个人住，吃低保", ("独居", "低保")),
        ("没有高血压", ()),
        ("想办低保", ()),
        ("想找人做饭", ()),
    ],
)
def test_conditions_are_normalised_when_named(text: str, conditions: tuple[str, ...]) -> None:
    assert read_conditions(text) == conditions


@pytest.mark.parametrize(
    ("text", "asked", "agrees"),
    [
        ("她知道，也同意", False, "yes"),
        ("跟她说过了", False, "yes"),
        ("还没跟她说", False, "no"),
        ("他不愿意", False, "no"),
        ("她说不了话，没法问", False, "cannot"),
        ("老年痴呆", False, ""),
        ("我不知道怎么办", False, ""),
        ("精神病人不肯按时服药", False, ""),
        ("知道的", True, "yes"),
        ("同意", True, "yes"),
        ("嗯", True, "yes"),
        ("不知道", True, "no"),
        ("还没呢", True, "no"),
        ("她老年痴呆", True, "cannot"),
        ("孩子还小", True, "cannot"),
    ],
)
def test_agreement_is_read_when_the_text_says_so(text: str, asked: bool, agrees: str) -> None:
    assert read_agreement(text, asked=asked) == agrees
