"""What each book trades: the adapted configuration and its counterfactuals, under a person's word."""

from __future__ import annotations

from msgspec.structs import replace

from trimtab.adaptation.overrides import Overrides
from trimtab.domain.configuration import Configuration
from trimtab.domain.units import Coin
from trimtab.mind.ghosts import Ghost
from trimtab.mind.mind import Mind


def configurations(mind: Mind, order: tuple[Coin, ...] | None = None) -> list[Configuration]:
    """One for each book. The static twin trades what was written, whatever anybody says.

    `order` of the coins of a mix; None: the mind's.
    """
    engine, overrides = mind.adaptation, mind.safety.overrides
    own, *others = (engine.configuration, *engine.counterfactuals())
    return [
        _under(mind, overrides, own, order),
        mind.started.twin,
        *(_under(mind, overrides, one, order) for one in others),
    ]


def without(mind: Mind, ghost: Ghost, order: tuple[Coin, ...] | None = None) -> Configuration:
    """The configuration in force, but for the override of this ghost."""
    others = mind.safety.overrides.without(ghost.override)
    return _under(mind, others, mind.adaptation.configuration, order)


def ruled(mind: Mind) -> Mind:
    """Books and ghosts trade what is in force."""
    books = mind.books.governed(configurations(mind))
    ghosts = tuple(
        replace(one, books=one.books.governed([without(mind, one)])) for one in mind.ghosts
    )
    return replace(mind, books=books, ghosts=ghosts)


def _under(
    mind: Mind,
    overrides: Overrides,
    configuration: Configuration,
    order: tuple[Coin, ...] | None,
) -> Configuration:
    return overrides.laid_over(configuration, mind.adaptation.written.mix, order or mind.coins)
