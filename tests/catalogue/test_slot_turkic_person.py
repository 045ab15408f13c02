"""For whom help is asked in Kazakh and Uyghur messages, in all of their scripts."""

from __future__ import annotations

import pytest

from catalogue.place import Gazetteer
from catalogue.slot.turkic import read_turkic_slots
from catalogue.understanding import Slots


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def _read(gazetteer: Gazetteer, language: str, text: str) -> Slots:
    return read_turkic_slots(text, language, gazetteer)


@pytest.mark.parametrize(
    ("text", "about", "relation"),
    [
        ("Шешем төсекте жатыр, күтуші керек", "other", "mother"),
        ("шешеме тамақ апарып берсе", "other", "mother"),
        ("Әкемнің аяғы сынған", "other", "father"),
        ("ата-анам екеуі де қартайған, көмек керек", "other", "parents"),
        ("нағашы әжем естімейді", "other", "grandmother"),
        ("атам жүре алмайды", "other", "grandfather"),
        ("қайын енем төсекте жатыр", "other", "mother-in-law"),
        ("қызым мектепке бара алмайды", "other", "daughter"),
        ("баламның сабағына көмек керек", "other", "child"),
        ("сыныбымда бір бала бар, сабағы нашар", "other", "student"),
        ("көрші қария жалғыз тұрады", "other", "neighbour"),
        ("көршімнің баласы сөйлемейді", "other", "neighbour"),
        ("ағамның баласы ми салы", "other", "relative"),
        ("қарт шешем жалғыз", "other", "mother"),
        ("немерем сабаққа үлгермейді, көмек керек", "other", "grandchild"),
        ("Атам қайтыс болған, әжем үйде жалғыз", "other", "grandmother"),
        ("ұлым қалада жұмыс істеп жүр, шешем жалғыз тұрады", "other", "mother"),
        ("балалары Бейжіңде, көрші қария жалғыз", "other", "neighbour"),
        ("Ұлым сыртта, өзім жалғызбын, аяғым ауырады", "self", ""),
        ("жүре алмаймын, үйден шыға алмаймын", "self", ""),
        ("маған арба керек", "self", ""),
        ("Бір көзі көрмейтін шал едім, көмек керек", "self", ""),
        ("шал-кемпір екеуміз жалғыз тұрамыз", "self", ""),
        ("мен 70 жастамын", "self", ""),
        ("Қыстақ кадрымын, бір сал кісі бар еді", "other", ""),
        ("Күйеуім қайтыс болған, балалардан жасырып жылаймын", "self", ""),
        ("балам құлап кетті", "other", "child"),
        ("Жалғызбасты шалмын, көмек керек", "self", ""),
        ("көршім Сара апай көрмейді", "other", "neighbour"),
        ("қан қысымын кім өлшейді", "unknown", ""),
        ("көмек керек еді", "unknown", ""),
        ("ана тілі үйірмесі бар ма", "unknown", ""),
        ("балабақша қайда", "unknown", ""),
        ("شەشەم توسەكتە جاتىر", "other", "mother"),
        ("ءاكەم سوقىر", "other", "father"),
        ("كورشىمىز جالعىزباستى قارت", "other", "neighbour"),
        ("بالام سويلەمەيدى", "other", "child"),
        ("ءوزىم جالعىزبىن، جۇرە المايمىن", "self", ""),
        ("ايەلىم جۇكتى", "other", "wife"),
        ("Äkem soqyr, kömek kerek", "other", "father"),
        ("sheshem jalğyz turady", "other", "mother"),
    ],
)
def test_person_in_need_is_read_when_written_in_kazakh(
    gazetteer: Gazetteer, text: str, about: str, relation: str
) -> None:
    slots = _read(gazetteer, "kk", text)
    assert (slots.about, slots.relation) == (about, relation)


@pytest.mark.parametrize(
    ("text", "about", "relation"),
    [
        ("ئانام ئورۇندا ياتىدۇ", "other", "mother"),
        ("دادامغا تاماق ئەكېلىپ بەرسەڭلار", "other", "father"),
        ("ئاتا-ئانام يالغۇز تۇرىدۇ", "other", "parents"),
        ("چوڭ ئانام يىقىلىپ چۈشتى", "other", "grandmother"),
        ("بوۋامنىڭ قۇلىقى ئاڭلىمايدۇ", "other", "grandfather"),
        ("قىزىم سۆزلىيەلمەيدۇ", "other", "daughter"),
        ("ئوغلۇم ماڭالمايدۇ", "other", "son"),
        ("قېينانامغا قارايدىغان ئادەم كېرەك", "other", "mother-in-law"),
        ("قوشنىمىز يالغۇز تۇرىدۇ", "other", "neighbour"),
        ("قوشنىمىزنىڭ بالىسى پالەچ", "other", "neighbour"),
        ("ئوقۇغۇچۇم دەرسكە يېتىشەلمەيدۇ", "other", "student"),
        ("نەۋرەم مەكتەپكە بارالمايدۇ", "other", "grandchild"),
        ("بوۋاينىڭ بالىلىرى ئۈرۈمچىدە، يالغۇز تۇرىدۇ", "other", "elder"),
        ("ئانىسى تاشلاپ كەتتى، بوۋاق يالغۇز قالدى", "other", "child"),
        ("دادام ئۆلۈپ كەتكەن، ئانام كېسەل", "other", "mother"),
        ("ئوغلۇم ئىچكىرىدە ئىشلەيدۇ، ئۆزۈم يالغۇز", "self", ""),
        ("پۇتۇم سۇندى", "self", ""),
        ("ئۆيۈمنى يىغىشتۇرالمايمەن", "self", ""),
        ("ماڭا چاقلىق ئورۇندۇق كېرەك", "self", ""),
        ("مەن 72 ياش، كۆزۈم كۆرمەيدۇ", "self", ""),
        ("مەھەللە كادىرى بولىمەن، بىر مېيىپ بار", "other", ""),
        ("ئوغلۇم دەرىزىدىن چۈشۈپ كەتتى", "other", "son"),
        ("بوسۇغا ئېگىز، ئانام ھەر قېتىم پۇتلىشىدۇ", "other", "mother"),
        ("پىدائىي بولۇش ئۈچۈن قانداق قىلىمەن", "unknown", ""),
        ("بىر ئادەم كېرەك", "unknown", ""),
        ("ياردەم كېرەك ئىدى", "unknown", ""),
        ("بالىلار باغچىسى نەدە", "unknown", ""),
        ("انام 80 ياشتا", "other", "mother"),
        ("اتا انام يالغۇز", "other", "parents"),
        ("اچام قارىغۇ", "other", "sister"),
        ("ayalim hamilidar", "other", "wife"),
        ("dadam yalghuz turidu", "other", "father"),
        ("oghlum sirtta ishleydu, özüm yalghuz", "self", ""),
        ("bowamning quliqi anglimaydu", "other", "grandfather"),
    ],
)
def test_person_in_need_is_read_when_written_in_uyghur(
    gazetteer: Gazetteer, text: str, about: str, relation: str
) -> None:
    slots = _read(gazetteer, "ug", text)
    assert (slots.about, slots.relation) == (about, relation)


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("kk", "Көрші қария жалғыз тұрады", "Көрші қария"),
        ("kk", "қайын енем төсекте жатыр", "қайын енем"),
        ("kk", "شەشەم توسەكتە جاتىر", "شەشەم"),
        ("ug", "قوشنىمىزنىڭ بالىسى پالەچ", "قوشنىمىزنىڭ بالىسى"),
        ("ug", "Dadam kesel", "Dadam"),
    ],
)
def test_relation_is_kept_in_its_own_words_when_named(
    gazetteer: Gazetteer, language: str, text: str, words: str
) -> None:
    assert _read(gazetteer, language, text).relation_words == words
