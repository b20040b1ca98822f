"""Trading at a venue: fills are the venue's, and the book that decides is filled by the model.

Without a venue the deciding book is the exchange, and all of this is silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from trimtab.adaptation.circuit_breakers import Breaker
from trimtab.domain.facts import Derived
from trimtab.domain.observations import AccountReported, FundsTransferred
from trimtab.domain.units import Coin, Micros
from trimtab.mind.mind import Mind
from trimtab.mind.tripping import trip
from trimtab.trading.orders import OrderFact
from trimtab.trading.records import ACTUAL
from trimtab.trading.venue_book import Outcome, VenueBook
from trimtab.trading.venue_orders import Told, closed, decided, protected, without_excess

AtVenue = tuple[Mind, list[Derived]]


def ordered(mind: Mind, facts: Sequence[OrderFact]) -> AtVenue:
    """What the deciding book did, as it is to be told: at a venue as orders to it."""
    if mind.venue is None:
        return mind, [*facts]
    return _after(mind, decided(mind.venue, facts))


def closes(mind: Mind, at: Micros, coins: Sequence[Coin], *, flatten: bool) -> AtVenue:
    """A person's word reaches what the venue holds, also what nobody decided on."""
    if mind.venue is None:
        return mind, []
    return _after(mind, closed(mind.venue, mind.teller.bot, at, coins, flatten=flatten))


def heard(mind: Mind, fact: Outcome) -> AtVenue:
    """An outcome; a position that it opened is protected at once."""
    if mind.venue is None:
        return mind, []
    book = mind.venue.heard(fact)
    return _after(mind, protected(book, mind.teller.bot, fact.at, (fact.coin,)))


def looked_after(mind: Mind, at: Micros) -> AtVenue:
    """Whatever time has shown: a position without its stop, and what exceeds the decisions."""
    if mind.venue is None:
        return mind, []
    stops = protected(mind.venue, mind.teller.bot, at)
    exits = without_excess(stops.book, mind.teller.bot, at, _wanted(mind))
    return _with(mind, exits.book), [*stops.asked, *exits.asked]


def reported(mind: Mind, fact: AccountReported) -> AtVenue:
    """What the account is worth, and what it holds against what the fills made of it."""
    if mind.venue is None:
        return mind, []
    account = mind.venue.account.reported(fact.at, fact.equity)
    mind, losses = _losses(_with(mind, replace(mind.venue, account=account)), fact.at)
    mind, odd = _strangers(mind, fact)
    mind, looked = looked_after(mind, fact.at)
    return mind, [*losses, *odd, *looked]


def transferred(mind: Mind, fact: FundsTransferred) -> Mind:
    """Money that came or went is no gain and no loss."""
    if mind.venue is None:
        return mind
    account = mind.venue.account.paid(fact.amount)
    return _with(mind, replace(mind.venue, account=account, transferred=fact.at))


def rearmed(mind: Mind) -> Mind:
    """A person has resumed: losses count from here on."""
    if mind.venue is None:
        return mind
    return _with(mind, replace(mind.venue, account=mind.venue.account.rearmed()))


def is_flat(mind: Mind, coin: Coin) -> bool:
    """Whether the venue holds nothing of the coin for us, and no order works there: confirmed."""
    return mind.venue is None or mind.venue.is_flat(coin)


def _after(mind: Mind, told: Told) -> AtVenue:
    return _with(mind, told.book), [*told.asked]


def _with(mind: Mind, book: VenueBook) -> Mind:
    return replace(mind, venue=book)


def _wanted(mind: Mind) -> dict[Coin, Decimal]:
    """Signed sizes that the deciding book has, its working orders included."""
    own = mind.books.positions[ACTUAL]
    lots = (own["lots"] + own["entry_lots"] + own["exit_lots"]).tolist()
    units = mind.teller.units
    return {coin: lot * unit for coin, lot, unit in zip(mind.coins, lots, units, strict=True)}


def _losses(mind: Mind, at: Micros) -> AtVenue:
    """The account's own fall, whatever the model thinks of it."""
    if mind.venue is None:
        return mind, []
    facts: list[Derived] = []
    for breaker, fall, most in zip(_LOSSES, mind.venue.account.falls(), _most(mind), strict=True):
        if most is not None and fall > most:
            check = f"{breaker} of the account {fall:.1%} is above its limit of {most:.1%}"
            mind, more = trip(mind, at, breaker, "account_reported", check)
            facts += more
    return mind, facts


_LOSSES: tuple[Breaker, ...] = ("daily_loss", "weekly_loss", "drawdown")


def _most(mind: Mind) -> tuple[float | None, ...]:
    limits, risk = mind.safety.limits, mind.adaptation.configuration.risk
    return limits.daily_loss, limits.weekly_loss, risk.maximum_drawdown


def _strangers(mind: Mind, fact: AccountReported) -> AtVenue:
    """Positions that nothing explains, by the policy for them."""
    book = mind.venue
    odd = book.unexplained(fact.positions) if book else {}
    if book is None or not odd:
        return mind, []
    match book.policy.strangers:
        case "pause":
            check = "; ".join(
                f"{coin}: the account holds {size}, the fills make {book.held(coin)}"
                for coin, size in odd.items()
            )
            return trip(mind, fact.at, "reconciliation", "account_reported", check)
        case "ignore":
            others = {coin: size - book.held(coin) for coin, size in odd.items()}
            return _with(mind, replace(book, strangers={**book.strangers, **others})), []
        case "adopt" | "close" as policy:
            for coin, size in odd.items():
                own = size - book.strangers.get(coin, Decimal(0))
                book = book.holding(coin, own, _price(mind, coin))
            kept = tuple(odd) if policy == "adopt" else ()
            return _with(mind, replace(book, kept=(*book.kept, *kept))), []


def _price(mind: Mind, coin: Coin) -> Decimal:
    """What a position that somebody else opened is taken to have cost: the last close."""
    if coin not in mind.coins:
        return Decimal(0)
    return Decimal(str(float(mind.books.marks[mind.coins.index(coin)])))
