"""Needs told in Kazakh and Uyghur, in each of their scripts."""

from __future__ import annotations

import pytest

from catalogue.catalogue import Catalogue


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Әкеме ыстық тамақ әкеліп беретін адам керек", "meals"),
        ("اكەمە ىستىق تاماق اكەلىپ بەرەتىن ادام كەرەك", "meals"),
        ("Әжемді шомылдыратын адам табылмай жүр", "bathing"),
        ("Үйімді жинап, кір жуып беретін адам керек еді", "cleaning"),
        ("Маған мүгедектер арбасы керек", "assistive-devices"),
        ("دادامغا ئىسسىق تاماق ئەكىلىپ بېرىدىغان ئادەم كېرەك", "meals"),
        ("dadamgha issiq tamaq ekilip beridighan adem kerek", "meals"),
        ("مومامنى يۇيۇندۇرۇپ قويىدىغان ئادەم يوق", "bathing"),
        ("ئۆينى تازىلاپ كىر يۇيۇپ بېرىدىغان ئادەم كېرەك", "cleaning"),
        ("ماڭا چاقلىق ئورۇندۇق كېرەك ماڭالمايمەن", "assistive-devices"),
    ],
)
def test_the_service_is_among_the_three_when_told_in_another_language(
    catalogue: Catalogue, text: str, code: str
) -> None:
    assert code in [candidate.code for candidate in catalogue.understand(text).candidates[:3]]


def test_both_scripts_mean_the_same_when_the_words_are_the_same(catalogue: Catalogue) -> None:
    cyrillic = catalogue.understand("Әкеме ыстық тамақ әкеліп беретін адам керек")
    arabic = catalogue.understand("اكەمە ىستىق تاماق اكەلىپ بەرەتىن ادام كەرەك")
    assert cyrillic.candidates[0].code == arabic.candidates[0].code
