"""The matcher as residents speak to it."""

from __future__ import annotations

import pytest

from catalogue.catalogue import Catalogue
from catalogue.fold import fold
from catalogue.phrase import PHRASES, load_phrases
from catalogue.understanding import Decision

NEEDS = [
    ("meals", "我爷一个人在家，中午没饭吃，能不能给他送点热的"),
    ("meals", "灶台上的活干不了了，顿顿都是凉馍，想订送餐"),
    ("bathing", "我姥爷身上都臭了，想请个人上门给他洗个澡"),
    ("bathing", "老太太头发长得盖眼睛，下不了楼去剪头发"),
    ("cleaning", "屋里满地都是垃圾，没力气收拾，想请人打扫一下"),
    ("cleaning", "厨房油烟机黑得不行，窗户也脏，想搞一搞卫生"),
    ("medical-escort", "明天要去人民医院看病，一个人不会挂号，谁能陪我"),
    ("medical-escort", "老人语言不通，跟大夫说话要有翻译"),
    ("mobility", "六楼没电梯，我爸坐着轮椅好几个月下不了楼"),
    ("mobility", "想去镇上可是没有车，腿又走不动"),
    ("home-care", "我婆婆瘫痪在床，上班的时候没人给她喂饭换尿布"),
    ("home-care", "老人生活不能自理，要有人天天翻身擦洗照料"),
    ("respite", "我照顾瘫痪丈夫六年没歇过，想有人替我两天"),
    ("respite", "带自闭症儿子太累了，能不能找人临时看几个小时让我喘口气"),
    ("visiting", "我妈独居，我们都在外地，想有人常去看看她陪她说话"),
    ("visiting", "村里的孤寡老汉没人管，麻烦社工定期去看望"),
    ("errands", "下不了楼，想请人帮忙买点菜和米面"),
    ("errands", "老人不会手机缴费，电费谁能帮着交一下"),
    ("emergency-care", "家里刚失火，房子没法住了，今晚没地方去"),
    ("emergency-care", "护工突然走了，老爹瘫着，今晚就没人照顾"),
    ("rehab-centre", "我家娃娃自闭症，想送到康复中心做训练"),
    ("rehab-centre", "三岁了还不会说话，哪里有语言训练的机构"),
    ("rehab-home", "我爸中风偏瘫，想让康复师到家里来教他走路"),
    ("rehab-home", "脑梗后手抬不起来，去不了医院，能上门做康复吗"),
    ("assistive-devices", "奶奶走不了路，想申请一个轮椅"),
    ("assistive-devices", "老汉耳朵聋，想配个助听器"),
    ("counselling", "自从儿子没了，我妈天天哭，心里过不去，想有人开导"),
    ("counselling", "最近心里特别烦躁，睡不着，觉得压力好大"),
    ("carer-training", "我不会给卧床的老人翻身，有没有人教教我"),
    ("carer-training", "家属想学护理，有没有培训班"),
    ("home-adaptation", "卫生间想装扶手，地太滑了"),
    ("home-adaptation", "家门口的台阶轮椅上不去，能修个坡道吗"),
    ("health-monitoring", "想有人每周上门给我妈量血压测血糖"),
    ("health-monitoring", "我爸褥疮烂了，没人会换药"),
    ("study-tours", "假期想让孩子去博物馆科技馆长长见识"),
    ("study-tours", "有没有给困难孩子办的夏令营"),
    ("tutoring", "孩子数学不及格，家里没人会辅导作业"),
    ("tutoring", "娃的功课落下了，想找个大学生补课"),
    ("school-transport", "学校离家远，娃娃每天上学放学没人接送"),
    ("school-transport", "我腿断了，孙女放学没人去接"),
    ("child-companionship", "孩子爸妈都在外面打工，放学没人陪，天天玩手机"),
    ("child-companionship", "孤儿跟着舅舅，不爱说话，想有人陪伴"),
    ("job-skills", "我是残疾人，想学门技术找个工作"),
    ("job-skills", "下岗了，想参加免费的技能培训"),
    ("social-inclusion", "退休了想当志愿者，怎么报名"),
    ("social-inclusion", "一个人太闷，社区有没有唱歌跳舞的活动"),
    ("policy-advice", "想问一下低保要什么条件，怎么申请"),
    ("policy-advice", "我爸的残疾证怎么办，能领哪些补贴"),
]

ELSEWHERE = [
    ("utilities", "我家这两天停水，自来水公司也不管"),
    ("utilities", "小区停电一晚上了"),
    ("wages", "包工头拖欠我们的工资"),
    ("noise", "楼上邻居半夜吵得人睡不着"),
    ("housing", "房产证过户要交多少钱"),
    ("insurance", "我的养老保险断缴了怎么办"),
    ("legal", "想请律师打官司"),
    ("police", "我的电动车被偷了"),
    ("smalltalk", "你好你好"),
    ("smalltalk", "讲个笑话听听吧"),
    ("about-bot", "你是不是机器人"),
]

TYPED_BY_SOUND = [
    ("assistive-devices", "想要一个轮以"),
    ("cleaning", "请人打少卫生"),
    ("meals", "能给老人送烦吗"),
    ("bathing", "帮我妈洗早"),
]

IN_PINYIN = [
    ("assistive-devices", "wo ba xiang yao yi ge lun yi"),
    ("bathing", "bangwoma xizao"),
    ("tutoring", "haizi zuoye meiren fudao"),
]

CORRECTED = [
    ("bathing", "不是送饭，是洗澡"),
    ("cleaning", "饭有人送了，就是没人打扫"),
    ("assistive-devices", "不要拐杖，想要轮椅"),
    ("meals", "打扫不用了，家里干净着呢，主要是没人做饭"),
]


@pytest.mark.parametrize(("code", "text"), NEEDS)
def test_service_stands_first_when_need_is_told_plainly(catalogue: Catalogue, code: str, text: str) -> None:
    assert catalogue.understand(text).candidates[0].code == code


@pytest.mark.parametrize(("code", "text"), TYPED_BY_SOUND)
def test_service_stands_first_when_words_are_typed_by_sound(catalogue: Catalogue, code: str, text: str) -> None:
    assert catalogue.understand(text).candidates[0].code == code


@pytest.mark.parametrize(("code", "text"), IN_PINYIN)
def test_service_stands_first_when_chinese_is_typed_in_pinyin(catalogue: Catalogue, code: str, text: str) -> None:
    assert catalogue.understand(text).candidates[0].code == code


@pytest.mark.parametrize(("code", "text"), CORRECTED)
def test_denied_service_does_not_count_when_another_is_named(catalogue: Catalogue, code: str, text: str) -> None:
    assert catalogue.understand(text).candidates[0].code == code


@pytest.mark.parametrize(("referral", "text"), ELSEWHERE)
def test_message_is_referred_when_somebody_else_deals_with_it(catalogue: Catalogue, referral: str, text: str) -> None:
    understanding = catalogue.understand(text)
    assert (understanding.decision, understanding.referral) == (Decision.REFER, referral)
    assert understanding.services == ()


def test_both_services_are_offered_when_two_needs_are_told(catalogue: Catalogue) -> None:
    understanding = catalogue.understand("想请人给我妈洗个澡，另外孩子的作业也没人辅导")
    assert understanding.decision is Decision.OFFER
    assert set(understanding.services) == {"bathing", "tutoring"}


def test_nothing_is_guessed_when_no_need_is_named(catalogue: Catalogue) -> None:
    assert catalogue.understand("我有点事想找你们帮帮忙").decision is Decision.CLARIFY


def test_scores_fall_from_first_to_last_when_there_are_several(catalogue: Catalogue) -> None:
    scores = [item.score for item in catalogue.understand("老人走不了路，也没人做饭").candidates]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 5


def test_no_sentence_of_this_file_is_a_phrase(catalogue: Catalogue) -> None:
    known = {fold(phrase.text) for phrase in load_phrases(PHRASES / "zh", catalogue.referrals)}
    assert not known & {fold(text) for _, text in (*NEEDS, *ELSEWHERE, *TYPED_BY_SOUND, *CORRECTED)}


def test_circumstances_are_not_offered_when_something_else_is_asked(catalogue: Catalogue) -> None:
    told = "老人去年脑梗，半边身子不听使唤，我要上班，想请人中午上门做顿热饭，最好顺便打扫一下卫生"
    assert set(catalogue.understand(told).services) == {"meals", "cleaning"}
