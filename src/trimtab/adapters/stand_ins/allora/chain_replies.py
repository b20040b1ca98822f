"""The chain's replies in the shapes of three versions, and its events."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from trimtab.adapters.stand_ins.allora.catalogue import StandInTopic
from trimtab.adapters.stand_ins.allora.chain import Made
from trimtab.domain.units import SECOND, Micros

Json = dict[str, object]

_WORKER = "allo102ksu3kx57w0mrhkg37kvymmk2lgxqcan6u7yn"


def inferences(made: Made, version: str) -> Json:
    """`latest_network_inferences`, by version: a number up to v9, labelled ones from v10 on."""
    bundle = _labelled(made) if version == "v10" else _flat(made)
    told: Json = {"network_inferences": bundle, "inference_block_height": str(made.nonce)}
    if version == "v7":
        told |= {
            "inferer_weights": [],
            "forecaster_weights": [],
            "forecast_implied_inferences": [],
            "loss_block_height": "0",
            "confidence_interval_raw_percentiles": ["2.28", "15.87", "50", "84.13", "97.72"],
            "confidence_interval_values": [f"{made.value:f}"] * 5,
        }
    return told


def topic(one: StandInTopic) -> Json:
    """`topics/{id}`."""
    return {
        "topic": {
            "id": str(one.topic_id),
            "creator": _WORKER,
            "metadata": one.name,
            "loss_method": one.loss_method,
            "epoch_last_ended": "0",
            "epoch_length": str(one.epoch_length),
            "ground_truth_lag": str(one.epoch_length),
            "worker_submission_window": str(one.submission_window),
            "allow_negative": one.kind == "log_return",
        },
        "weight": "0",
        "effective_revenue": "0",
    }


def block(height: int, at: Micros, chain_id: str) -> Json:
    """With nanoseconds, as a node tells them."""
    time = datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    header = {"chain_id": chain_id, "height": str(height), "time": f"{time}.{at % SECOND:06}000Z"}
    return {"block_id": {"hash": ""}, "block": {"header": header, "data": {"txs": []}}}


def unknown(path: str) -> Json:
    """What a node says to a path that it does not know."""
    return {"code": 12, "message": "Not Implemented", "details": [path]}


def absent(what: str) -> Json:
    """What it says of something that is not there."""
    return {"code": 5, "message": f"{what}: not found", "details": []}


def event(made: Made, version: str) -> Json:
    """In the frame of a block; attributes are JSON within strings."""
    quoted = json.dumps(str(made.topic.topic_id))
    if version == "v10":
        name = "emissions.v10.EventNetworkInferenceBundle"
        told = {"topic_id": quoted, "nonce": json.dumps(str(made.nonce)),
                "label_names": json.dumps(made.topic.labels)}  # fmt: skip
    else:
        name = f"emissions.{version}.EventNetworkInferences"
        told = {"topic_id": quoted, "block_height": json.dumps(str(made.nonce)),
                "value_bundle": json.dumps(_flat(made))}  # fmt: skip
    attributes = [
        {"key": key, "value": value, "index": True}
        for key, value in {**told, "mode": "EndBlock"}.items()
    ]
    return {"type": name, "attributes": attributes}


def frame(subscription: object, query: str, height: int, events: list[Json]) -> Json:
    """Of one subscription."""
    value = {"height": str(height), "events": events, "num_txs": "0"}
    data = {"type": "tendermint/event/NewBlockEvents", "value": value}
    named = {"tm.event": ["NewBlockEvents"]}
    return {
        "jsonrpc": "2.0",
        "id": subscription,
        "result": {"query": query, "data": data, "events": named},
    }


def _flat(made: Made) -> Json:
    value = f"{made.value:f}"
    nonce = {"reputer_nonce": {"block_height": str(made.nonce)}}
    return {
        "topic_id": str(made.topic.topic_id),
        "reputer_request_nonce": nonce,
        "reputer": "",
        "extra_data": None,
        "combined_value": value,
        "inferer_values": [{"worker": _WORKER, "value": value}],
        "forecaster_values": [],
        "naive_value": value,
        "one_out_inferer_values": [],
        "one_out_forecaster_values": [],
        "one_in_forecaster_values": [],
        "one_out_inferer_forecaster_values": [],
    }


def _labelled(made: Made) -> Json:
    values = [
        {"label_id": number, "label_name": label, "value": f"{made.value:f}"}
        for number, label in enumerate(made.topic.labels, 1)
    ]
    return {
        "topic_id": str(made.topic.topic_id),
        "nonce": str(made.nonce),
        "combined_value": values,
        "inferer_values": [{"worker": _WORKER, "values": values}],
        "forecaster_values": [],
        "naive_value": values,
        "one_out_inferer_values": [],
        "one_out_forecaster_values": [],
        "one_in_forecaster_values": [],
        "one_out_inferer_forecaster_values": [],
    }
