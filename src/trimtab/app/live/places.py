"""Where the doors are: the public venues by mode, or a stand-in on this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from trimtab.adapters.allora.networks import Places, places_at, public_places
from trimtab.adapters.audit.loopback import is_loopback
from trimtab.adapters.hyperliquid.venue_access import Place
from trimtab.app.errors import UserError
from trimtab.app.settings import Settings

_MAINNET = "https://api.hyperliquid.xyz"
_TESTNET = "https://api.hyperliquid-testnet.xyz"


def hyperliquid_place(settings: Settings) -> Place:
    """Prices on paper are the real ones. Raises UserError."""
    url = settings.hyperliquid.url.rstrip("/")
    if url:
        _check_on_this_machine("hyperliquid.url", url)
    else:
        url = _TESTNET if settings.mode == "testnet" else _MAINNET
    return Place(url, f"{url.replace('http', 'ws', 1)}/ws")


def is_mainnet(settings: Settings) -> bool:
    """Whether signatures are for the main network: a stand-in is signed for as the test network."""
    return settings.mode == "live" and not settings.hyperliquid.url


def allora_places(settings: Settings) -> Places:
    """Raises UserError."""
    allora = settings.allora
    if not allora.url:
        return public_places(allora.network)
    _check_on_this_machine("allora.url", allora.url)
    return places_at(allora.url, allora.network)


def _check_on_this_machine(name: str, url: str) -> None:
    """No key, order or forecast may be led elsewhere by one line of a file."""
    place = urlsplit(url)
    if place.scheme != "http" or not is_loopback(place.hostname or ""):
        raise UserError(
            f"{name} is {url!r}: it must be a stand-in on this machine, such as "
            "http://127.0.0.1:3001: empty it for the venue itself"
        )
