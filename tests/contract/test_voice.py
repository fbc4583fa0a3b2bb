"""What every voice keeps: sound at its own rate, word times inside it, a pace that is obeyed."""

import numpy
import pytest
from livekit import rtc
from livekit.agents import tts
from livekit.agents.types import USERDATA_TIMED_TRANSCRIPT, TimedString

import languages
from interpreter.engines import open_voice
from interpreter.engines.voice import Voice
from interpreter.settings import Settings
from interpreter.word_sounds import marked
from tests.scripted import ScriptedVoice

SENTENCE = "El ayuntamiento nos pidió que explicáramos el puente nuevo, que costó 250 euros."

SPOKEN = {
    "es": SENTENCE,
    "ca": "L'ajuntament ens va demanar que expliquéssim el pont nou, que va costar 250 euros.",
    "pt": "A câmara pediu-nos que explicássemos a ponte nova, que custou 250 euros.",
    "it": "Il comune ci ha chiesto di spiegare il ponte nuovo, che è costato 250 euro.",
    "fr": "La ville nous a demandé d'expliquer le pont nouveau, qui a coûté 250 euros.",
}
"""What each voice is heard with, in its own language."""

PACED = {
    "bg": [
        "Общинският съвет ни помоли да обясним новия мост.",
        "Чистата вода е важна за всяко семейство.",
        "Утре ще говорим за училищата и болниците.",
    ],
    "cs": [
        "Městská rada nás požádala, abychom vysvětlili nový most.",
        "Čistá voda je důležitá pro každou rodinu.",
        "Zítra budeme mluvit o školách a nemocnicích.",
    ],
    "da": [
        "Byrådet bad os om at forklare den nye bro.",
        "Rent vand er vigtigt for hver familie.",
        "I morgen taler vi om skoler og hospitaler.",
    ],
    "de": [
        "Der Stadtrat hat uns gebeten, die neue Brücke zu erklären.",
        "Sauberes Wasser ist für jede Familie wichtig.",
        "Morgen sprechen wir über Schulen und Krankenhäuser.",
    ],
    "el": [
        "Το δημοτικό συμβούλιο μας ζήτησε να εξηγήσουμε τη νέα γέφυρα.",
        "Το καθαρό νερό είναι σημαντικό για κάθε οικογένεια.",
        "Αύριο θα μιλήσουμε για τα σχολεία και τα νοσοκομεία.",
    ],
    "fi": [
        "Kaupunginvaltuusto pyysi meitä selittämään uuden sillan.",
        "Puhdas vesi on tärkeää jokaiselle perheelle.",
        "Huomenna puhumme kouluista ja sairaaloista.",
    ],
    "hi": [
        "नगर परिषद ने हमसे नए पुल के बारे में बताने को कहा।",
        "साफ़ पानी हर परिवार के लिए ज़रूरी है।",
        "कल हम स्कूलों और अस्पतालों के बारे में बात करेंगे।",
    ],
    "hu": [
        "A városi tanács arra kért minket, hogy magyarázzuk el az új hidat.",
        "A tiszta víz minden családnak fontos.",
        "Holnap az iskolákról és a kórházakról fogunk beszélni.",
    ],
    "ko": [
        "시의회는 우리에게 새 다리에 대해 설명해 달라고 요청했습니다.",
        "깨끗한 물은 모든 가족에게 중요합니다.",
        "내일은 학교와 병원에 대해 이야기하겠습니다.",
    ],
    "nl": [
        "De gemeenteraad heeft ons gevraagd de nieuwe brug uit te leggen.",
        "Schoon water is belangrijk voor elk gezin.",
        "Morgen praten we over scholen en ziekenhuizen.",
    ],
    "pl": [
        "Rada miasta poprosiła nas o wyjaśnienie sprawy nowego mostu.",
        "Czysta woda jest ważna dla każdej rodziny.",
        "Jutro porozmawiamy o szkołach i szpitalach.",
    ],
    "ro": [
        "Consiliul local ne-a rugat să explicăm podul cel nou.",
        "Apa curată este importantă pentru fiecare familie.",
        "Mâine vom vorbi despre școli și spitale.",
    ],
    "sv": [
        "Kommunfullmäktige bad oss förklara den nya bron.",
        "Rent vatten är viktigt för varje familj.",
        "I morgon ska vi tala om skolor och sjukhus.",
    ],
    "sw": [
        "Baraza la jiji lilituomba tueleze kuhusu daraja jipya.",
        "Maji safi ni muhimu kwa kila familia.",
        "Kesho tutazungumza kuhusu shule na hospitali.",
    ],
    "tr": [
        "Belediye meclisi bizden yeni köprüyü açıklamamızı istedi.",
        "Temiz su her aile için önemlidir.",
        "Yarın okullar ve hastaneler hakkında konuşacağız.",
    ],
    "uk": [
        "Міська рада попросила нас пояснити новий міст.",
        "Чиста вода важлива для кожної родини.",
        "Завтра ми говоритимемо про школи та лікарні.",
    ],
}
"""What the pace of other voices is measured with; their sentences are as long as units are."""


async def spoken(
    voice: Voice, text: str, rate: float = 1.0, speaker: str = ""
) -> list[rtc.AudioFrame]:
    async with voice.synthesize(text, rate=rate, speaker=speaker) as utterance:
        audios: list[tts.SynthesizedAudio] = [audio async for audio in utterance]
    assert [audio.is_final for audio in audios] == [False] * (len(audios) - 1) + [True]
    return [audio.frame for audio in audios]


def words(frames: list[rtc.AudioFrame]) -> list[TimedString]:
    return [word for frame in frames for word in frame.userdata[USERDATA_TIMED_TRANSCRIPT]]


def duration_s(frames: list[rtc.AudioFrame]) -> float:
    return sum(frame.duration for frame in frames)


def level(frames: list[rtc.AudioFrame]) -> tuple[float, float]:
    """RMS in dBFS, and the peak, 0..1."""
    samples = numpy.frombuffer(rtc.combine_audio_frames(frames).data, numpy.int16) / 32768
    return float(20 * numpy.log10(numpy.sqrt((samples**2).mean()))), float(abs(samples).max())


@pytest.fixture(params=["scripted", pytest.param("offline", marks=pytest.mark.live)])
def voice(request: pytest.FixtureRequest) -> Voice:
    if request.param == "scripted":
        return ScriptedVoice(delay_s=0)
    return open_voice("es", request.getfixturevalue("offline"))


async def test_sound_comes_at_the_rate_the_voice_announces(voice: Voice) -> None:
    frames = await spoken(voice, SENTENCE)

    assert {frame.sample_rate for frame in frames} == {voice.sample_rate}
    assert voice.sample_rate % 100 == 0


async def test_words_are_all_there_in_order_and_inside_the_sound(voice: Voice) -> None:
    frames = await spoken(voice, SENTENCE)

    starts = [float(word.start_time or 0) for word in words(frames)]
    assert " ".join(words(frames)) == SENTENCE
    assert starts == sorted(starts)
    assert max(float(word.end_time or 0) for word in words(frames)) <= duration_s(frames) + 0.02


async def test_a_faster_rate_takes_less_time_in_proportion(voice: Voice) -> None:
    natural, fast = await spoken(voice, SENTENCE), await spoken(voice, SENTENCE, rate=1.25)

    assert duration_s(natural) / duration_s(fast) == pytest.approx(1.25, rel=0.06)


@pytest.mark.live
@pytest.mark.parametrize("language", sorted(SPOKEN))
@pytest.mark.parametrize("speaker", ["", *(f"speaker-{n}" for n in range(8))])
async def test_every_timbre_of_espeak_has_the_same_loudness_and_never_clips(
    offline: Settings, language: str, speaker: str
) -> None:
    rms, peak = level(
        await spoken(open_voice(language, offline), SPOKEN[language], speaker=speaker)
    )

    assert rms == pytest.approx(-20, abs=2)
    assert peak < 0.82


@pytest.mark.live
@pytest.mark.parametrize("language", sorted(SPOKEN))
async def test_espeaks_natural_pace_is_what_the_language_file_says(
    offline: Settings, language: str
) -> None:
    text = SPOKEN[language].rpartition(",")[0]  # a number has few letters for its length
    frames = await spoken(open_voice(language, offline), f"{text}.")  # a sentence, to its end

    measured_cps = len(text) / duration_s(frames)
    assert measured_cps == pytest.approx(languages.load(language).natural_pace_cps, rel=0.12)


@pytest.mark.live
@pytest.mark.parametrize("language", sorted(PACED))
async def test_the_pace_of_a_language_without_talks_is_measured_too(
    offline: Settings, language: str
) -> None:
    voice = open_voice(language, offline)
    seconds = sum([duration_s(await spoken(voice, sentence)) for sentence in PACED[language]])

    measured_cps = sum(map(len, PACED[language])) / seconds
    assert measured_cps == pytest.approx(languages.load(language).natural_pace_cps, rel=0.05)


def test_every_pace_of_espeak_is_measured() -> None:
    voiced = {tag for tag in languages.available() if "espeak" in languages.load(tag).engines}
    assert voiced - {"en"} == {*SPOKEN, *PACED}


@pytest.mark.live
@pytest.mark.parametrize("language", sorted(SPOKEN))
async def test_espeak_speaks_every_word_in_order_with_its_time(
    offline: Settings, language: str
) -> None:
    frames = await spoken(open_voice(language, offline), SPOKEN[language])

    starts = [float(word.start_time or 0) for word in words(frames)]
    assert " ".join(words(frames)) == SPOKEN[language]
    assert starts == sorted(starts)


@pytest.mark.live
async def test_espeak_says_sounds_and_tells_the_word_as_it_is_written(offline: Settings) -> None:
    voice = open_voice("es", offline)
    assert voice.reads("ˈxiɾo")
    sounds = await spoken(voice, f"El {marked('GNU', 'ˈxiɾo')}, por fin, [[x]].")
    letters = await spoken(voice, "El giro, por fin, [x]].")

    assert " ".join(words(sounds)) == "El GNU, por fin, [x]]."
    assert duration_s(sounds) == pytest.approx(duration_s(letters), abs=0.1)


@pytest.mark.live
@pytest.mark.parametrize("language", sorted(SPOKEN))
async def test_espeak_starts_and_ends_with_sound(offline: Settings, language: str) -> None:
    frames = await spoken(open_voice(language, offline), SPOKEN[language])

    assert level([cut(frames, 0.0, 0.05)])[1] > 0.02
    assert level([cut(frames, -0.05, 0.0)])[1] > 0.005


def cut(frames: list[rtc.AudioFrame], start_s: float, end_s: float) -> rtc.AudioFrame:
    sound = rtc.combine_audio_frames(frames)
    start, end = int(start_s * sound.sample_rate), int(end_s * sound.sample_rate)
    data = sound.data[start : end or None]
    return rtc.AudioFrame(bytes(data), sound.sample_rate, 1, len(data))


@pytest.mark.live
@pytest.mark.parametrize(
    "text",
    [
        "a < b & c > d",
        '<voice name="en"><prosody rate="9">x</prosody></voice>',
        "uno \u202edos\u202c tres 😀👍🏽",
        "--> [[x]] \x01 {y}",
    ],
)
async def test_no_text_breaks_the_voice(offline: Settings, text: str) -> None:
    assert duration_s(await spoken(open_voice("es", offline), text)) > 0.3


@pytest.mark.live
@pytest.mark.parametrize("text", ["😀", "…", "\u202e"])
async def test_nothing_to_say_takes_next_to_no_time_and_is_no_failure(
    offline: Settings, text: str
) -> None:
    assert duration_s(await spoken(open_voice("es", offline), text)) <= 0.05
