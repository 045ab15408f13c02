"""How a danger changes what is offered: the service that looks after it is always among the candidates."""

from __future__ import annotations

from catalogue.matcher import MOST_CANDIDATES, Match
from catalogue.understanding import Candidate, Danger, Decision


def with_danger(match: Match, danger: Danger, code: str, text: str) -> Match:
    """The match with service `code` put first, or second where another service is asked for clearly.

    `text` is the message: where the danger is most of it, it is the need. Someone in danger is never only sent
    elsewhere: a referral becomes a choice.
    """
    if code in match.services:
        return match
    others = [item for item in match.candidates if item.code != code]
    clear = match.decision is Decision.OFFER and len(danger.words) * 2 < len(text)
    own = next((item.score for item in match.candidates if item.code == code), 0.0)
    best = others[0].score if others else 0.5
    added = Candidate(code, min(best, max(own, round(best / 2, 4))) if clear else max(best, 0.5))
    ranked = sorted([*others[:1], added, *others[1:]] if clear else [added, *others], key=lambda item: -item.score)
    candidates = tuple(ranked[:MOST_CANDIDATES])
    return Match(candidates, Decision.OFFER, match.services) if clear else Match(candidates, Decision.CHOOSE)
