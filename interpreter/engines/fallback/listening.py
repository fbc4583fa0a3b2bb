"""One speaker's sound: which engine hears it, and what of its words is new.

A recogniser that says nothing may have stalled, or hear no words because there are none, as in
music. It is believed to have stalled only when another one has heard words in the same sound
(suspect.py).
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any, Protocol

from livekit import rtc
from livekit.agents import APIConnectionError, LanguageCode, stt
from livekit.agents.types import APIConnectOptions, TimedString

from interpreter.engines.agreed import Agreed
from interpreter.engines.fallback import Named
from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.fallback.chain import Chain
from interpreter.engines.fallback.doubts import LAST_SLACK, SILENT_SLACK, Doubts
from interpreter.engines.fallback.hearing import EngineHearing, Heard, News
from interpreter.engines.fallback.kept import Kept
from interpreter.engines.fallback.pieces import Pieces
from interpreter.engines.fallback.retimed import retimed
from interpreter.engines.fallback.suspect import Suspect
from interpreter.engines.fallback.trouble import EngineTroubled, Told, told_by
from interpreter.engines.recogniser import HasInterims
from interpreter.engines.seam import AGAIN_WORDS, EXACT_S, ROUGH_S, Seam
from interpreter.engines.serving import names_of, primary
from interpreter.engines.timed_words import ends_s, starts_s
from interpreter.engines.utterances import HEARD_S, ROUGH, SETTLED
from interpreter.kept_waiting import own_now_s
from languages.spacing import joined

GIVE_UP_S = 4.0
"""So long nobody may answer: what was said meanwhile is heard again. Later it is lost, and told."""
AGAIN_S = 0.5
"""Between two rounds of asking everybody."""
INTERIM_SLACK = 1.1
"""Who is asked about recordings on the way answers later than who hears all the time."""
SAMPLE_S = 4.0
"""Of speech, to probe with."""
JUDGED_WORDS, OTHER_TIMES = 3, 3
"""So many words of another language, so many times, or in a final: it hears the wrong language."""

_SAYS_NOTHING = (Trouble.STALL, Trouble.TOO_SLOW)


class Ears(Protocol):
    """What the streams of one recogniser share: recogniser.FallbackRecogniser."""

    chain: Chain[stt.STT[Any]]
    sample: list[rtc.AudioFrame]
    sample_language: str


class _GoBack(Exception):
    """An utterance is over, and an engine that is preferred is well again."""


class Listening:
    """One speaker's sound: which engine hears it, and what of its words is new."""

    def __init__(
        self,
        recogniser: Ears,
        kept: Kept,
        news: asyncio.Event,
        say: Callable[[stt.SpeechEvent], None],
        close: Callable[[stt.RecognizeStream], None],
    ) -> None:
        """`close` does not wait for the engine: whoever fails is slow in that, too."""
        self._close = close
        self._recogniser = recogniser
        self._chain = recogniser.chain
        self._kept = kept
        self._news = news
        self._say = say
        self._final_s = 0.0
        """Up to here words are final, or were none."""
        self._finals: tuple[TimedString, ...] = ()
        """The last of them, in this utterance …"""
        self._told_s = 0.0
        """… and where they ended at the latest, as they were told."""
        self._seam = Seam()
        """The same when this engine began."""
        self._told: tuple[TimedString, ...] = ()
        """The newest hypothesis since, as it was told."""
        self._agreed = Agreed()
        self._is_rough = False
        """Its words' times are."""
        self._is_settled = False
        """Whether the newest final is what was believed, and no word of the engine's on it: what
        else it said was no sign that it has heard the end."""
        self._known: tuple[TimedString, ...] = ()
        """The same of the engine before."""
        self._asked: list[Named[stt.STT[Any]]] = []
        """Who has failed since somebody has heard words."""
        self._suspect: Suspect | None = None
        self._is_wordless = False
        """Nobody hears words in this sound: nobody is doubted for that."""
        self._failing_since_s: float | None = None
        self._strangers: list[Named[stt.STT[Any]]] = []
        """Who has heard another language in this utterance."""
        self._others = 0
        self._last_word_s = 0.0

    async def run(self, conn_options: APIConnectOptions) -> None:
        """Hear until the sound ends; raises APIConnectionError when nobody can."""
        why, failure = Trouble.ERROR, None
        while await self._has_more():
            turn = self._chain.pick(self._asked)
            if turn is None:
                await self._wait(why, failure)
                continue
            one, _ = turn
            try:
                await self._hear_by(one, conn_options)
            except Exception as error:  # noqa: BLE001  (whatever it is, others can hear)
                if _has_gone_back(error):
                    continue
                failure, told = error, told_by(error)
                why = told.trouble
                self._failed(one, told)

    async def _has_more(self) -> bool:
        """Wait for sound; False at the end."""
        while self._kept.is_empty and not self._kept.is_ended:
            self._news.clear()
            await self._news.wait()
        return self._kept.open_flushes > 0 or not self._kept.is_ended

    async def _wait(self, why: Trouble, failure: Exception | None) -> None:
        """Everybody was asked: once more, if anybody may be, and it is not too late."""
        now_s = own_now_s()
        since_s = self._failing_since_s if self._failing_since_s is not None else now_s
        self._failing_since_s = since_s
        self._asked.clear()
        if self._suspect is not None:
            self._suspect, self._is_wordless = None, True
            return
        if self._chain.pick([]) is None or now_s - since_s > GIVE_UP_S:
            self._chain.lost(why)
            message = "No recogniser hears; what is wrong with each is in the log."
            raise APIConnectionError(message, retryable=False) from failure
        await asyncio.sleep(AGAIN_S)

    def _failed(self, one: Named[stt.STT[Any]], told: Told) -> None:
        self._asked.append(one)
        if told.trouble is not Trouble.WRONG_LANGUAGE:
            self._settle()
        self._known = self._told or self._known
        self._agreed.clear()
        if told.trouble is Trouble.WRONG_LANGUAGE:
            self._strangers.append(one)
            self._chain.doubt(one, told.trouble)
            return
        if told.trouble in _SAYS_NOTHING and not told.is_sure:
            if self._suspect is None and not self._is_wordless:
                at_s = self._kept.pushed_s
                self._suspect = Suspect(one, told.trouble, self._last_word_s, at_s)
            return  # else nor does this one hear words: it is not told who is right
        if self._failing_since_s is None:
            self._failing_since_s = own_now_s()
        self._suspect = None
        self._chain.failed(one, told)

    def _settle(self) -> None:
        """What it has gone on believing is final: the next one need not hear all of it again, which
        takes time."""
        if not (words := self._agreed.words):
            return
        rest = self._told[len(words) :]
        told = stt.SpeechData(
            language=LanguageCode(self._chain.language),
            text=joined(words),
            words=list(words),
            metadata={HEARD_S: ends_s(words[-1]), SETTLED: True},
        )
        self._say(stt.SpeechEvent(stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[told]))
        self._note_final(words, told.language, ROUGH_S if self._is_rough else EXACT_S)
        self._told = rest

    async def _hear_by(self, one: Named[stt.STT[Any]], conn_options: APIConnectOptions) -> None:
        is_silent = not one.engine.capabilities.interim_results
        stands_in = is_silent and self._stands_in(one)
        recorder = _recorder(one) if stands_in or not is_silent else None
        interim = recorder.interim_stream(conn_options=conn_options) if recorder else None
        least_slack = 1.0 if interim is None else INTERIM_SLACK
        doubts = Doubts(
            self._chain.health.rhythms[one.name],
            own_now_s(),
            is_silent and interim is None,
            lambda: max(self._slack(one), least_slack),
            hears_whole=is_silent or interim is not None,
        )
        self._seam = Seam(self._final_s, self._finals, self._told_s, self._kept.begins_s)
        self._others, self._told = 0, ()
        hearing = EngineHearing(
            interim or one.engine.stream(conn_options=conn_options),
            self._kept,
            self._news,
            doubts,
            lambda heard: self._heard(one, heard, hearing),
            self._close,
            Pieces() if stands_in and interim is None else None,
            is_paced=interim is None,
        )
        hearing.is_watched = not self._is_wordless
        await hearing.run()

    def _stands_in(self, one: Named[stt.STT[Any]]) -> bool:
        """Whether somebody is preferred to it who tells words as they are said."""
        preferred = takewhile(lambda other: other != one, self._chain.engines)
        return any(other.engine.capabilities.interim_results for other in preferred)

    def _slack(self, one: Named[stt.STT[Any]]) -> float:
        """By who could take over now."""
        other = self._chain.healthy([*self._asked, one])
        if other is None:
            return LAST_SLACK
        if other.engine.capabilities.interim_results:
            return 1.0
        tells_early = self._stands_in(other) and _recorder(other) is not None
        return 1.0 if tells_early else SILENT_SLACK

    def _heard(self, one: Named[stt.STT[Any]], heard: Heard, hearing: EngineHearing) -> None:
        if heard.news is News.USAGE:
            self._say(heard.event)
        elif heard.news is News.END:
            self._utterance_over(one, heard, hearing)
        else:
            self._hear_words(one, heard, hearing)

    def _hear_words(self, one: Named[stt.STT[Any]], heard: Heard, hearing: EngineHearing) -> None:
        if self._is_other_language(one, heard):
            return
        beyond = self._seam.beyond(heard.words, is_rough=_says(heard, ROUGH))
        words = retimed(beyond, self._known)
        if words:
            self._last_word_s = ends_s(words[-1])
            hearing.doubts.word(own_now_s(), hearing.given_s, self._last_word_s)
            self._well(one, hearing, words)
        is_final = heard.news is News.FINAL
        if heard.words:
            self._is_settled = is_final and _says(heard, SETTLED)
        if is_final:
            self._seam = self._seam.after(heard.words, is_rough=_says(heard, ROUGH))
        if words or not (heard.words or is_final):
            self._tell(heard, words)
        if is_final and words:
            lead_s = ROUGH_S if _says(heard, ROUGH) else EXACT_S
            language = heard.event.alternatives[0].language or self._chain.language
            self._note_final(words, language, lead_s if _says(heard, SETTLED) else 0.0)
        elif words:
            self._told = words
            self._is_rough = _says(heard, ROUGH)
            is_believed = hearing.is_up_to_date or not self._is_rough
            self._agreed.push(words, heard.heard_s, is_believed=is_believed)
            is_behind = hearing.doubts.is_behind(
                own_now_s(), self._last_word_s, self._kept.pushed_s
            )
            if is_behind and self._chain.healthy([*self._asked, one]) is not None:
                raise EngineTroubled(Trouble.TOO_SLOW, is_sure=True)

    def _is_other_language(self, one: Named[stt.STT[Any]], heard: Heard) -> bool:
        """Whether it is to be kept back; raises EngineTroubled when that is sure, and there is
        somebody who may know better. Who else speaks another language is the speaker."""
        given = str(heard.event.alternatives[0].language or "")
        expected = self._chain.language
        if not given or not expected or primary(given) in names_of(expected):
            self._others = 0
            return False
        self._others += 1
        if len(heard.words) < JUDGED_WORDS or not self._has_judge(one):
            return False
        if heard.news is News.FINAL or self._others >= OTHER_TIMES:
            raise EngineTroubled(Trouble.WRONG_LANGUAGE)
        return True

    def _has_judge(self, one: Named[stt.STT[Any]]) -> bool:
        """Whether there is somebody who may know better which language is spoken."""
        return self._chain.healthy([*self._strangers, *self._asked, one]) is not None

    def _well(
        self, one: Named[stt.STT[Any]], hearing: EngineHearing, words: Sequence[TimedString]
    ) -> None:
        """It hears words: whoever heard none in them has stalled, or is late."""
        if self._others and self._has_judge(one):
            return  # in another language: whether that is spoken is not known yet
        if (suspect := self._suspect) is not None and suspect.one != one:
            if suspect.is_undecided(words):
                return
            if suspect.has_failed(words):
                self._chain.health.rhythms[suspect.one.name].doubted()
                self._chain.failed(suspect.one, Told(suspect.trouble, is_sure=True))
            else:
                self._chain.doubt(suspect.one, suspect.trouble)
        self._suspect, self._failing_since_s, self._is_wordless = None, None, False
        self._asked.clear()
        hearing.is_watched = True
        self._chain.serve(one)

    def _note_final(self, words: Sequence[TimedString], language: str, lead_s: float = 0.0) -> None:
        start_s, self._final_s = starts_s(words[0]), ends_s(words[-1])
        self._finals = (*self._finals, *words)[-AGAIN_WORDS:]
        self._told_s = max(self._told_s, self._agreed.latest_s(len(words)))
        sample = self._kept.frames(max(start_s, self._final_s - SAMPLE_S), self._final_s)
        if sample:
            self._recogniser.sample, self._recogniser.sample_language = sample, language
        self._kept.final_until(self._final_s - lead_s)
        self._told = self._known = ()
        self._agreed.clear()

    def _utterance_over(
        self, one: Named[stt.STT[Any]], heard: Heard, hearing: EngineHearing
    ) -> None:
        over_s = self._kept.first_flush_s
        sign_s = 0.0 if self._is_settled else hearing.sign_s
        heard_s = max(sign_s, self._last_word_s, self._final_s)
        has_left_out = hearing.is_live and hearing.doubts.has_left_out(over_s, heard_s)
        if (self._told or has_left_out) and not self._is_wordless and self._suspect is None:
            raise EngineTroubled(Trouble.STALL)
        self._final_s, self._finals = max(self._final_s, over_s), ()
        self._seam = replace(self._seam, given_s=math.inf)
        self._agreed.clear()
        self._kept.answered()
        self._told = self._known = ()
        self._is_wordless = False
        self._suspect = None
        self._asked.clear()
        self._judge_strangers(one)
        self._say(heard.event)
        if not self._kept.is_ended and self._chain.preferred != one:
            raise _GoBack

    def _judge_strangers(self, one: Named[stt.STT[Any]]) -> None:
        """Where this one has heard what is expected, they have not listened well."""
        for other in self._strangers if self._others == 0 else ():
            self._chain.failed(other, Told(Trouble.WRONG_LANGUAGE))
        self._strangers.clear()

    def _tell(self, heard: Heard, words: Sequence[TimedString]) -> None:
        data = heard.event.alternatives[0]
        told = stt.SpeechData(
            language=data.language,
            text=joined(words),
            confidence=data.confidence,
            words=list(words),
            metadata={**(data.metadata or {}), HEARD_S: heard.heard_s},
        )
        self._say(stt.SpeechEvent(heard.event.type, alternatives=[told]))


def _recorder(one: Named[stt.STT[Any]]) -> HasInterims | None:
    """Listeners do not wait for whole utterances: what hears recordings is asked on the way."""
    engine = one.engine
    return engine if isinstance(engine, HasInterims) and engine.hears_recordings else None


def _has_gone_back(error: BaseException) -> bool:
    if isinstance(error, ExceptionGroup):
        return any(_has_gone_back(one) for one in error.exceptions)
    return isinstance(error, _GoBack)


def _says(heard: Heard, what: str) -> bool:
    return bool((heard.event.alternatives[0].metadata or {}).get(what))
