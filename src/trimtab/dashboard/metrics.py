"""The server's figures for Prometheus, in a registry of their own."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from trimtab.dashboard.hub import Hub
from trimtab.dashboard.websocket_manager import WebSocketManager
from trimtab.domain.units import SECOND
from trimtab.ports import CompanionName, CompanionState

Figures = dict[str, tuple[str, Callable[[], float]]]
"""By name: the words, and how to read it."""

_NOT_THERE = float("nan")


def metrics_of(hub: Hub, sockets: WebSocketManager) -> Callable[[], bytes]:
    """Reads every figure when called; text of the Prometheus exposition format."""
    registry = CollectorRegistry()
    figures: Figures = {
        "trimtab_seq": ("Seq of the last fact that pages were told of", lambda: hub.overview.seq),
        "trimtab_facts_folded": ("Facts folded since the start", lambda: hub.facts),
        "trimtab_facts_waiting": ("Durable facts not folded yet", lambda: hub.backlog),
        "trimtab_engine_works": ("1; 0 while it is halted or stalled", lambda: _works(hub)),
        "trimtab_engine_since": ("When that began, in seconds since 1970", lambda: _since(hub)),
        "trimtab_engine_waiting": ("Facts accepted, not durable yet", lambda: _waiting(hub)),
        "trimtab_listeners_behind": ("Facts that listeners failed to take", lambda: _unheard(hub)),
        "trimtab_dead_letters": ("Facts put aside after three attempts", lambda: _buried(hub)),
        "trimtab_pages": ("Open pages", lambda: sockets.clients),
        "trimtab_messages_sent": ("Messages given to pages", lambda: sockets.sent),
        "trimtab_resyncs": ("Pages that were too slow", lambda: sockets.resyncs),
        "trimtab_equity_dollars": ("Equity of the bot", lambda: _equity(hub)),
        "trimtab_risk_level": ("0 calm to 100", lambda: _risk(hub)),
        "trimtab_adaptations_applied_share": (
            "Changes made whole, of the last thousand approved",
            lambda: _applied(hub),
        ),
        "trimtab_positions": ("Open positions", lambda: len(hub.overview.positions)),
    }
    figures |= _of_companion(hub, "audit", "signed checkpoints speak for")
    figures |= _of_companion(hub, "broker", "the broker has acknowledged")
    for name, (words, read) in figures.items():
        Gauge(name, words, registry=registry).set_function(read)
    return lambda: generate_latest(registry)


def _equity(hub: Hub) -> float:
    account = hub.overview.account
    return account.equity if account else _NOT_THERE


def _risk(hub: Hub) -> float:
    context = hub.overview.context
    return context.risk_level if context else _NOT_THERE


def _applied(hub: Hub) -> float:
    rate = hub.overview.success.rate
    return _NOT_THERE if rate is None else rate


def _works(hub: Hub) -> float:
    engine = hub.engine
    return float(engine is not None and engine.status == "running")


def _since(hub: Hub) -> float:
    engine = hub.engine
    return engine.since / SECOND if engine else _NOT_THERE


def _waiting(hub: Hub) -> float:
    engine = hub.engine
    return engine.waiting if engine else 0.0


def _unheard(hub: Hub) -> float:
    engine = hub.engine
    return engine.unheard if engine else 0.0


def _buried(hub: Hub) -> float:
    engine = hub.engine
    return engine.buried if engine else 0.0


def _of_companion(hub: Hub, name: CompanionName, does: str) -> Figures:
    """Not a number where nobody does this work."""

    def figure(read: Callable[[CompanionState], float]) -> Callable[[], float]:
        def now() -> float:
            engine = hub.engine
            found = [one for one in engine.companions if one.name == name] if engine else []
            return read(found[0]) if found else _NOT_THERE

        return now

    return {
        f"trimtab_{name}_seq": (f"Seq up to which {does} the facts", figure(lambda one: one.seq)),
        f"trimtab_{name}_behind": ("Durable facts after it", figure(lambda one: one.behind)),
        f"trimtab_{name}_works": ("1; 0 on a problem", figure(lambda one: not one.problems)),
        f"trimtab_{name}_alarm": ("1: somebody has to look", figure(lambda one: one.alarm)),
    }
