"""trimtab status: how a running bot is, from a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from trimtab.app import options
from trimtab.app.errors import UserError
from trimtab.app.ordering import Port
from trimtab.app.output import say, write_json
from trimtab.app.running_bot import RunningBot
from trimtab.records.overview import Overview
from trimtab.records.overview_bot import Bot
from trimtab.records.rule_weights import RuleWeight

OfRules = Annotated[
    bool, typer.Option("--rules", help="What has been learnt of each rule, instead.")
]


def register(application: typer.Typer) -> None:
    application.command("status")(status)


def status(port: Port = 8700, rules: OfRules = False, json: options.Json = None) -> None:
    """How a running bot is: whether it trades, at which stage, and what it holds.

    Example: trimtab status --json -

    Example: trimtab status --rules
    """
    bot = RunningBot(port)
    if rules:
        learnt = bot.rules()
        write_json(learnt, json)
        for line in _of_rules(learnt.rules):
            say(line)
        return
    overview = bot.overview()
    if overview.bot is None:
        raise UserError(f"--port {port}: no bot has started there yet: wait a moment")
    write_json(overview, json)
    for line in _in_words(overview, overview.bot):
        say(line)


def _in_words(overview: Overview, bot: Bot) -> list[str]:
    because = f" by {bot.status_by}: {bot.status_because}" if bot.status_because else ""
    held = [f"{one.coin} {one.size:+g}" for one in overview.positions.values()]
    return [
        f"{bot.name} ({bot.mode}, stage {bot.stage}) is {bot.status}{because}",
        f"holds {', '.join(held) or 'nothing'}; journal at seq {overview.seq:,}",
    ]


def _of_rules(rules: Sequence[RuleWeight]) -> list[str]:
    if not rules:
        return ["no change has been judged yet: every rule weighs 0.67 against doing nothing"]
    return [
        f"{one.rule} in {one.context} markets: weight {one.weight:.2f} of 1 after {one.judged} judged"
        f"{'' if one.followed else ': not followed, doing nothing has been better'}"
        for one in rules
    ]
