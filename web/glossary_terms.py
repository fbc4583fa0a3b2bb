"""A term of a glossary as a page shows it, and the form that changes it."""

from collections.abc import Mapping, Sequence

from babel import Locale

from glossaries import Entry, Kind, field_name, fields_of
from web.glossary_contexts import Said, TermField, TermForm, TermLine
from web.i18n import N_, translations
from web.rendering import language_choice

LANGUAGE_FIELDS = (Kind.FORMS, Kind.FORBIDDEN, Kind.PRONUNCIATION)
_LABELS = {
    Kind.FORMS: N_("Other forms"),
    Kind.FORBIDDEN: N_("Never"),
    Kind.PRONUNCIATION: N_("Say it like"),
    Kind.ALIASES: N_("Heard as"),
    Kind.NOTE: N_("Note"),
}


def line_of(number: int, entry: Entry, languages: Sequence[str], locale: Locale) -> TermLine:
    """A term, its renderings, and its form."""
    said = [
        Said(language_choice(tag, locale), entry.renderings[tag].text)
        for tag in languages
        if tag in entry.renderings
    ]
    term = Said(language_choice(entry.source_language, locale), entry.source)
    form = form_of(number, fields_of(entry, languages), languages, locale)
    return TermLine(term, said, entry.note, form)


def form_of(
    number: int,
    fields: Mapping[str, str],
    languages: Sequence[str],
    locale: Locale,
    errors: Sequence[str] = (),
) -> TermForm:
    """The form of a term with these texts; nothing is forbidden in the term's own language."""
    speak = translations(str(locale)).gettext
    source = fields.get(Kind.SOURCE_LANGUAGE.value, "")

    def text(name: str, label: str, tag: str = "") -> TermField:
        language = language_choice(tag, locale) if tag else None
        return TermField(name, label, fields.get(name, ""), language)

    def of(tag: str) -> list[TermField]:
        name = language_choice(tag, locale).name
        kinds = [one for one in LANGUAGE_FIELDS if one is not Kind.FORBIDDEN or tag != source]
        return [
            text(tag, name, tag),
            *(
                text(
                    field_name(tag, kind),
                    f"{name}: {speak(_LABELS[kind])}",
                    "" if kind is Kind.PRONUNCIATION else tag,
                )
                for kind in kinds
            ),
        ]

    first = sorted(languages, key=lambda tag: tag != source)
    whole = [text(kind.value, speak(_LABELS[kind])) for kind in (Kind.ALIASES, Kind.NOTE)]
    return TermForm(
        number=number,
        fields=[*(of(tag) for tag in first), whole],
        is_case_sensitive=bool(fields.get(Kind.CASE.value)),
        is_kept=bool(fields.get(Kind.KEPT.value)),
        source_language=source,
        errors=list(errors),
    )
