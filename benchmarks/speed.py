"""How fast messages are understood, on one core: python -m benchmarks.speed

Prints times for messages of 100 characters, the cold start from the cache, resident memory, and what a message costs
with 10,000 phrases learned beside 1,000. Beside each time stands the same for the nearest phrase by rapidfuzz over all
phrases, which is what one would write without thinking, in the same run.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice

from rapidfuzz import fuzz, process

from benchmarks.example import lines
from benchmarks.understanding import CACHE
from catalogue.catalogue import Catalogue
from catalogue.concept import load_concepts
from catalogue.learner import learn
from catalogue.subject import Example, examples
from catalogue.tongue import grams_of

MESSAGES, LENGTH = 2000, 100
_COLD = """
import time; begin = time.perf_counter()
from pathlib import Path
from catalogue.voice import load_voice
voice = load_voice("zh", Path({cache!r})); voice.hear("没人做饭", "没人做饭")
print(time.perf_counter() - begin, int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024)
"""
_WHOLE = """
from pathlib import Path
from catalogue.catalogue import Catalogue
catalogue = Catalogue.load(Path({cache!r}))
for text in ("没人做饭", "Маған тамақ керек", "ماڭا تاماق كېرەك"): catalogue.understand(text)
print(int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024)
"""


def texts(catalogue: Catalogue) -> list[str]:
    """Messages of LENGTH characters, made of those that are measured on."""
    said = [line.text for line in lines("development", catalogue.language) if line.language == "zh"]
    joined = "，".join(islice(cycle(said), MESSAGES * 8))
    return [joined[at * LENGTH : (at + 1) * LENGTH] for at in range(MESSAGES)]


def timed(work: Callable[[str], object], messages: Sequence[str]) -> tuple[float, float]:
    """p50 and p99 in milliseconds."""
    for message in messages[:100]:
        work(message)
    times = []
    for message in messages:
        begin = time.perf_counter()
        work(message)
        times.append(1000 * (time.perf_counter() - begin))
    times.sort()
    return times[len(times) // 2], times[len(times) * 99 // 100]


def fresh(script: str) -> list[float]:
    """What a script prints in a fresh interpreter; the best of three, as other programs may run beside."""
    command = [sys.executable, "-c", script.format(cache=str(CACHE))]
    runs = [
        [float(word) for word in subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()]
        for _ in range(3)
    ]
    return min(runs)


def cost_of(known: Sequence[Example], messages: Sequence[str]) -> float:
    """p50 of scoring a message with a model of these phrases, in milliseconds."""
    model, grams = learn("zh", known), grams_of("zh", load_concepts())
    return timed(lambda text: model.scores(grams(text)), messages)[0]


def main() -> None:
    """Print the figures."""
    catalogue = Catalogue.load(CACHE)
    messages, voice = texts(catalogue), catalogue.voices["zh"]()
    phrases = [example.text for example in examples("zh") if example.need]
    beside = timed(lambda text: process.extractOne(text, phrases, scorer=fuzz.ratio), messages[:300])
    for name, work in (
        ("needs and danger (matcher)", lambda text: voice.hear(text, text)),
        ("everything (with slots, places, rules)", catalogue.understand),
    ):
        middle, worst = timed(work, messages)
        ratio = middle / beside[0]
        print(f"{name}: p50 {middle:.2f} ms, p99 {worst:.2f} ms; {ratio:.2f} x nearest phrase ({beside[0]:.2f} ms)")
    seconds, memory = fresh(_COLD)
    print(f"cold start of the matcher from the cache, with its imports: {seconds:.2f} s, {memory:.0f} MB resident")
    print(f"all three languages, slots and places: {fresh(_WHOLE)[0]:.0f} MB resident")
    every = [example for example in examples("zh") if example.need]
    small, large = cost_of(every[:: len(every) // 1000][:1000], messages), cost_of(every[:10_000], messages)
    print(f"a message with 10,000 phrases {large:.3f} ms, with 1,000 {small:.3f} ms: {large / small:.2f} x")


if __name__ == "__main__":
    main()
