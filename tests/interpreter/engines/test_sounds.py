"""Words with sounds of their own, on their way to a voice."""

import xml.etree.ElementTree as ET

import pytest
from pydantic import JsonValue

from interpreter.engines.espeak import spoken
from interpreter.engines.espeak_sounds import phonemes
from interpreter.engines.ssml import ssml, takes_ssml
from interpreter.word_sounds import Piece, marked, pieces, spelt

BARCA = marked("Barça", "ˈbaɾsə")


def test_a_text_is_read_in_pieces_and_written_without_signs() -> None:
    text = f"El {BARCA} guanya."
    assert list(pieces(text)) == [Piece("El "), Piece("Barça", "ˈbaɾsə"), Piece(" guanya.")]
    assert spelt(text) == "El Barça guanya."
    assert spelt("a\ue000b\ue001c") == "abc"  # somebody's own signs mark nothing


@pytest.mark.parametrize("text", ["R&D: a < b > c", '<break time="9s"/>', "]]> & \x00\x1b\ufffe"])
def test_in_ssml_nothing_that_is_said_is_markup(text: str) -> None:
    tree = ET.fromstring(f"<speak>{ssml(text + BARCA)}</speak>")
    assert [child.tag for child in tree] == ["phoneme"]
    assert (tree[0].attrib, tree[0].text) == ({"alphabet": "ipa", "ph": "ˈbaɾsə"}, "Barça")
    assert (tree.text or "")[:3] == text[:3]


def test_in_ssml_sounds_cannot_leave_their_attribute() -> None:
    sounds = 'a"/><audio src="b'
    tree = ET.fromstring(f"<speak>{ssml(marked('<x>', sounds))}</speak>")
    assert tree[0].attrib["ph"] == sounds
    assert tree[0].text == "<x>"


@pytest.mark.parametrize(
    ("path", "options", "takes"),
    [
        ("livekit.plugins.azure:TTS", {}, True),
        ("livekit.plugins.google:TTS", {}, False),
        ("livekit.plugins.google:TTS", {"enable_ssml": "true"}, True),
        ("livekit.plugins.google:TTS", {"enable_ssml": True}, True),
        ("livekit.plugins.openai:TTS", {"enable_ssml": True}, False),
    ],
)
def test_which_voices_read_ssml(path: str, options: dict[str, JsonValue], takes: bool) -> None:
    assert takes_ssml(path, options) is takes


@pytest.mark.parametrize(
    ("ipa", "voice", "names"),
    [
        ("ˈbaɾsə", "ca", "'b|a|r|s|@"),
        ("t͡ʃaɪ", "es", "tS|aI"),
        ("əl ˈbaɾ.sə", "ca", "@|l||'b|a|r|s|@"),
        ("pɔ̃", "fr", "p|O~"),
        ("pɔ̃", "es", ""),
        ("ǃa", "es", ""),
        ("ba", "de", ""),
    ],
)
def test_sounds_have_espeaks_names_where_the_voice_has_all_of_them(
    ipa: str, voice: str, names: str
) -> None:
    assert phonemes(ipa, voice) == names


def test_espeak_reads_sounds_and_tells_the_words_that_people_write() -> None:
    said = spoken(f"Visca  el {BARCA}, [[h@]] 😀!", "ca")
    assert said.text == "Visca el [['b|a|r|s|@]], [h@]] !"
    assert [word for _, word in said.words] == ["Visca", "el", "Barça,", "[h@]]", "!"]
    assert [said.text[at] for at, _ in said.words] == ["V", "e", "[", "[", "!"]


def test_espeak_reads_a_word_as_it_is_written_where_its_voice_lacks_a_sound() -> None:
    assert spoken(f"la {marked('Ponç', 'pɔ̃s')}.", "es").text == "la Ponç."
