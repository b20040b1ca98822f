"""The server's figures for Prometheus, in a registry of their own."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from trimtab.dashboard.hub import Hub
from trimtab.dashboard.websocket_manager import WebSocketManager
from trimtab.domain.units import SECOND


def metrics_of(hub: Hub, sockets: WebSocketManager) -> Callable[[], bytes]:
    """Reads every figure when called; text of the Prometheus exposition format."""
    registry = CollectorRegistry()
    figures: dict[str, tuple[str, Callable[[], float]]] = {
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
        "trimtab_positions": ("Open positions", lambda: len(hub.overview.positions)),
    }
    for name, (words, read) in figures.items():
        Gauge(name, words, registry=registry).set_function(read)
    return lambda: generate_latest(registry)


def _equity(hub: Hub) -> float:
    account = hub.overview.account
    return account.equity if account else float("nan")


def _risk(hub: Hub) -> float:
    context = hub.overview.context
    return context.risk_level if context else float("nan")


def _works(hub: Hub) -> float:
    engine = hub.engine
    return float(engine is not None and engine.status == "running")


def _since(hub: Hub) -> float:
    engine = hub.engine
    return engine.since / SECOND if engine else float("nan")


def _waiting(hub: Hub) -> float:
    engine = hub.engine
    return engine.waiting if engine else 0.0


def _unheard(hub: Hub) -> float:
    engine = hub.engine
    return engine.unheard if engine else 0.0


def _buried(hub: Hub) -> float:
    engine = hub.engine
    return engine.buried if engine else 0.0
