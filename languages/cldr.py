"""What the Unicode CLDR says of a language: names, script, direction, number signs (by Babel).

Babel is imported at the first call: it and English take 40 ms and 11 MB, each further language
6 ms and 1 MB (measured). `interpreter/preload.py` pays that once a machine, not once a job.
"""

_SCRIPT_LETTERS = 4
"""ISO 15924: Latn, Hans, Arab."""


def of(tag: str) -> dict[str, str]:
    """The fields of a language file that CLDR has; none for a tag that it does not know."""
    from babel import Locale, UnknownLocaleError
    from babel.core import get_global

    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return {}
    likely = get_global("likely_subtags").get(str(locale), str(locale))
    script = next((part for part in likely.split("_") if len(part) == _SCRIPT_LETTERS), "")
    # the digits of our texts are 0 to 9 whatever the language: recognisers and translators write
    # them so, and number signs go with their digits
    signs = locale.number_symbols["latn"]
    endonym = locale.language_name or ""
    return {
        "name": locale.get_language_name("en") or "",
        "endonym": endonym[:1].upper() + endonym[1:],
        "script": locale.script or script,
        "direction": locale.text_direction,
        "decimal_sign": signs["decimal"],
        "group_sign": signs["group"],
    }
