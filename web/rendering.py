"""A page: one template, one context dataclass, in the reader's language."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from babel import Locale
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader

from languages import available, load
from web.contexts import (
    CallsPage,
    CaptionerPage,
    ConsolePage,
    CostPage,
    EnginesPage,
    ErrorPage,
    HomePage,
    InterpretersPage,
    LanguageChoice,
    LinksPage,
    ListenPage,
    ModeChoice,
    SpeakPage,
    TranscriptPage,
    UncheckedFacts,
)
from web.errors import WebError
from web.glossary_contexts import GlossariesPage, GlossaryPage
from web.i18n import negotiate, translations
from web.modes import WORDS
from web.unchecked import NAMES, Unchecked

TEMPLATES = Path(__file__).parent / "templates"


Context = (
    HomePage
    | LinksPage
    | ListenPage
    | SpeakPage
    | CaptionerPage
    | ConsolePage
    | CallsPage
    | CostPage
    | EnginesPage
    | InterpretersPage
    | TranscriptPage
    | GlossariesPage
    | GlossaryPage
    | ErrorPage
)


@cache
def template_environment(locale: str) -> Environment:
    """Jinja2 with escaping on. A test compares the names in templates with their contexts."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        translations(locale), newstyle=True
    )
    return environment


class Pages:
    """Renders templates; each gets `page` (its dataclass), `locale` and `direction`."""

    def render(
        self, request: Request, template: str, page: Context, status: int = 200
    ) -> HTMLResponse:
        locale = locale_of(request)
        html = (
            template_environment(str(locale))
            .get_template(template)
            .render(page=page, locale=locale.language, direction=locale.text_direction)
        )
        return HTMLResponse(html, status, {"Vary": "Accept-Language"})

    def render_error(self, request: Request, error: WebError) -> HTMLResponse:
        speak = translations(str(locale_of(request))).gettext
        # The catalogue's own header stands under the empty message.
        label = speak(error.next_label) if error.next_label else ""
        title, sentence = speak(error.title), error_sentence(request, error)
        page = ErrorPage(error.status, title, sentence, error.next_url, label)
        return self.render(request, "error.html", page, error.status)


def error_sentence(request: Request, error: WebError) -> str:
    """What to do, in the reader's language."""
    sentence = translations(str(locale_of(request))).gettext(error.message)
    return sentence.format(**error.places) if error.places else sentence


def locale_of(request: Request) -> Locale:
    return negotiate(request.headers.get("accept-language", ""))


def language_choice(tag: str, locale: Locale) -> LanguageChoice:
    """A language as this reader picks it; one whose file is gone keeps its tag as its name."""
    if tag not in available():
        return LanguageChoice(tag, tag, tag, "ltr")
    language = load(tag)
    try:
        name = Locale.parse(tag, sep="-").get_display_name(locale) or language.name
    except (ValueError, LookupError):
        name = language.name
    return LanguageChoice(tag, name, language.endonym, language.direction)


def unchecked_facts(found: Iterable[Unchecked], locale: Locale) -> list[UncheckedFacts]:
    """What is not checked, in the reader's words."""
    speak = translations(str(locale)).gettext
    return [
        UncheckedFacts(
            language_choice(one.source, locale),
            [language_choice(tag, locale) for tag in one.targets],
            [speak(NAMES[part]) for part in one.parts],
        )
        for one in found
    ]


def mode_choices(locale: Locale) -> list[ModeChoice]:
    """Every way of interpreting, in the reader's words."""
    speak = translations(str(locale)).gettext
    return [
        ModeChoice(mode, speak(words.name), speak(words.sentence)) for mode, words in WORDS.items()
    ]
