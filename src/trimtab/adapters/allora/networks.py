"""Allora's two networks. A topic's number means something on its own network only."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Network = Literal["mainnet", "testnet"]

CHAIN_IDS: dict[Network, str] = {"mainnet": "allora-mainnet-1", "testnet": "allora-testnet-1"}

API_HOST = "api.allora.network"
"""The only host beside this machine to which a key is sent."""


class Places(Struct, frozen=True):
    """Where a network answers. URLs without a slash at their end."""

    network: Network
    api: str
    """Consumer API; both networks share it, and topics belong to the network of its chain id."""
    chain: str
    """REST of the chain (LCD); needs no key."""
    events: str
    """Tendermint's WebSocket."""

    @property
    def chain_id(self) -> str:
        return CHAIN_IDS[self.network]


def public_places(network: Network) -> Places:
    """The public endpoints."""
    return Places(
        network,
        f"https://{API_HOST}/v2",
        f"https://allora-api.{network}.allora.network",
        f"wss://allora-rpc.{network}.allora.network/websocket",
    )


def places_at(url: str, network: Network) -> Places:
    """All of it at one address, as a stand-in has it."""
    place = url.rstrip("/")
    return Places(network, f"{place}/v2", place, f"{place.replace('http', 'ws', 1)}/websocket")
