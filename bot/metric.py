"""Every number that the program tells of itself, by name (Prometheus). docs/operating.md lists the same names.

Labels are words of ours and few: a channel, a kind, a result, never an id of anything or anybody. Each process counts
for itself; where several share an address, a scrape may reach any of them, so they count together in a folder named by
PROMETHEUS_MULTIPROC_DIR (prometheus_client's own way), which whoever starts them sets before they import anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
"""What this process counts."""
FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0)
"""Bounds in seconds: for what the machine does, and for what also waits for a channel."""

MESSAGES = Counter("lianzhu_messages_total", "Messages taken in.", ("channel", "kind"), registry=REGISTRY)
HANDLING = Histogram(
    "lianzhu_handling_seconds",
    "From taking a message in until it and its answer are kept.",
    ("channel",),
    buckets=FAST,
    registry=REGISTRY,
)
SENDS = Counter(
    "lianzhu_sends_total", "Tries to send, by result: sent, retry, parked.", ("channel", "result"), registry=REGISTRY
)
DELIVERY = Histogram(
    "lianzhu_delivery_seconds",
    "From when a message might leave until its channel took it.",
    ("urgent",),
    buckets=SLOW,
    registry=REGISTRY,
)
ERRORS = Counter("lianzhu_errors_total", "Errors logged, by the part that logged them.", ("part",), registry=REGISTRY)
CONFLICTS = Counter(
    "lianzhu_conflicts_total", "Transactions done again because another was quicker.", registry=REGISTRY
)
THROTTLED = Counter(
    "lianzhu_throttled_total",
    "Demands to slow down: by Telegram (telegram), or by us (http).",
    ("where",),
    registry=REGISTRY,
)
REQUESTS = Counter("lianzhu_http_requests_total", "HTTP requests answered.", ("status",), registry=REGISTRY)
LOOP_LAG = Histogram("lianzhu_loop_lag_seconds", "How late the event loop turns.", buckets=FAST, registry=REGISTRY)
MEMORY = Gauge(
    "lianzhu_memory_bytes", "Resident memory of all processes here.", registry=REGISTRY, multiprocess_mode="livesum"
)
CONNECTIONS = Gauge(
    "lianzhu_database_connections",
    "Connections of the pool, by state: used, idle.",
    ("state",),
    registry=REGISTRY,
    multiprocess_mode="livesum",
)


@dataclass(frozen=True, slots=True)
class Read:
    """A number that is read from the database when asked for, the same whichever process answers."""

    name: str
    help: str
    labels: tuple[str, ...] = ()


READABLE = Read("lianzhu_house_readable", "1 where the numbers below could be read, else 0.")
OUTBOX = Read("lianzhu_outbox_messages", "Messages not sent yet, by state: due, held.", ("channel", "urgent", "state"))
OLDEST = Read("lianzhu_outbox_oldest_seconds", "How long the oldest of those due has waited.", ("channel", "urgent"))
TICKETS = Read("lianzhu_open_tickets", "Open tickets.", ("state", "urgent"))
OVERDUE = Read("lianzhu_clocks_overdue", "Tickets of which a clock ran out and was not looked at.", ("urgent",))
CLOCK_LAG = Read("lianzhu_clock_lag_seconds", "How long ago the oldest of those clocks ran out.")
HOUSE = (READABLE, OUTBOX, OLDEST, TICKETS, OVERDUE, CLOCK_LAG)


def names() -> dict[str, tuple[str, ...]]:
    """The name of every number as a scrape shows it, with its labels."""
    own = {
        metric._name + ("_total" if isinstance(metric, Counter) else ""): tuple(metric._labelnames)
        for metric in (
            *(MESSAGES, HANDLING, SENDS, DELIVERY, ERRORS, CONFLICTS),
            *(THROTTLED, REQUESTS, LOOP_LAG),
            *(MEMORY, CONNECTIONS),
        )
    }
    return own | {read.name: read.labels for read in HOUSE}


def yes_no(value: bool) -> str:
    """A label's word for a fact."""
    return "yes" if value else "no"
