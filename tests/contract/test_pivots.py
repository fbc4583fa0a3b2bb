"""What may not be lost over two hops: numbers, negations and names. Checked by reading, then kept.

The rest is what rules can do; these are what a listener acts on.
"""

import pytest

from interpreter.engines import open_translator
from interpreter.settings import Settings
from tests.contract.test_translator import translated

pytestmark = pytest.mark.live

SENTENCES = [
    ("It costs 3.5 million dollars.", "3,5 milhões de", "3,5 milioni di", "3,5 millions de"),
    ("It costs 1 million dollars.", "1 milhão de", "1 milione di", "1 million de"),
    ("The city paid 412 euros.", "412 euros", "412 euro", "412 euros"),
    ("Sales rose by 5 % in 2019.", "5 % em 2019", "5 % in 2019", "5 % dans 2019"),
    ("Sales rose by 8% again.", "8%", "8%", "8%"),
    ("The work would cost 12,500 dollars.", "12.500 dólares", "12.500 dollari", "12 500 dollars"),
    ("We expect 1.3 billion dollars.", "1,3 mil milhões de", "1,3 miliardi di", "1,3 milliards de"),
    ("It is below 200 million euros.", "200 milhões de", "200 milioni d'", "200 millions d'"),
    ("It fell by 0.5 percent.", "0,5 por cento", "0,5 per cento", "0,5 pour cent"),
    ("They cannot pay 75 cents.", "Não podem pagar 75", "Non possono pagare 75", "ne peuvent pas"),
    ("We do not believe it.", "Não o cremos", "Non lo crediamo", "Ne le croyons pas"),
    ("I have never been in Seattle.", "Nunca", "Mai sono stato in Seattle", "Jamais"),
    ("Nobody has seen Margaret Wilson.", "Ninguém", "Nessuno ha", "Personne n'a vu"),
    ("No trees will be cut.", "Nenhuma árvore", "Nessun albero", "Aucun arbre"),
    ("There are no buses on Sunday.", "Não há nenhum", "Non c'è alcun", "Il n'y a aucun"),
    ("Nothing has changed since 1998.", "Nada", "Nulla", "Rien n'a changé depuis 1998"),
    ("Not all of the 65 stayed.", "Não", "Non tutt", "Pas tou"),
    ("Robert Miller won't sell it.", "Robert Miller não", "Robert Miller non", "Robert Miller ne"),
    ("it is not safe", "não é segur", "non è sicur", "n'est pas sûr"),
    ("Zygmunt Blorp visited Krakowska.", "Krakowska.", "Krakowska.", "Krakowska."),
]


@pytest.mark.parametrize(("place", "target"), [(1, "pt"), (2, "it"), (3, "fr")])
@pytest.mark.parametrize("row", SENTENCES, ids=[row[0] for row in SENTENCES])
async def test_numbers_negations_and_names_survive_both_hops(
    offline: Settings, place: int, target: str, row: tuple[str, ...]
) -> None:
    answer = await translated(open_translator("en", target, offline), row[0])

    assert row[place] in " ".join(answer.split())


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("pt", "Zygmunt Blorp"),
        ("it", "Zygmunt Blorp"),
        ("fr", "Zygmunt Blorp"),
    ],
)
async def test_a_name_that_no_dictionary_has_comes_through_unmarked(
    offline: Settings, target: str, kept: str
) -> None:
    answer = await translated(open_translator("en", target, offline), "I saw Zygmunt Blorp.")

    assert kept in answer
    assert not set("*@#") & set(answer)


@pytest.mark.parametrize("target", ["pt", "it", "fr"])
async def test_the_label_names_both_pairs(offline: Settings, target: str) -> None:
    label = open_translator("en", target, offline).label

    assert label.startswith("apertium-eng-")
    assert label.count(" + ") == 1
