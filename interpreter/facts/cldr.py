"""What CLDR says in a language, by Babel: months, days, units, currencies, places. Read once."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_currency_name, get_currency_symbol
from babel.units import UnknownUnitError, format_unit

from interpreter.facts.tokens import plain
from interpreter.facts.words import lore_of

CURRENCIES = {
    "dollar": ("USD", "CAD", "AUD"),
    "pound": ("GBP", "EGP", "LBP"),
    "franc": ("CHF", "XAF", "GNF"),
    "peso": ("MXN", "ARS", "COP"),
    "krona": ("SEK", "NOK", "DKK"),
    "ruble": ("RUB", "BYN"),
    "rupee": ("INR", "PKR"),
    "euro": ("EUR",),
    "yen": ("JPY",),
    "yuan": ("CNY",),
    "zloty": ("PLN",),
    "hryvnia": ("UAH",),
}
"""What people call alike, whosever it is."""
SYMBOLS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
CURRENCY = "currency-"
UNITS = {
    name: name
    for name in (
        "duration-year", "duration-month", "duration-week", "duration-day", "duration-hour",
        "duration-minute", "duration-second", "length-kilometer", "length-meter",
        "length-centimeter", "length-millimeter", "length-mile", "length-yard", "length-foot",
        "length-inch", "area-hectare", "area-acre", "area-square-meter", "area-square-kilometer",
        "area-square-foot", "mass-tonne", "mass-kilogram", "mass-gram", "mass-milligram",
        "mass-microgram", "mass-pound", "mass-ounce", "volume-liter", "volume-milliliter",
        "volume-centiliter", "volume-gallon", "volume-cubic-meter", "volume-barrel",
        "speed-kilometer-per-hour", "speed-mile-per-hour", "speed-meter-per-second",
        "temperature-celsius", "temperature-fahrenheit", "energy-kilowatt-hour",
        "energy-kilocalorie",
        "power-watt", "power-kilowatt", "power-megawatt", "power-gigawatt", "electric-volt",
        "digital-gigabyte", "digital-megabyte", "digital-terabyte", "frequency-hertz",
    )
} | {"mass-ton": "mass-tonne"}  # fmt: skip
"""CLDR's name → ours; tons are tonnes, as people do not tell them apart."""
DEGREES = frozenset({"temperature-celsius", "temperature-fahrenheit"})
_NO_SHORT = frozenset(
    {"duration-year", "duration-month", "duration-week", "duration-day", "length-inch"}
)
_DIGITS = re.compile(r"[\d\s]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")

Phrase = tuple[str, ...]
Measures = Mapping[Phrase, frozenset[str]]


@cache
def locale_of(tag: str) -> Locale | None:
    """Babel's locale, where it knows the language."""
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def _words(text: str) -> Phrase:
    return tuple(_WORD.findall(plain(text).replace("-", " ")))


@cache
def dates(tag: str) -> dict[Phrase, str]:
    """Names of months and weekdays → "month-5", "day-0"."""
    locale = locale_of(tag)
    found = {_words(name): what for name, what in lore_of(tag).dates.items()}
    if locale is None:
        return found
    for style in ("format", "stand-alone"):
        for number, name in locale.months[style]["wide"].items():
            found[_words(name)] = f"month-{number}"
        for number, name in locale.days[style]["wide"].items():
            words = _words(name)
            found[words] = f"day-{number}"
            found[tuple(f"{word}s" for word in words)] = f"day-{number}"
    return {phrase: what for phrase, what in found.items() if phrase}


@cache
def date_names(tag: str) -> dict[str, str]:
    """ "month-5", "day-0" → the name, as it stands by itself."""
    locale = locale_of(tag)
    if locale is None:
        return {}
    months, days = locale.months["stand-alone"]["wide"], locale.days["stand-alone"]["wide"]
    named = {f"month-{number}": name for number, name in months.items()}
    return named | {f"day-{number}": name for number, name in days.items()}


@cache
def percents(tag: str) -> frozenset[Phrase]:
    """How the language says percent."""
    locale = locale_of(tag)
    names = {("percent",), ("per", "cent")} if tag == "en" else set[Phrase]()
    if locale is not None:
        names.add(_words(_DIGITS.sub(" ", format_unit(2, "concentr-percent", locale=locale))))
    return frozenset(name for name in names if name)


@cache
def measures(tag: str) -> Measures:
    """Names of units and currencies → what they may mean."""
    locale = locale_of(tag)
    found: dict[Phrase, set[str]] = {}
    for name, what in lore_of(tag).measures.items():
        found.setdefault(_words(name), set()).add(what)
    if locale is None:
        return {phrase: frozenset(ids) for phrase, ids in found.items()}
    for phrase, what in (*_units(locale), *_currencies(locale)):
        found.setdefault(phrase, set()).add(what)
    for phrase in _degree_words(locale):
        found.setdefault(phrase, set()).update(DEGREES)
    return {phrase: frozenset(ids) for phrase, ids in found.items() if phrase}


def _units(locale: Locale) -> Iterator[tuple[Phrase, str]]:
    for name, ours in UNITS.items():
        for length in ("long",) if name in _NO_SHORT else ("long", "short"):
            for count in (1, 2, 5):
                try:
                    text = format_unit(count, name, length=length, locale=locale)  # type: ignore[arg-type]
                except UnknownUnitError:
                    continue
                yield _unit_words(text), ours


def _unit_words(text: str) -> Phrase:
    """ "5 km/h" → km, h; "5 °C" → °, c."""
    return tuple(re.findall(r"[^\W\d_]+|°|%", plain(text)))


def _degree_words(locale: Locale) -> Iterator[Phrase]:
    for count in (1, 2, 5):
        yield _unit_words(format_unit(count, "angle-degree", locale=locale))
    yield ("°",)


def _currencies(locale: Locale) -> Iterator[tuple[Phrase, str]]:
    for family, codes in CURRENCIES.items():
        for count in (1, 2, 5):
            names = [_words(get_currency_name(code, count, locale=locale)) for code in codes]
            for word in _heads(names, locale, codes):
                yield (word,), CURRENCY + family
        for code in codes:
            yield (plain(code),), CURRENCY + family
            yield (plain(get_currency_symbol(code, locale=locale)),), CURRENCY + family
    for sign, family in SYMBOLS.items():
        yield (sign,), CURRENCY + family


def _heads(names: list[Phrase], locale: Locale, codes: tuple[str, ...]) -> set[str]:
    """What "US dollars" and "Canadian dollars" share; of one currency, what is no country's name:
    "yen" of "Japanese yen"."""
    shared = set.intersection(*(set(name) for name in names))
    if len(codes) == 1:
        countries = [plain(str(locale.territories[code[:2]])) for code in codes if code != "EUR"]
        shared = {word for word in shared if not any(word[:3] == one[:3] for one in countries)}
    return {word for word in shared if len(word) > 2}


@cache
def places(tag: str) -> dict[str, frozenset[str]]:
    """Words of names of countries, languages and cities → which they are of."""
    locale = locale_of(tag)
    found: dict[str, set[str]] = {}
    if locale is None:
        return {}
    names = [(f"country {code}", str(name)) for code, name in locale.territories.items()]
    names += [(f"language {code}", str(name)) for code, name in locale.languages.items()]
    for zone in get_global("zone_territories"):
        own = locale.time_zones.get(zone, {}).get("city")
        names.append((f"city {zone}", str(own or zone.rpartition("/")[2].replace("_", " "))))
    for what, name in names:
        for word in _words(name):
            if len(word) > 2:
                found.setdefault(word, set()).add(what)
    return {word: frozenset(what) for word, what in found.items()}
