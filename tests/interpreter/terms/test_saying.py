"""Terms as a voice says them."""

import pytest

import languages
from glossaries.entry import Entry, Rendering
from interpreter.terms import Terms
from interpreter.terms.saying import respelt

EN, ES = languages.load("en"), languages.load("es")


def test_a_voice_reads_another_spelling_than_people_do() -> None:
    livekit = Entry("en", "LiveKit", is_kept=True, pronunciation="láivkit")
    club = Entry("en", "the club", {"es": Rendering("F. C. Barça", pronunciation="/ˈbaɾsə/")})
    terms = Terms([livekit, club], EN, ES)
    assert terms.said("Con LiveKit, el F. C. Barça y livekits.") == (
        "Con láivkit, el barsa y livekits."
    )


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
