"""IPA as pocketsphinx's model takes it."""

import pytest

from interpreter.engines.arpabet import phones


@pytest.mark.parametrize(
    ("ipa", "said"),
    [
        ("nɛfɹˈɑːlədʒˌɪst", "N EH F R AA L AH JH IH S T"),
        ("lˈaɪv kˈɪt", "L AY V K IH T"),
        ("wˈɔːɾɚ", "W AO T ER"),
        ("bˈʌʔn̩", "B AH T AH N"),
        ("ˈmõ.tʃo", "M OW CH OW"),
        ("ˈniɲo", "N IY N Y OW"),
        ("", ""),
        ("ˈ", ""),
        ("!a", ""),
    ],
)
def test_each_sound_has_its_phones_or_the_word_has_none(ipa: str, said: str) -> None:
    assert phones(ipa) == said
