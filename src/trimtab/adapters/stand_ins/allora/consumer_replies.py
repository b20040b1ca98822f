"""The consumer API's replies, as recorded ones look."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal, localcontext
from hashlib import sha256

from trimtab.adapters.stand_ins.allora.catalogue import StandInTopic
from trimtab.adapters.stand_ins.allora.chain import Made
from trimtab.adapters.stand_ins.allora.faults import Faults
from trimtab.domain.units import SECOND

Json = dict[str, object]

DECIMALS = 18
_DIGITS = 100
_ONE = Decimal(1)
_PERCENTILES = ("2.28", "15.87", "84.13", "97.72")
_WIDTHS = (Decimal(-2), Decimal(-1), Decimal(1), Decimal(2))
_DEVIATION = Decimal("0.01")


def envelope(data: Json) -> Json:
    """Around every good reply."""
    return {"request_id": "11111111-2222-3333-4444-555555555555", "status": True, "data": data}


def refusal(message: str) -> Json:
    """Around every bad one; its shape was never recorded."""
    return {"request_id": "stand-in", "status": False, "apiResponseMessage": message}


def inference(made: Made, faults: Faults) -> Json:
    """What is asked for by topic."""
    value = _cut(made.value, Decimal(repr(faults.deviating.get(made.topic.topic_id, 1.0))))
    told: Json = {
        "network_inference": _raw(value, wrapped=faults.wrapped),
        "network_inference_normalized": f"{value:f}",
        "topic_id": str(made.topic.topic_id),
        "timestamp": (made.issued_at + faults.clock_skew + faults.restamped) // SECOND,
        "extra_data": "0x",
    }
    if not faults.no_interval and made.topic.kind != "classification":
        told |= _interval(value)
    signature = sha256(repr(told).encode()).hexdigest()
    return {
        "signature": f"0x{signature}{signature}1b",
        "token_decimals": DECIMALS,
        "inference_data": told,
    }


def topic(one: StandInTopic, latest: Made | None, faults: Faults) -> Json:
    """In the list, and alone."""
    return {
        "topic_id": one.topic_id,
        "topic_name": one.name,
        "description": None,
        "epoch_length": one.epoch_length,
        "ground_truth_lag": one.epoch_length,
        "loss_method": one.loss_method,
        "worker_submission_window": one.submission_window,
        "worker_count": 6,
        "reputer_count": 3,
        "total_staked_allo": 1000.5,
        "total_emissions_allo": 10,
        "is_active": one.active,
        "is_endorsed": True,
        "forge_competition_id": None,
        "forge_competition_start_date": None,
        "forge_competition_end_date": None,
        "latest_network_inference": None if latest is None else _latest(latest, faults),
        "updated_at": "2026-07-30T00:00:00Z",
    }


def _latest(made: Made, faults: Faults) -> Json:
    """Milliseconds here, seconds elsewhere."""
    return {
        "combined_value": f"{made.value:f}",
        "naive_value": f"{made.value:f}",
        "timestamp": (made.issued_at + faults.clock_skew) // 1_000,
    }


def _interval(value: Decimal) -> Json:
    values = [_cut(value + abs(value) * _DEVIATION * width) for width in _WIDTHS]
    return {
        "confidence_interval_percentiles": [_raw(Decimal(one)) for one in _PERCENTILES],
        "confidence_interval_percentiles_normalized": list(_PERCENTILES),
        "confidence_interval_values": [_raw(one) for one in values],
        "confidence_interval_values_normalized": [f"{one:f}" for one in values],
    }


def _cut(value: Decimal, factor: Decimal = _ONE) -> Decimal:
    """To 18 decimals, not rounded, as the API does it."""
    with localcontext(prec=_DIGITS):
        return (value * factor).quantize(Decimal(1).scaleb(-DECIMALS), rounding=ROUND_DOWN)


def _raw(value: Decimal, *, wrapped: bool = False) -> str:
    with localcontext(prec=_DIGITS):
        whole = int(value.scaleb(DECIMALS))
    return str(whole + 2**256 if wrapped and whole < 0 else whole)
