"""How a danger changes what is offered: the service that looks after it is always among the candidates."""

from __future__ import annotations

from catalogue.matcher import MOST_CANDIDATES, Match
from catalogue.understanding import Candidate, Danger, Decision

# From this score on another need is taken as what the message is about, and the danger as a circumstance.
_CLEAR = 0.8


def with_danger(match: Match, danger: Danger, code: str, text: str) -> Match:
    """The match with service `code` put first, or second where another service is asked for clearly.

    `text` is the message: where the danger is most of it, it is the need. Someone in danger is never only sent
    elsewhere: a referral becomes a choice.
    """
    others = [item for item in match.candidates if item.code != code]
    own = next((item for item in match.candidates if item.code == code), Candidate(code, 0.0))
    best = max((item.score for item in match.candidates), default=0.5)
    aside = len(danger.words) * 2 < len(text) and best >= _CLEAR
    clear = match.decision is Decision.OFFER and code not in match.services and aside
    score = min(best, max(own.score, best / 2)) if clear else max(best, 0.5)
    added = Candidate(code, round(score, 4), (danger.words, *own.because))
    ranked = sorted([added, *others] if not clear else [*others[:1], added, *others[1:]], key=lambda item: -item.score)
    offered = clear or code in match.services
    candidates = tuple(ranked[:MOST_CANDIDATES])
    return Match(candidates, Decision.OFFER, match.services) if offered else Match(candidates, Decision.CHOOSE)
