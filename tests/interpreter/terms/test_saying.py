"""Terms as a voice says them."""

import pytest

import languages
from glossaries.entry import Entry, Rendering
from interpreter.terms import Terms
from interpreter.terms.saying import respelt
from interpreter.word_sounds import Piece, pieces

EN, ES = languages.load("en"), languages.load("es")


def test_a_voice_reads_another_spelling_than_people_do() -> None:
    livekit = Entry("en", "LiveKit", is_kept=True, pronunciation="láivkit")
    club = Entry("en", "the club", {"es": Rendering("F. C. Barça", pronunciation="/ˈbaɾsə/")})
    terms = Terms([livekit, club], EN, ES)
    assert terms.said("Con LiveKit, el F. C. Barça y livekits.") == (
        "Con láivkit, el barsa y livekits."
    )


def test_a_voice_that_reads_sounds_is_given_them_where_it_has_them_all() -> None:
    livekit = Entry("en", "LiveKit", is_kept=True, pronunciation="láivkit")
    club = Entry("en", "the club", {"es": Rendering("F. C. Barça", pronunciation="/ˈbaɾsə/")})
    click = Entry("en", "click", {"es": Rendering("!Xóõ", pronunciation="/ǃa/")})
    terms = Terms([livekit, club, click], EN, ES)
    text = "El F. C. Barça, LiveKit y !Xóõ."
    assert list(pieces(terms.said(text, lambda ipa: ipa == "ˈbaɾsə"))) == [
        Piece("El "),
        Piece("F. C. Barça", "ˈbaɾsə"),
        Piece(", láivkit y !Xóõ."),
    ]


@pytest.mark.parametrize(
    ("language", "sounds", "letters"),
    [
        ("es", "/ˈbaɾsə/", "barsa"),
        ("es", "/tʃaɪ/", "chai"),
        ("ca", "/ˈʃiɾa/", "xira"),
        ("en", "/ʃiˈɲo/", "sheenyoh"),
        ("es", "/ǃa/", ""),
        ("es", "yemel", "yemel"),
    ],
)
def test_sounds_are_written_in_the_languages_letters(
    language: str, sounds: str, letters: str
) -> None:
    assert respelt(sounds, languages.load(language)) == letters
