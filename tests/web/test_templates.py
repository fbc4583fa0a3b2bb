"""Templates ask for nothing that their page does not give, and close what they open."""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from jinja2 import meta, nodes

from web import contexts, glossary_contexts
from web.rendering import TEMPLATES, template_environment

CONTEXTS = {
    "home.html": contexts.HomePage,
    "links.html": contexts.LinksPage,
    "console.html": contexts.ConsolePage,
    "calls.html": contexts.CallsPage,
    "cost.html": contexts.CostPage,
    "engines.html": contexts.EnginesPage,
    "interpreters.html": contexts.InterpretersPage,
    "glossaries.html": glossary_contexts.GlossariesPage,
    "glossary.html": glossary_contexts.GlossaryPage,
    "listen.html": contexts.ListenPage,
    "captioner.html": contexts.CaptionerPage,
    "speak.html": contexts.SpeakPage,
    "transcript.html": contexts.TranscriptPage,
    "error.html": contexts.ErrorPage,
}
GIVEN = {"page", "locale", "direction", "_", "gettext", "ngettext"}

_JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^<>]*?(/?)>")
_NEVER_CLOSED = {"br", "hr", "img", "input", "link", "meta", "source", "wbr", "path"}


def tree(template: str) -> nodes.Template:
    return template_environment("en").parse((TEMPLATES / template).read_text())


def own_names() -> Iterator[str]:
    """Macros and imports of the templates themselves; a base's are visible in its children."""
    for path in TEMPLATES.glob("*.html"):
        yield from (macro.name for macro in tree(path.name).find_all(nodes.Macro))
        yield from (imported.target for imported in tree(path.name).find_all(nodes.Import))


def page_fields(template: str) -> Iterator[str]:
    """The attributes of `page` that a template asks for."""
    for node in tree(template).find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name) and node.node.name == "page":
            yield node.attr


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.html")))
def test_a_template_uses_only_what_every_page_is_given(template: str) -> None:
    assert meta.find_undeclared_variables(tree(template)) <= GIVEN | set(own_names())


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.html")))
def test_no_string_of_a_template_has_a_percent_sign(template: str) -> None:
    """Jinja's gettext formats every string with it, and fails on the page."""
    source = (TEMPLATES / template).read_text()
    found = template_environment("en").extract_translations(source)  # type: ignore[attr-defined]
    assert [text for _, _, text in found if "%" in str(text)] == []


@pytest.mark.parametrize(("template", "context"), sorted(CONTEXTS.items()))
def test_a_template_asks_its_page_only_for_fields_that_it_has(
    template: str, context: type[contexts.HomePage]
) -> None:
    assert set(page_fields(template)) <= {field.name for field in dataclasses.fields(context)}


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.html")))
def test_a_template_closes_what_it_opens(template: str) -> None:
    """Else one part swallows the next, and both go when the first is brought up to date."""
    tags = _TAG.findall(_JINJA.sub("", (TEMPLATES / template).read_text()))
    opened = Counter(name for ends, name, is_empty in tags if not ends and not is_empty)
    closed = Counter(name for ends, name, _ in tags if ends)

    assert {tag: count for tag, count in opened.items() if tag not in _NEVER_CLOSED} == closed
