"""Who gets a ticket: a worker on duty who suits it and is near, else the officer of the next level up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from casework.duty import Matter, Post, Presence, Roster
from casework.skill import does, lacking
from casework.staff import LEVELS, Role, Staff

COUNTY_DIGITS = 6
AREAS = {12: "place-village", 9: "place-township", COUNTY_DIGITS: "place-county", 4: "place-prefecture"}
"""The word for how near an area is, by the digits of its code."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The person chosen, and why: a word for the record ("duty-worker", "officer-township", ...), and `reasons`.

    The first reason is how near they are ("place-village", ...). Each further one is what left others behind, in the
    order of weighing: "skill", "on-duty", "language", "nearness", "continuity", "load", "fairness". At the end stand
    "swap" or "substitute" for somebody who answers in another's stead, and "nobody-on-duty" where that is so.
    """

    staff: Staff
    why: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """What was before, by staff id: open tickets, weighed; tickets of the last 30 days; who served the family."""

    load: Mapping[int, float] = field(default_factory=dict)
    recent: Mapping[int, float] = field(default_factory=dict)
    served: Collection[int] = ()


Criterion = tuple[str, Callable[[Post], float]]


def choose(
    roster: Iterable[Staff],
    place: str,
    *,
    passed: Collection[int] = (),
    load: Mapping[int, float] | None = None,
    matter: Matter | None = None,
    past: Past | None = None,
) -> Choice | None:
    """The one to answer for `place` (a division's code), leaving out those in `passed` (ids who handed it on).

    Without `matter` everybody counts as on duty; `load` alone may stand for a `past`. None only when nobody at all
    covers the place who is not away. Made-up staff of a trial never get a ticket where a real person covers the place.
    """
    matter = matter or Matter()
    rota = roster if isinstance(roster, Roster) else Roster(tuple(roster))
    posts = rota.candidates(place, matter, passed)
    return pick(posts, matter, past or Past(load or {})) if posts else None


def pick(posts: Sequence[Post], matter: Matter, past: Past) -> Choice:
    """The best of at least one: each criterion leaves those that are best by it, until one is left."""
    reasons = []
    for word, key in _criteria(matter, past):
        best = min(key(post) for post in posts)
        left = [post for post in posts if key(post) == best]
        if word and len({post.holder.id for post in left}) < len({post.holder.id for post in posts}):
            reasons.append(word)
        posts = left
    post = posts[0]
    near = AREAS.get(len(post.owner.area), "place-prefecture")
    why = "duty-worker" if post.owner.role is Role.WORKER else f"officer-{post.owner.role.value}"
    after = [post.via] if post.via else []
    if post.presence is not Presence.ON:
        reasons = [word for word in reasons if word != "on-duty"]
        after.append("nobody-on-duty")
    return Choice(post.holder, why, tuple(dict.fromkeys([near, *reasons, *after])))


def _criteria(matter: Matter, past: Past) -> list[Criterion]:
    """In the order of weighing, smaller is better. A criterion without a word explains nothing by itself."""
    spoken = matter.language.partition("-")[0]
    skill: Criterion = ("skill", lambda post: not does(post.owner.skills, matter.services))
    presence: Criterion = ("on-duty", lambda post: post.presence)
    # In danger whoever is there comes first, and who knows the service best second.
    first = [presence, skill] if matter.urgent else [skill, presence]
    return [
        *first,
        ("", _level),
        ("skill", lambda post: lacking(post.owner.skills, matter.services)),
        ("nearness", lambda post: len(post.owner.area) < COUNTY_DIGITS),
        ("language", lambda post: bool(spoken) and spoken not in post.holder.languages),
        ("nearness", lambda post: -len(post.owner.area)),
        ("continuity", lambda post: post.holder.id not in past.served),
        ("load", lambda post: past.load.get(post.holder.id, 0)),
        ("fairness", lambda post: past.recent.get(post.holder.id, 0)),
        ("", lambda post: post.holder.id),
    ]


def _level(post: Post) -> int:
    """Workers before officers, the lowest officer first. With nobody on duty the officers come before the workers."""
    level = LEVELS.index(post.owner.role)
    return len(LEVELS) if post.presence is Presence.OFF and not level else level
