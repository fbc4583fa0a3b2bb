"""What is refused of an LLM's answers, and what only looks as if it should be."""

import pytest

import languages
from interpreter.engines.faults import (
    DOUBTFUL_WORDS,
    HEAD_WORDS,
    AnswerFault,
    Checks,
    Unusable,
)
from interpreter.engines.notes import is_note

ENGLISH = "The new bridge will cost five million dollars, and the school stays open."
SPANISH = "El puente nuevo costará cinco millones de dólares, y la escuela sigue abierta."


def fault_of(
    answer: str, speech: str = ENGLISH, pair: str = "en-es", *, is_complete: bool = True
) -> AnswerFault | None:
    source, target = (languages.load(tag) for tag in pair.split("-"))
    try:
        Checks(speech, source, target).check_whole(answer, is_complete=is_complete)
    except Unusable as error:
        return error.fault
    return None


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("", AnswerFault.EMPTY),
        (" … ", AnswerFault.EMPTY),
        ("I'm sorry, but I can't assist with that request.", AnswerFault.REFUSED),
        ("As an AI language model, I cannot translate this text for you.", AnswerFault.REFUSED),
        ("Lo siento, pero no puedo ayudarte con esa solicitud.", AnswerFault.REFUSED),
        ("Como modelo de lenguaje, no puedo traducir lo que dice el orador.", AnswerFault.REFUSED),
        (f"Sure, here is the translation: {SPANISH}", AnswerFault.CHATTER),
        (f"Certainly! {SPANISH}", AnswerFault.CHATTER),
        (f"Aquí está la traducción: {SPANISH}", AnswerFault.CHATTER),
        (f"Translation: {SPANISH}", AnswerFault.CHATTER),
        (f"Spanish: {SPANISH}", AnswerFault.CHATTER),
        (f"Español: {SPANISH}", AnswerFault.CHATTER),
        (f"En español: {SPANISH}", AnswerFault.CHATTER),
        (f"In Spanish: {SPANISH}", AnswerFault.CHATTER),
        (f"English - Spanish： {SPANISH}", AnswerFault.CHATTER),
        (f"Spanish translation (español): {SPANISH}", AnswerFault.CHATTER),
        (
            "El pont nou costarà cinc milions de dòlars, i l'escola queda oberta.",
            AnswerFault.WRONG_LANGUAGE,
        ),
        (
            "Le nouveau pont coûtera cinq millions de dollars, et l'école reste ouverte.",
            AnswerFault.WRONG_LANGUAGE,
        ),
        (ENGLISH, AnswerFault.SOURCE_REPEATED),
        (
            "The bridge that is new costs five millions, the school is open.",
            AnswerFault.WRONG_LANGUAGE,
        ),
        ("El puente nuevo costará", AnswerFault.CUT_OFF),
        ("El puente nuevo costará cinco millones de dólares, y", AnswerFault.CUT_OFF),
        (f"{SPANISH} {SPANISH} {SPANISH} {SPANISH} {SPANISH}", AnswerFault.TOO_LONG),
    ],
)
def test_what_is_no_translation(answer: str, fault: AnswerFault) -> None:
    assert fault_of(answer) is fault


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("I'm sorry, but I can't fulfill this request.", AnswerFault.REFUSED),
        ("I'm sorry, but I can't assist with that request.", AnswerFault.REFUSED),
        ("As an AI, I cannot say such things about anybody.", AnswerFault.REFUSED),
        ("Sure, here is the translation: the new bridge costs a lot.", AnswerFault.CHATTER),
        ("Of course, here it is in English: the new bridge costs a lot.", AnswerFault.CHATTER),
    ],
)
def test_what_is_no_translation_of_a_language_without_lists(
    answer: str, fault: AnswerFault
) -> None:
    speech = "Die neue Brücke kostet fünf Millionen und die Schule bleibt offen"
    assert fault_of(answer, speech, "de-en") is fault


@pytest.mark.parametrize(
    ("speech", "answer", "pair"),
    [
        pytest.param(ENGLISH, SPANISH, "en-es", id="a translation"),
        pytest.param("OK", "OK", "en-es", id="the same in both"),
        pytest.param(
            "Zygmunt Blorp, Agnieszka Wiśniewska, Krakowska 17",
            "Zygmunt Blorp, Agnieszka Wiśniewska, Krakowska 17",
            "en-es",
            id="names",
        ),
        pytest.param("1, 2, 3, 4, 5, 6, 7", "1, 2, 3, 4, 5, 6, 7", "en-es", id="numbers"),
        pytest.param(
            "I'm sorry, but I can't come on Monday, and neither can my sister.",
            "Lo siento, pero no puedo venir el lunes, y mi hermana tampoco.",
            "en-es",
            id="a speaker who is sorry",
        ),
        pytest.param(
            "Lo siento, pero no puedo darles la cifra de este año todavía.",
            "I'm sorry, but I can't give you this year's figure yet.",
            "es-en",
            id="a speaker who cannot",
        ),
        pytest.param(
            "Your request was refused because this request came too late.",
            "Su solicitud fue rechazada porque esta solicitud llegó demasiado tarde.",
            "en-es",
            id="a speaker who speaks of requests",
        ),
        pytest.param(
            "Artificial intelligence will change the way we all work.",
            "La inteligencia artificial cambiará la forma en que todos trabajamos.",
            "en-es",
            id="a speaker who speaks of artificial intelligence",
        ),
        pytest.param(
            "We examined your application, and I cannot support it.",
            "Hemos examinado su solicitud y no puedo apoyarla.",
            "en-es",
            id="a speaker who cannot support an application",
        ),
        pytest.param(
            "Vamos a votar ahora esta petición de los vecinos.",
            "We are now going to vote on this request from the residents.",
            "es-en",
            id="a request in another word",
        ),
        pytest.param(
            "Es tut mir leid, diesen Antrag unterstütze ich nicht.",
            "I'm sorry, I do not support this request.",
            "de-en",
            id="a language whose refusals nobody has listed",
        ),
        pytest.param(
            "Das Sprachmodell darf nicht entscheiden.",
            "The language model must not decide.",
            "de-en",
            id="a language model is spoken of",
        ),
        pytest.param(
            "Hier ist das Ergebnis nein der Antrag ist abgelehnt",
            "Here is the result: no, the motion is rejected.",
            "de-en",
            id="a colon that no recogniser writes",
        ),
        pytest.param(
            "国务院总理今天在全国人民代表大会上强调坚持稳中求进加快构建新发展格局着力推动高质量发展",
            "At the National People's Congress today, the Premier of the State Council stressed "
            "that we must seek progress while maintaining stability, accelerate the building of a "
            "new development pattern and strive to promote high-quality development.",
            "zh-en",
            id="dense Chinese",
        ),
        pytest.param(
            "Here is the plan: we sell the old station and wait for the snow trucks.",
            "Aquí está el plan: vendemos la estación vieja y esperamos las quitanieves.",
            "en-es",
            id="a speaker who announces",
        ),
        pytest.param(
            "Sure, we can talk about the traffic on Mill Street later on.",
            "Claro, podemos hablar del tráfico en Mill Street más adelante.",
            "en-es",
            id="a speaker who agrees",
        ),
        pytest.param(
            "Spanish: the second language of this city for more than a century.",
            "Español: la segunda lengua de esta ciudad desde hace más de un siglo.",
            "en-es",
            id="a speaker who lists languages",
        ),
        pytest.param(
            "Spanish yes, English no.",
            "Español: sí; inglés: no.",
            "en-es",
            id="a speaker who begins with one",
        ),
        pytest.param(
            "Spanish is spoken here, and we meet at 10 or at 11.",
            "Español es lo que se habla aquí: nos reunimos a las 10 o a las 11.",
            "en-es",
            id="a speaker who speaks of a language",
        ),
        pytest.param(
            "Today the council decides on the bridge.",
            "本日：市議会が橋について決定します。",
            "en-ja",
            id="letters of a language's name",
        ),
        pytest.param(
            "Thank you so very much indeed, everybody.", "Muchas gracias.", "en-es", id="short"
        ),
        pytest.param(
            "El pan y el vino son de la casa.", "O pan e o vinho son da casa.", "es-pt", id="near"
        ),
    ],
)
def test_what_is_one_all_the_same(speech: str, answer: str, pair: str) -> None:
    assert fault_of(answer, speech, pair) is None


def test_an_open_unit_may_be_answered_in_part() -> None:
    assert fault_of("El puente nuevo costará", is_complete=False) is None


@pytest.mark.parametrize(
    ("begun", "words"),
    [
        ("El puente nuevo", HEAD_WORDS),
        ("Lo siento, pero", DOUBTFUL_WORDS),
        ("Sure, here", DOUBTFUL_WORDS),
        ("Claro", DOUBTFUL_WORDS),
        ("Claros indicios de", HEAD_WORDS),
    ],
)
def test_a_doubtful_beginning_waits_for_more_words(begun: str, words: int) -> None:
    checks = Checks(ENGLISH, languages.load("en"), languages.load("es"))
    assert checks.words_awaited(begun) == words


@pytest.mark.parametrize(
    ("line", "noted"),
    [
        ("(Note: the speaker may mean something else.)", True),
        ("Nota: el orador puede referirse a otra cosa.", True),
        ("**Explanation**", True),
        ("Después hablamos del agua.", False),
        ("Notamos que llega tarde.", False),
    ],
)
def test_notes_are_known(line: str, *, noted: bool) -> None:
    assert is_note(line, ENGLISH) is noted


@pytest.mark.parametrize(
    ("speech", "line"),
    [
        ("We begin. Note that the door is closed.", "Nota: la puerta está cerrada."),
        ("Wir beginnen. Hinweis: die Tür ist zu.", "Note: the door is closed."),
        ("We begin. P.S. the door is closed.", "P. S. La puerta está cerrada."),
        ("We begin (the door is closed).", "(la puerta está cerrada)."),
    ],
)
def test_a_note_of_the_speaker_is_none_of_the_translator(speech: str, line: str) -> None:
    assert not is_note(line, speech)


@pytest.mark.parametrize(
    ("answer", "target"),
    [
        ("Es tut mir leid, aber ich kann bei dieser Anfrage nicht helfen.", "de"),
        ("Als KI-Sprachmodell kann ich diesen Text leider nicht übersetzen.", "de"),
        ("Het spijt me, maar ik kan hier niet bij helpen.", "nl"),
        ("Przepraszam, ale nie mogę pomóc w tej sprawie.", "pl"),
        ("抱歉,我无法协助处理该请求。", "zh"),
        ("申し訳ございませんが、お手伝いできません。", "ja"),
        ("죄송하지만 그 요청은 도와드릴 수 없습니다.", "ko"),
        ("عذرًا، لا يمكنني المساعدة في هذا الطلب.", "ar"),
        ("मुझे खेद है, लेकिन मैं इस अनुरोध में सहायता नहीं कर सकता।", "hi"),
        ("Sinto muito, não consigo ajudar com isso.", "pt"),
        ("Je ne suis pas en mesure de traduire ce texte.", "fr"),
        ("Lo siento, no puedo ayudar con eso.", "es"),
    ],
)
def test_a_refusal_in_the_listeners_language_is_no_translation(answer: str, target: str) -> None:
    assert fault_of(answer, pair=f"en-{target}") is AnswerFault.REFUSED


@pytest.mark.parametrize(
    ("speech", "answer", "pair"),
    [
        ("I cannot help you with that today.", "Hoy no puedo ayudarle con eso.", "en-es"),
        ("Con eso no le puedo ayudar.", "I can't help you with that.", "es-en"),
        ("Damit kann ich Ihnen leider nicht helfen.", "I can't help you with that.", "de-en"),
        ("Damit kann ich Ihnen nicht helfen.", "No puedo ayudarle con eso.", "de-es"),
        ("Das kann ich nicht übersetzen.", "I can't translate that.", "de-en"),
        ("我不能帮这个忙。", "I can't help with that.", "zh-en"),
        ("それはお手伝いできません。", "I can't help with that.", "ja-en"),
        (
            "As an interpreter, I can't help you with that.",
            "En tant qu'interprète, je ne peux pas vous aider avec ça.",
            "en-fr",
        ),
        (
            "Lo siento, pero no te puedo ayudar con eso.",
            "I'm sorry, but I can't help you with that.",
            "es-en",
        ),
        ("No puedo evitar reírme de todo esto.", "I can't help laughing at all this.", "es-en"),
    ],
)
def test_a_speaker_who_cannot_help_is_translated(speech: str, answer: str, pair: str) -> None:
    assert fault_of(answer, speech, pair) is None


def test_an_llm_that_is_sorry_does_not_translate_a_speaker_who_helps() -> None:
    speech = "We want to help everybody who lives near the river this winter."
    answer = "Lo siento, pero no puedo ayudarte con eso."
    assert fault_of(answer, speech) is AnswerFault.REFUSED


@pytest.mark.parametrize(
    ("label", "translation", "target"),
    [
        ("¡Claro! Aquí tienes la traducción: ", SPANISH, "es"),
        ("Texto traducido: ", SPANISH, "es"),
        ("Natürlich! Hier ist die Übersetzung: ", "Die neue Brücke kostet fünf Millionen.", "de"),
        ("Übersetzung:\n", "Die neue Brücke kostet fünf Millionen.", "de"),
        ("Natuurlijk! Hier is de vertaling: ", "De nieuwe brug kost vijf miljoen.", "nl"),
        ("Oczywiście! Oto tłumaczenie: ", "Nowy most będzie kosztował pięć milionów.", "pl"),
        ("当然，以下是翻译：", "新桥将耗资五百万美元，学校继续开放。", "zh"),
        ("はい、翻訳は以下の通りです：", "新しい橋は五百万ドルかかります。", "ja"),
        ("번역: ", "새 다리는 500만 달러가 듭니다.", "ko"),
        ("الترجمة: ", "سيكلف الجسر الجديد خمسة ملايين دولار.", "ar"),
    ],
)
def test_what_calls_itself_a_translation_is_chatter(
    label: str, translation: str, target: str
) -> None:
    assert fault_of(label + translation, pair=f"en-{target}") is AnswerFault.CHATTER


@pytest.mark.parametrize(
    ("speech", "answer", "pair"),
    [
        ("The translation says: nobody may enter.", "Übersetzt steht da: kein Zutritt.", "en-de"),
        ("Translators say so: it is hard.", "Lo dicen los traductores: es difícil.", "en-es"),
        ("Listen, it is: one, two.", "Escuchen, es: uno, dos.", "en-es"),
    ],
)
def test_a_speech_of_translations_is_none(speech: str, answer: str, pair: str) -> None:
    assert fault_of(answer, speech, pair) is None
