"""Which services somebody does: codes of services, or of the three categories they belong to."""

from __future__ import annotations

from collections.abc import Collection, Mapping

CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "daily-care": (
        *("meals", "bathing", "cleaning", "medical-escort", "mobility", "home-care", "respite", "visiting"),
        *("errands", "emergency-care"),
    ),
    "rehabilitation": (
        *("rehab-centre", "rehab-home", "assistive-devices", "counselling", "carer-training", "home-adaptation"),
        "health-monitoring",
    ),
    "capability": (
        *("study-tours", "tutoring", "school-transport", "child-companionship", "job-skills", "social-inclusion"),
        "policy-advice",
    ),
}
"""The 24 services; a test holds them against the catalogue, which casework may not read."""
CATEGORY = {code: category for category, codes in CATEGORIES.items() for code in codes}
SKILLS = frozenset({*CATEGORIES, *CATEGORY})


def lacking(skills: Collection[str], services: Collection[str]) -> int:
    """How many of `services` somebody with these skills does not do; without skills listed they do everything."""
    if not skills:
        return 0
    return sum(code not in skills and CATEGORY.get(code) not in skills for code in services)


def does(skills: Collection[str], services: Collection[str]) -> bool:
    """Whether at least one of `services` is done; where none is named, anybody will do."""
    return not services or lacking(skills, services) < len(services)
