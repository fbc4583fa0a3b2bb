"""The pages' translations: nothing of a page is missing, no place for a value is lost."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

WEB = Path(__file__).parents[2] / "web"
CATALOGUES = sorted((WEB / "locale").glob("*/LC_MESSAGES/messages.po"))


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def _messages_of_pages() -> Iterator[str]:
    found = extract_from_dir(
        str(WEB / "templates"), [("**.html", "jinja2")], {"**.html": {"trimmed": "true"}}
    )
    for _, _, message, _, _ in found:
        assert isinstance(message, str)
        yield message


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_message_of_the_pages_is_translated(path: Path) -> None:
    catalogue = _read(path)

    missing = [
        text
        for text in _messages_of_pages()
        if not (found := catalogue.get(text)) or not found.string
    ]

    assert missing == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_translations_keep_the_places_of_values(path: Path) -> None:
    messages = [message for message in _read(path) if message.id and message.string]

    changed = [
        message.id
        for message in messages
        if _places(str(message.id)) != _places(str(message.string))
    ]

    assert changed == []
