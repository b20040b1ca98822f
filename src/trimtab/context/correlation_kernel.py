"""The kernel of the correlation tracker: its arrays, and what a row of bars does to them.

Half the square of the sum of two moves is own + cross, of their difference own - cross, where own
is their mean square and cross their product. Means of these two hold everything: correlation is
(sum - difference) / (sum + difference), its inverse hyperbolic tangent half the log of their ratio.
"""

from __future__ import annotations

from math import erfc, log, nan, sqrt
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.context.cells import Cells, Dials
from trimtab.context.correlation_arrays import (
    DIFFERENCES,
    FALLEN,
    LONG_DIFFERENCE,
    LONG_SUM,
    NEWS,
    PRODUCTS,
    SHIFT,
    SHORT_DIFFERENCE,
    SHORT_SUM,
    STATE,
    SUMS,
    TOGETHER,
    TOLD,
    WEIGHT,
    Desk,
    Means,
)
from trimtab.domain.observations import CLOSE, Bars


@njit(cache=True, error_model="numpy")
def run(
    cells: Cells, means: Means, bars: Bars, start: int, limit: int, dials: Dials
) -> tuple[int, bool]:
    """Consume rows until something happens; the row to go on from, and did it?"""
    desk = np.empty((5, means.shape[1]))
    row, fired = start, False
    while row < limit and not fired:
        fired = see_row(cells, means, desk, bars, row, dials[0])
        row += 1
    return row, fired


@njit(cache=True, error_model="numpy")
def record(
    cells: Cells, means: Means, bars: Bars, dials: Dials, readings: NDArray[np.float64]
) -> None:
    """Consume all rows and note the readings of every coin and of the market after each."""
    desk = np.empty((5, means.shape[1]))
    pairs = means.shape[1] - len(cells)
    for row in range(len(bars)):
        see_row(cells, means, desk, bars, row, dials[0])
        for place in range(len(cells)):
            up, down = means[SHORT_SUM, pairs + place], means[SHORT_DIFFERENCE, pairs + place]
            readings[row, place, 0] = (up - down) / (up + down) if up + down > 0.0 else nan


@njit(cache=True, error_model="numpy")
def see_row(cells: Cells, means: Means, desk: Desk, bars: Bars, row: int, dials: Any) -> bool:
    coins = len(cells) - 1
    moves, heard = desk[0], desk[1]
    moved = 0
    for coin in range(coins):
        z = _standardise(cells[coin], bars[row, CLOSE, coin], dials)
        known = z == z
        heard[coin] = 1.0 if known else 0.0
        moves[coin] = z if known else 0.0
        moved += known
    if moved > 1:
        _halve_squares(desk, coins)
        _average(desk, coins, moved)
        _remember(means, desk, dials)
    market = cells[coins]
    market["rest"] = max(0, market["rest"] - 1)
    market["clock"] = market["clock"] + 1 if market["clock"] < dials["look"] else 1
    return bool(market["clock"] == dials["look"]) and _look(cells, means, desk, dials)


@njit(cache=True, error_model="numpy")
def _standardise(cell: Any, close: float, dials: Any) -> float:
    """The move over the volatility known before it; NaN without two bars in a row."""
    before = cell["close"]
    cell["close"] = close if 0.0 < close < 1e300 else nan
    cell["silent"] += 1
    if not (before > 0.0 and cell["close"] > 0.0):
        return nan
    z = nan
    move = log(close / before)
    if cell["bars"] >= dials["learnt"] and cell["variance"] > 0.0:
        z = min(max(move / sqrt(cell["variance"]), -dials["clip"]), dials["clip"])
        cell["silent"] = 0
    cell["bars"] += 1
    weight = max(dials["volatility"], 1.0 / cell["bars"])
    cell["variance"] += weight * (move * move - cell["variance"])
    return z


@njit(cache=True, error_model="numpy")
def _halve_squares(desk: Desk, coins: int) -> None:
    """Half the squares of each pair's sum and difference, and are both coins heard?"""
    first = 0
    for coin in range(1, coins):
        move, heard = desk[0, coin], desk[1, coin]
        for other in range(coin):
            total, difference = move + desk[0, other], move - desk[0, other]
            desk[2, first + other] = 0.5 * total * total
            desk[3, first + other] = 0.5 * difference * difference
            desk[4, first + other] = heard * desk[1, other]
        first += coin


@njit(cache=True, error_model="numpy")
def _average(desk: Desk, coins: int, moved: int) -> None:
    """The same as means over a coin's pairs and over all, from sums over the coins."""
    moves, heard, sums, differences, present = desk[0], desk[1], desk[2], desk[3], desk[4]
    pairs = coins * (coins - 1) // 2
    total = 0.0
    squares = 0.0
    for coin in range(coins):
        total += moves[coin]
        squares += moves[coin] * moves[coin]
    for coin in range(coins):
        square = moves[coin] * moves[coin]
        own = 0.5 * (square + (squares - square) / (moved - 1))
        cross = (moves[coin] * total - square) / (moved - 1)
        sums[pairs + coin] = own + cross
        differences[pairs + coin] = own - cross
        present[pairs + coin] = heard[coin]
    own = squares / moved
    cross = (total * total - squares) / (moved * (moved - 1))
    sums[pairs + coins] = own + cross
    differences[pairs + coins] = own - cross
    present[pairs + coins] = 1.0


@njit(cache=True, error_model="numpy")
def _remember(means: Means, desk: Desk, dials: Any) -> None:
    """One loop without branches: the compiler makes vector instructions of it."""
    short, ratio = dials["short"], dials["ratio"]
    for place in range(means.shape[1]):
        total, difference = desk[2, place], desk[3, place]
        gain = desk[4, place] * short
        means[SHORT_SUM, place] += gain * (total - means[SHORT_SUM, place])
        means[SHORT_DIFFERENCE, place] += gain * (difference - means[SHORT_DIFFERENCE, place])
        gain *= ratio
        means[LONG_SUM, place] += gain * (total - means[LONG_SUM, place])
        means[LONG_DIFFERENCE, place] += gain * (difference - means[LONG_DIFFERENCE, place])
        means[SUMS, place] += gain * (total * total - means[SUMS, place])
        means[PRODUCTS, place] += gain * (total * difference - means[PRODUCTS, place])
        means[DIFFERENCES, place] += gain * (difference * difference - means[DIFFERENCES, place])
        means[WEIGHT, place] += gain * (1.0 - means[WEIGHT, place])


@njit(cache=True, error_model="numpy")
def _look(cells: Cells, means: Means, desk: Desk, dials: Any) -> bool:
    """Have the pairs of a coin, or all pairs, fallen too far, and is it news?"""
    coins = len(cells) - 1
    pairs = means.shape[1] - len(cells)
    market, chances = cells[coins], desk[4, :pairs]
    _compare(means, desk, dials)
    farthest = _test_pairs(cells, means, desk, dials)
    if desk[1, coins] == 0.0:
        return False
    limit = _highest_rejected(chances, int(desk[1, coins]), dials["discoveries"])
    for place in range(pairs):
        _judge(means, place, chances[place] <= limit, dials)
    fallen = _test_means(cells, means, desk, dials)
    market["looks"] += 1
    back = (desk[1, : len(cells)] == 0.0) | (means[STATE, -len(cells) :] == TOGETHER)
    if market["apart"] and back.all():
        market["apart"] = False
        return True
    if not fallen or market["rest"] > 0:
        return False
    if not _tell(means[STATE], coins, farthest):
        return False
    market["rest"] = dials["rest"]
    market["apart"] = True
    return True


@njit(cache=True, error_model="numpy")
def _compare(means: Means, desk: Desk, dials: Any) -> None:
    """Changes on Fisher's scale, as ratios before the logarithm, and their standard errors.

    A row adds half of sum / mean sum - difference / mean difference: the variance of that, times
    the sum of the squared weights, of which the short ones are complete when a pair is tested.
    """
    floor, short, long = dials["floor"], dials["short"], dials["long"]
    now, usual = short / (2.0 - short), long / (2.0 - long)
    mixed = 2.0 * short * long / (1.0 - (1.0 - short) * (1.0 - long))
    for place in range(means.shape[1]):
        weight = means[WEIGHT, place]
        if weight >= dials["known"]:
            up = means[LONG_SUM, place] + floor * weight
            down = means[LONG_DIFFERENCE, place] + floor * weight
            ratio = (means[SHORT_SUM, place] + floor) / (means[SHORT_DIFFERENCE, place] + floor)
            desk[2, place] = ratio * down / up
            noise = means[SUMS, place] / (up * up) + means[DIFFERENCES, place] / (down * down)
            noise -= 2.0 * means[PRODUCTS, place] / (up * down)
            spread = now * weight + usual * (2.0 - weight) - mixed
            desk[3, place] = sqrt(max(0.25 * noise * spread, 1e-12))


@njit(cache=True, error_model="numpy")
def _test_pairs(cells: Cells, means: Means, desk: Desk, dials: Any) -> int:
    """Each pair's chance of falling so far by luck, 2 where it is not tested; who fell farthest."""
    coins = len(cells) - 1
    shifts, counts, ratios, errors, chances = desk[0], desk[1], desk[2], desk[3], desk[4]
    desk[:2, : coins + 1] = 0.0
    unrest = sqrt(1.0 + cells[coins]["unrest"])
    squares, lowest, farthest, place = 0.0, 1e300, 0, 0
    for coin in range(1, coins):
        lost = cells[coin]["silent"] >= dials["lost"]
        for other in range(coin):
            chances[place] = 2.0
            untested = means[WEIGHT, place] < dials["known"] or lost
            if not (untested or cells[other]["silent"] >= dials["lost"]):
                fall = 0.5 * log(ratios[place])
                for one in (coin, other):
                    shifts[one] += fall
                    counts[one] += 1.0
                shift = fall / (errors[place] * unrest)
                squares += _square_of_fall(shift, dials["cap"])
                means[SHIFT, place] = shift
                chances[place] = _chance(shift)
                if shift < lowest:
                    lowest = shift
                    farthest = place
            place += 1
    for coin in range(coins):
        shifts[coins] += 0.5 * shifts[coin]
        counts[coins] += 0.5 * counts[coin]
    if counts[coins] > 0.0:
        market = cells[coins]
        market["unrest"] = _later(market["unrest"], squares / counts[coins], market["looks"], dials)
    return farthest


@njit(cache=True, error_model="numpy")
def _test_means(cells: Cells, means: Means, desk: Desk, dials: Any) -> bool:
    """Has the mean of a coin's pairs, or of all, fallen too far without having been told?"""
    shifts, counts, errors = desk[0], desk[1], desk[3]
    coins = len(cells) - 1
    first = means.shape[1] - len(cells)
    market = cells[coins]
    unrest = sqrt(1.0 + market["unrest_of_means"])
    squares, tested, fallen = 0.0, 0, False
    for place in range(coins + 1):
        if counts[place] > 0.0:
            shift = shifts[place] / (counts[place] * errors[first + place] * unrest)
            means[SHIFT, first + place] = shift
            tests = coins if place < coins else 1
            if place < coins:
                squares += _square_of_fall(shift, dials["cap"])
                tested += 1
            fallen |= _judge(means, first + place, _chance(shift) * tests <= dials["chance"], dials)
    market["unrest_of_means"] = _later(
        market["unrest_of_means"], squares / tested, market["looks"], dials
    )
    return fallen


@njit(cache=True, error_model="numpy")
def _square_of_fall(shift: float, cap: float) -> float:
    """On average the variance where falls and rises are alike."""
    return 2.0 * min(shift * shift, cap) if shift < 0.0 else 0.0


@njit(cache=True, error_model="numpy")
def _later(unrest: float, square: float, looks: int, dials: Any) -> float:
    """Towards the mean square as it was before the unrest divided it, less one; never below 0."""
    gain = max(dials["memory"], 1.0 / (looks + dials["prior"]))
    return float(max(0.0, unrest + gain * (square * (1.0 + unrest) - 1.0 - unrest)))


@njit(cache=True, error_model="numpy")
def _judge(means: Means, place: int, too_far: bool, dials: Any) -> bool:
    """Has it fallen too far without having been told? What was told is so until it is back."""
    if means[STATE, place] >= TOLD and means[SHIFT, place] < dials["together"]:
        means[STATE, place] = TOLD
    else:
        means[STATE, place] = FALLEN if too_far else TOGETHER
    return bool(means[STATE, place] == FALLEN)


@njit(cache=True, error_model="numpy")
def _tell(states: Desk, coins: int, farthest: int) -> bool:
    """Makes news of the pairs that have fallen, at least of the farthest; is there any?

    Not of those that follow a coin, or the market, whose fall has been told before.
    """
    first = len(states) - coins - 1
    states[farthest] = max(states[farthest], FALLEN)
    news, place = False, 0
    for coin in range(1, coins):
        for other in range(coin):
            if states[place] == FALLEN:
                told = max(states[first + coin], states[first + other], states[-1]) == TOLD
                states[place] = TOLD if told else NEWS
                news |= not told
            place += 1
    for place in range(first, len(states)):
        states[place] = TOLD if states[place] == FALLEN else states[place]
    return news


@njit(cache=True, error_model="numpy")
def _chance(shift: float) -> float:
    """Of a normal variable being this low or lower; higher ones are of no interest."""
    return 0.5 * erfc(-shift / sqrt(2.0)) if shift < -1.0 else 1.0


@njit(cache=True, error_model="numpy")
def _highest_rejected(chances: Desk, tested: int, share: float) -> float:
    """Benjamini & Hochberg (1995): the largest p with as many as p n / share at or below it."""
    count = tested
    while count > 0:
        limit = share * count / tested
        below = 0
        for chance in chances:
            below += chance <= limit
        if below >= count:
            return limit
        count = below
    return -1.0
