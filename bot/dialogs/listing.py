"""Where nothing is clear yet: the greeting, the list of services, "did you mean", and who else can help."""

from __future__ import annotations

from collections.abc import Iterable

from bot.dialogs import frame
from bot.dialogs.turn import Choice, Turn
from catalogue.understanding import Decision, Understanding

HOTLINES = ("110", "119", "120", "12345", "12349", "12356", "12385", "12338", "12355")
LIKELY = 3
"""How many services "did you mean" shows."""


def greet(turn: Turn) -> None:
    turn.say("greeting", [turn.choice("list", "button.list"), turn.choice("mine", "button.mine"), person_choice(turn)])


def person_choice(turn: Turn) -> Choice:
    return turn.choice("person", "button.person")


def service_choice(turn: Turn, code: str) -> Choice:
    """A service to tap; within the open intake it answers its question."""
    label = turn.words(
        "button.service", name=turn.words(f"service.{code}.name"), plain=turn.words(f"service.{code}.plain")
    )
    if turn.state.get("frame", {}).get("name") == "intake":
        return Choice(frame.frame_key(turn, f"pick:service:{code}"), label)
    return Choice(f"want:{code}", label)


def categories(turn: Turn, key: str = "list.ask") -> None:
    """The three categories, as the way into the list."""
    names = dict.fromkeys(service.category for service in turn.catalogue.services.values())
    turn.say(key, [*(turn.choice(f"list:{name}", f"category.{name}") for name in names), person_choice(turn)])


def services(turn: Turn, category: str) -> None:
    """The services of one category."""
    codes = [code for code, service in turn.catalogue.services.items() if service.category == category]
    choices = [service_choice(turn, code) for code in codes]
    turn.say(
        "list.services",
        [*choices, turn.choice("list", "button.categories")],
        category=turn.words(f"category.{category}"),
    )


def unclear(turn: Turn, understood: Understanding, *, again: bool) -> None:
    """Ask back, as precisely as the message allows."""
    if understood.decision is Decision.CHOOSE and understood.candidates:
        likely = [service_choice(turn, candidate.code) for candidate in understood.candidates[:LIKELY]]
        turn.say("unclear.choose", [*likely, turn.choice("none", "button.none")])
        return
    key = "unclear.language" if understood.language not in ("zh", "und") else "unclear.again" if again else "unclear"
    turn.say(key, ways_out(turn))


def ways_out(turn: Turn) -> list[Choice]:
    return [turn.choice("list", "button.list"), person_choice(turn), turn.choice("hotlines", "button.hotlines")]


def refer(turn: Turn, understood: Understanding) -> None:
    """Something that others deal with: say who, and leave the door open."""
    if understood.referral == "smalltalk":
        greet(turn)
    elif understood.referral == "about-bot":
        help_(turn)
    else:
        turn.say(f"refer.{understood.referral or 'other'}", [turn.choice("list", "button.list"), person_choice(turn)])


def help_(turn: Turn) -> None:
    """What the bot does, and every command as a button, for those who would rather tap than remember."""
    names = ("list", "mine", "data", "person", "hotlines", "language", "back", "restart", "cancel")
    turn.say("help", [turn.choice(name, f"button.{name}") for name in names])


def hotlines(turn: Turn) -> None:
    turn.say("hotlines", [person_choice(turn)], lines=numbers(turn, HOTLINES))


def numbers(turn: Turn, lines: Iterable[str]) -> str:
    """Telephone numbers with what each is for, a line each."""
    return "\n".join(turn.words(f"hotline.{number}") for number in lines)


def languages(turn: Turn) -> None:
    """The languages the bot can answer in, each by its own name."""
    named = [Choice(f"language:{code}", texts["language.name"]) for code, texts in turn.texts.languages.items()]
    turn.say("language.ask", named)
