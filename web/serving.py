"""Which engine serves each channel, as the organiser of a meeting reads it; pure."""

from collections.abc import Iterable
from datetime import timedelta

from babel import Locale
from babel.dates import format_timedelta

from interpreter.events import EngineKind
from interpreter.serving_engines import ServingEngine
from web.contexts import EngineLine
from web.i18n import N_, translations
from web.rendering import language_choice

WHAT = {
    EngineKind.RECOGNISER: N_("Recognition: {language}"),
    EngineKind.TRANSLATOR: N_("Translation: {language}"),
    EngineKind.VOICE: N_("Voice: {language}"),
}
WHY = {
    "error": N_("The engine before it failed, or cannot be reached."),
    "timeout": N_("The engine before it did not answer in time."),
    "stall": N_("The engine before it fell silent."),
    "rate_limit": N_("The engine before it is asked too often for its contract."),
    "quota": N_("Nothing is left of what was paid for the engine before it: raise its quota."),
    "key": N_("The engine before it does not take its key: set a valid one, then start anew."),
    "wrong_language": N_("The engine before it answered in another language."),
    "too_slow": N_("The engine before it was too slow."),
    "refused": N_("The engine before it refused what it was asked."),
}
NOBODY = N_("none answers")


def engine_lines(rows: Iterable[ServingEngine], now_s: float, locale: Locale) -> list[EngineLine]:
    """A line an engine, at the room clock's `now_s`; one that two agents tell of, as the newer
    does."""
    newest: dict[tuple[str, str], ServingEngine] = {}
    for row in sorted(rows, key=lambda one: one.since_s):
        newest[row.kind, row.language] = row
    order = sorted(
        newest.values(), key=lambda one: (one.language, list(EngineKind).index(one.kind))
    )
    return [_line(row, now_s, locale) for row in order]


def _line(row: ServingEngine, now_s: float, locale: Locale) -> EngineLine:
    speak = translations(str(locale)).gettext
    language = language_choice(row.language, locale)
    why = WHY.get(row.why)
    served_s = max(now_s - row.since_s, 0.0)
    return EngineLine(
        what=speak(WHAT[row.kind]).replace("{language}", language.name),
        engine=row.engine or speak(NOBODY),
        served=format_timedelta(timedelta(seconds=served_s), granularity="second", locale=locale),
        why=speak(why) if why else "",
    )
