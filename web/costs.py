"""What a meeting has cost so far, as its organiser reads it."""

import math

from babel import Locale
from babel.numbers import format_currency, format_decimal
from sqlmodel import Session

from interpreter.cost import Cost, MeetingCost, meeting_cost, prices_in
from interpreter.settings import Settings
from interpreter.usage_rows import usage_of
from web.contexts import CostLine, Costs
from web.i18n import N_, translations
from web.rendering import language_choice

SHOWN, SHOWN_OF_MORE = 1000, 100
"""A dollar is shown in so many parts, and from one dollar on in so many; rounded up."""
UNKNOWN = N_("unknown")
AT_LEAST = N_("at least {amount}")
NO_FEES = N_("no fees")


def cost_in(session: Session, meeting_id: str, settings: Settings) -> MeetingCost:
    """What a meeting has cost, of all its sessions."""
    return meeting_cost([*usage_of(session, meeting_id).values()], prices_in(settings.prices))


def costs_for(cost: MeetingCost, locale: Locale, url: str) -> Costs:
    """The same in the reader's words; `url` gives it anew."""
    return Costs(
        url=url,
        recognition=[
            CostLine(
                language_choice(tag, locale),
                amount(one, locale),
                format_decimal(math.ceil(cost.recognised_s[tag] / 6) / 10, locale=locale),
            )
            for tag, one in sorted(cost.recognition.items())
        ],
        channels=[
            CostLine(language_choice(tag, locale), amount(one, locale))
            for tag, one in sorted(cost.channels.items())
        ],
        gpus=[(name, amount(one, locale)) for name, one in sorted(cost.gpus.items())],
        total=amount(cost.total, locale),
        unpriced=list(dict.fromkeys(f"{one.model} ({one.provider})" for one in cost.unpriced)),
    )


def amount(cost: Cost, locale: Locale) -> str:
    """A sum of money, never less than it is, or why there is none."""
    speak = translations(str(locale)).gettext
    if not cost.dollars:
        return speak(NO_FEES if cost.is_whole else UNKNOWN)
    parts = SHOWN if cost.dollars < 1 else SHOWN_OF_MORE
    rounded = math.ceil(round(cost.dollars * parts, 6)) / parts
    said = format_currency(
        rounded,
        "USD",
        locale=locale,
        currency_digits=rounded >= 1,
        decimal_quantization=rounded >= 1,
    )
    return said if cost.is_whole else speak(AT_LEAST).replace("{amount}", said)
