"""From a fact to its story: which other rows belong to it, and what led to what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, get_args

from msgspec.structs import replace

from trimtab.domain.decisions import ForecastsWeighed, OrderIntended, PredictionsSettled
from trimtab.domain.event_types import MarketEvent
from trimtab.domain.facts import Fact
from trimtab.domain.observations import PredictionsIssued
from trimtab.domain.tags import tag_of
from trimtab.records.evidence_of_facts import evidence_of
from trimtab.records.explanation import Evidence, chained
from trimtab.records.recorded import Recorded

Pair = tuple[str, str]
Pairs = Callable[[Pair | None], Sequence[Evidence]]
"""Each forecast that was weighed in the step (topic, coin), or one of them, as evidence."""

Stored = Callable[[str], Iterator[Recorded]]
"""The facts of a journal whose payload has these words, in order."""


class Moment(NamedTuple):
    """A step of the journal: the fact from outside, then what it led to; and the row asked about."""

    step: Sequence[Recorded]
    asked: Recorded
    pairs: Pairs

    @property
    def outside(self) -> Recorded:
        return self.step[0]

    def link(self, recorded: Recorded) -> Evidence:
        """With the forecasts below it, where it tells of those."""
        link = evidence_of(recorded, self.asked.seq)
        if isinstance(recorded.fact, ForecastsWeighed) and recorded in self.step:
            return replace(link, led_to=tuple(self.pairs(None)))
        return link


def evidence_tree(moment: Moment, stored: Stored) -> Evidence:
    """The chain from the first cause to what came of it."""
    fact = moment.asked.fact
    if moment.asked == moment.outside:
        consequences = tuple(moment.link(one) for one in moment.step[1:])
        return replace(moment.link(moment.asked), led_to=consequences)
    if adaptation := getattr(fact, "adaptation", None):
        return _adaptation(moment, stored, adaptation)
    if order := getattr(fact, "order", None):
        return _order(moment, stored, order)
    if isinstance(fact, PredictionsSettled):
        return _settled(moment, fact, stored)
    return _in_step(moment)


def _in_step(moment: Moment) -> Evidence:
    """The cause from outside, the market event that was answered, then the fact; what it triggered."""
    asked = moment.asked
    links = [moment.link(moment.outside)]
    trigger = _trigger(moment.step, asked)
    if trigger is not None:
        links.append(moment.link(trigger))
    own = moment.link(asked)
    if isinstance(asked.fact, _EVENTS):
        own = replace(own, led_to=tuple(moment.link(one) for one in _answers(moment)))
    return chained([*links, own])


_EVENTS = get_args(MarketEvent)


def _trigger(step: Sequence[Recorded], asked: Recorded) -> Recorded | None:
    """The last market event before it that it names, or that led to a pause."""
    named = getattr(asked.fact, "trigger", None)
    if named is None and tag_of(asked.fact) == "safety_paused":
        named = "performance_degradation"
    events = (one for one in reversed(step) if one.seq < asked.seq)
    return next((one for one in events if tag_of(one.fact) == named), None)


def _answers(moment: Moment) -> Iterator[Recorded]:
    """What rules made of the event that was asked about."""
    later = (one for one in moment.step if one.seq > moment.asked.seq)
    return (one for one in later if _trigger(moment.step, one) == moment.asked)


def _adaptation(moment: Moment, stored: Stored, adaptation: str) -> Evidence:
    """Trigger, proposal, refusal or contract, judgement, rollback; each with what it changed."""
    story = [one for one in stored(adaptation) if _about(one.fact, "adaptation", adaptation)]
    links = list[Evidence]()
    if story and story[0] in moment.step:
        links.append(moment.link(moment.outside))
        if (trigger := _trigger(moment.step, story[0])) is not None:
            links.append(moment.link(trigger))
    elif story and (trigger := _earlier_trigger(story[0], stored)) is not None:
        links.append(moment.link(trigger))
    for one in story:
        link = moment.link(one)
        if tag_of(one.fact) in _CHANGES and links:
            links[-1] = replace(links[-1], led_to=(*links[-1].led_to, link))
        else:
            links.append(link)
    return chained(links or [moment.link(moment.asked)])


_CHANGES = {"crypto_mix_changed", "risk_adjustment"}


def _earlier_trigger(first: Recorded, stored: Stored) -> Recorded | None:
    """The market event at the moment of a proposal that stands in another step."""
    named = getattr(first.fact, "trigger", "")
    at = f'"at":{first.fact.at}'
    events = (one for one in stored(at) if one.seq < first.seq and tag_of(one.fact) == named)
    return max(events, default=None, key=lambda one: one.seq)


def _order(moment: Moment, stored: Stored, order: str) -> Evidence:
    """The forecast behind it, the order, its fills; before an exit the entry that it closes."""
    story = [one for one in stored(order) if _about(one.fact, "order", order)]
    intended = next((one for one in story if isinstance(one.fact, OrderIntended)), None)
    links = [moment.link(one) for one in story]
    if intended is None or not isinstance(intended.fact, OrderIntended):
        return chained([moment.link(moment.outside), *links])
    entry = intended if intended.fact.purpose == "entry" else _entry(intended, stored)
    if entry is None:
        return chained([moment.link(moment.outside), *links])
    if entry is not intended:
        links = [moment.link(entry), *links]
    return chained([*_forecast(moment, entry, stored), *links])


def _entry(intended: Recorded, stored: Stored) -> Recorded | None:
    """The last entry of the coin before an exit."""
    coin: str = getattr(intended.fact, "coin", "")
    found: Recorded | None = None
    for one in stored('"purpose":"entry"'):
        if one.seq >= intended.seq:
            break
        if getattr(one.fact, "coin", None) == coin:
            found = one
    return found


def _forecast(moment: Moment, entry: Recorded, stored: Stored) -> list[Evidence]:
    """What was forecast, and what was thought of it."""
    fact = entry.fact
    if not isinstance(fact, OrderIntended) or fact.topic is None:
        return []
    issued = next(
        (
            one
            for one in stored(f'"at":{fact.at}')
            if isinstance(one.fact, PredictionsIssued) and one.seq < entry.seq
        ),
        None,
    )
    if issued is None:
        return [moment.link(moment.outside)] if entry in moment.step else []
    if entry in moment.step:
        return [moment.link(issued), *moment.pairs((fact.topic, fact.coin))]
    return [moment.link(issued)]


def _settled(moment: Moment, fact: PredictionsSettled, stored: Stored) -> Evidence:
    """The forecasts and what came of them, coin by coin."""
    issued = [
        moment.link(one)
        for one in stored(f'"at":{fact.issued_at}')
        if isinstance(one.fact, PredictionsIssued) and fact.topic in one.fact.topics
    ]
    outcomes = tuple(
        Evidence(
            f"{fact.topic} on {coin}",
            figures={
                "forecast bp": _bp(forecast),
                "realised bp": _bp(realised),
                "right": None if not forecast or realised is None else forecast * realised > 0.0,
            },
        )
        for coin, forecast, realised in zip(fact.coins, fact.forecast, fact.realised, strict=True)
    )
    own = replace(moment.link(moment.asked), led_to=outcomes)
    return chained([*issued[:1], moment.link(moment.outside), own])


def _bp(log_return: float | None) -> float | None:
    return None if log_return is None else log_return * 1e4


def _about(fact: Fact, field: str, name: str) -> bool:
    return getattr(fact, field, None) == name
