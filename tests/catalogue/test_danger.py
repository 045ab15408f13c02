"""What cannot wait, and what only sounds as if it could not."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.danger import DangerDataError, Watch, load_watch
from catalogue.understanding import DANGER_KINDS

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
ALSO_DANGEROUS = [
    "我撑不下去了，想从这里跳下去",
    "人活着有什么用，我想死",
    "我吃了半瓶药，现在头晕",
    "孩子写了遗书",
    "我爸拿绳子说要上吊",
    "夜里老是想着怎么死",
    "我拿刀割了手",
    "跟你们说声再见，以后别找我了",
    "媳妇被她男人打得住院了",
    "儿子天天打骂我这个老太婆",
    "继父碰我，我不敢说",
    "他把我关在屋里不让我出去",
    "爸爸喝醉酒打妈妈",
    "隔壁传来打人的声音孩子在喊救命",
    "炕上的电热毯烧着了",
    "隔壁院子浓烟滚滚",
    "煤气漏了",
    "有人被烧伤了",
    "我妈摔了，头流血了",
    "老爷子从楼梯滚下去，叫不应",
    "我在浴室滑倒，腿好像断了，动不了",
    "爷爷倒在雪地里",
    "我爸心脏病犯了",
    "老人忽然不会说话了，手也抬不动",
    "孩子高烧四十度抽了",
    "我喘不过气来",
    "吐了好多血",
    "老伴低血糖昏迷了",
    "吸氧机停电了，老人憋得脸发青",
    "胰岛素没有了，两天没打",
    "路断了去不了医院透析",
    "吃错了药，现在犯迷糊",
    "家里没吃的了，孩子两顿没吃",
    "已经断顿两天",
    "我饿得站不起来了",
    "没有钱买吃的，家里只剩一把盐",
    "五岁的孩子一个人关在家里",
    "爸妈都不在，只有我和两岁的弟弟，三天了",
    "孩子被锁在车里",
    "奶奶死了，就剩两个小孩在家",
    "瘫痪老人没人照顾，两天没吃没喝",
    "对门老太太几天不见人，敲门不应",
    "我动不了，身边没人，渴得不行",
    "暖气停了孩子冻病了，外面零下三十度",
    "家里没煤了，冻得受不了",
    "房子漏风，老人快冻僵了",
    "孩子丢了",
    "我妈老年痴呆走失了",
    "弟弟有精神病，跑出去一天一夜没回来",
    "女儿离家出走了",
    "老人误喝了农药",
    "炉子熏着了，一家人头疼恶心",
    "孩子掉水渠里了",
    "我爸不行了，快来人",
    "我心口疼得冒汗",
    "孕妇流血了肚子疼",
    "他威胁要杀了我全家",
    "被狗咬了，伤口很深",
    "精神病人拿刀在家里砸东西",
    "我媳妇割腕了",
    "我想带着孩子一起走，一了百了",
]

ALSO_HARMLESS = [
    "我妈摔断腿三个月了，现在想做康复",
    "老人摔倒过，腿不敢走，想要个助行器",
    "火炉旁边的墙黑了，想粉刷一下",
    "孩子在学校摔了一跤，作业落下了",
    "家里断网了",
    "饿了就吃馍，想订餐",
    "我打了石膏做不了饭",
    "老伴去世以后心里难受",
    "小区停暖了",
    "活着的补贴怎么领",
    "想活动活动腿脚",
    "孩子走路不稳老摔跤，想做康复训练",
    "老爸喝药嫌苦，要人哄",
    "药吃完了，谁能帮我去取",
    "我不想活动，就想在家",
    "死亡证明怎么开",
    "我爸死了以后抚恤金怎么领",
    "丧葬费补贴",
    "孩子爱玩火，想有人教育",
    "一个人住，害怕半夜出事",
    "打算给老人换个床",
    "想打听一下低保",
    "老人爱走丢，想要个定位手环",
    "孩子厌学在家",
    "伤口换药",
    "老人尿失禁没人换",
    "想问火化补贴",
    "放学孩子一个人回家",
    "晕车，去医院想有人陪",
    "家里停电了",
    "我妈冻疮犯了",
    "腿摔断了打着钢板，洗不了澡",
    "孩子一个人在家写作业没人辅导",
    "老人没人照顾，想申请居家照护",
    "我快撑不住了，想有人替我照顾老人",
    "冬天屋里冷，想换窗户",
    "我家孩子打人，在学校闯祸",
    "老婆打牌输了钱",
    "想喝药茶",
    "老人总说头晕，想量血压",
    "前年着过火，现在线路老化想换",
    "我们烧煤取暖，想买煤",
    "老人胸闷，下周去复查，没人陪",
]


@pytest.fixture(scope="module")
def watch() -> Watch:
    return load_watch()


@pytest.mark.parametrize(("kind", "text"), DANGEROUS)
def test_danger_is_named_when_it_is_told(watch: Watch, kind: str, text: str) -> None:
    danger = watch.danger(text)
    assert danger is not None
    assert danger.kind == kind
    assert danger.call


@pytest.mark.parametrize("text", ALSO_DANGEROUS)
def test_danger_is_noticed_when_it_is_put_in_other_words(watch: Watch, text: str) -> None:
    assert watch.danger(text) is not None


@pytest.mark.parametrize("text", [*HARMLESS, *ALSO_HARMLESS])
def test_no_danger_is_seen_when_words_only_sound_so(watch: Watch, text: str) -> None:
    assert watch.danger(text) is None


def test_words_are_part_of_the_message_when_danger_is_found(watch: Watch) -> None:
    danger = watch.danger("你们好，我家着火了，快来人")
    assert danger is not None
    assert danger.words in "你们好，我家着火了，快来人"


def test_gravest_danger_is_named_when_there_are_two(watch: Watch) -> None:
    danger = watch.danger("三天没吃饭了，我不想活了")
    assert danger is not None
    assert danger.kind == "self-harm"


def test_mental_health_line_comes_first_when_someone_may_harm_themself(watch: Watch) -> None:
    danger = watch.danger("不想活了")
    assert danger is not None
    assert danger.call[0] == "12356"


def test_every_kind_has_numbers_and_a_service_when_loaded(watch: Watch) -> None:
    assert set(watch.call) == set(watch.service) == set(DANGER_KINDS)


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
