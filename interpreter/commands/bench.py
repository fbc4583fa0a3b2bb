"""`interpreter bench`: interpret talks under several policies, and print one table of figures."""

import asyncio
import json
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import languages
from interpreter.commands.file import (
    check_languages,
    check_policy,
    interpret_with_progress,
    warn_of,
)
from interpreter.engines import open_translator
from interpreter.engines.arguments import (
    ProfileName,
    SttClass,
    SttOptions,
    TranslatorClass,
    TranslatorOptions,
    TtsClass,
    TtsOptions,
    engine_choice,
)
from interpreter.engines.translator import TranslationRequest
from interpreter.errors import InputError, InterpretationError
from interpreter.figures import (
    BASELINE_POLICY,
    MEASURED_POLICY,
    TURNS_POLICY,
    Row,
    json_of,
    misses,
    table_of,
)
from interpreter.glossary_option import GlossaryFile, read_glossary
from interpreter.heard import Interval, read_sound_intervals
from interpreter.quality import heard_sentences
from interpreter.rehearsal.sound_file import check_sound
from interpreter.rehearsal.stage import Interpreted, Stage, Talk, private_stage
from interpreter.scorer import row_of
from interpreter.settings import Settings
from interpreter.talks import TEXTS, make_talks, read_manners


@dataclass(frozen=True, slots=True)
class TimedTalk:
    """A sound file whose sentences' times are known."""

    wav: Path
    floor: tuple[Interval, ...]
    is_gated: bool
    is_in_turns: bool = False
    """People wait for their interpreter in it."""


def bench(
    talk: Annotated[list[Path] | None, typer.Argument(help="Sound files; none: our talks.")] = None,
    sentences: Annotated[
        Path | None,
        typer.Option(help="Sentence times of the one talk; else the .json beside each talk."),
    ] = None,
    to: Annotated[list[str] | None, typer.Option("--to", help="Targets; none: es and ca.")] = None,
    source: Annotated[str, typer.Option("--from", help="Language of the talks.")] = "en",
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--mode",
            "--policy",
            help="Modes; none: balanced and sentence-final, consecutive where people take turns.",
        ),
    ] = None,
    llm_delay_ms: Annotated[int, typer.Option(help="Added before a translation begins.")] = 350,
    tts_delay_ms: Annotated[int, typer.Option(help="Added before a voice begins.")] = 150,
    profile: ProfileName = "",
    translator: TranslatorClass = "",
    translator_option: TranslatorOptions = None,
    stt: SttClass = "",
    stt_option: SttOptions = None,
    tts: TtsClass = "",
    tts_option: TtsOptions = None,
    glossary: GlossaryFile = None,
    out: Annotated[Path, typer.Option(help="Folder for recordings and events.")] = Path(
        "var/bench"
    ),
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write the figures here.")
    ] = None,
    state_dir: Annotated[Path, typer.Option(help="Where `make setup` put the server.")] = Path(
        "var"
    ),
) -> None:
    """Interpret talks in real time under named policies; print one table of figures."""
    targets = to or ["es", "ca"]
    engines = engine_choice(
        (translator, translator_option), (stt, stt_option), (tts, tts_option), profile
    )
    check_languages(source, targets, engines)
    for name in policy or ():
        check_policy(name)
    entries = read_glossary(glossary, source, targets)
    with Console().status("Reading the talks; the first time, speaking them …"):
        talks = find_talks(talk or [], sentences, state_dir / "talks")
    planned = [
        Talk(sound, source, tuple(dict.fromkeys(targets)), name, entries)
        for timed, sound in [(timed, check_sound(timed.wav)) for timed in talks]
        for name in policy or _policies_for(timed)
    ]
    floors = {timed.wav: timed for timed in talks}
    stage = private_stage(
        state_dir, llm_delay_ms=llm_delay_ms, tts_delay_ms=tts_delay_ms, engines=engines
    )
    rows, failures = asyncio.run(run_talks(planned, floors, out, stage))
    _tell(rows, [*failures, *misses(rows)], json_file)


def find_talks(wavs: list[Path], sentences: Path | None, made: Path) -> list[TimedTalk]:
    """The talks with their sentence times; our own, spoken into `made`, when none is given."""
    if sentences is not None and len(wavs) != 1:
        raise InputError("--sentences belongs to one talk: give one sound file with it.")
    manners = read_manners(TEXTS) if TEXTS.is_dir() else {}
    clean = {
        name
        for name, manner in manners.items()
        if manner.noise_snr_db is None and not manner.telephone
    }
    in_turns = {name for name, manner in manners.items() if manner.answering_voice}
    found = wavs or list(make_talks(TEXTS, made))
    return [
        TimedTalk(
            wav,
            read_sentence_times(sentences or wav.with_suffix(".json")),
            not wavs and wav.stem in clean,
            wav.stem in in_turns,
        )
        for wav in found
    ]


def _policies_for(talk: TimedTalk) -> tuple[str, ...]:
    return (TURNS_POLICY,) if talk.is_in_turns else (MEASURED_POLICY, BASELINE_POLICY)


def read_sentence_times(path: Path) -> tuple[Interval, ...]:
    """A JSON list of {"text", "start_s", "end_s"} → the times, in order."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        times = [Interval(float(row["start_s"]), float(row["end_s"])) for row in rows]
    except OSError as error:
        raise InputError(
            f"There is no {path} with the times of the sentences. Give it with --sentences."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f'{path} is no JSON list of {{"text", "start_s", "end_s"}} ({error!r}).'
        ) from error
    if not times:
        raise InputError(f"{path} lists no sentence.")
    return tuple(sorted(times, key=lambda one: one.start_s))


async def run_talks(
    planned: list[Talk],
    floors: dict[Path, TimedTalk],
    out: Path,
    opened: AbstractAsyncContextManager[Stage],
) -> tuple[list[Row], list[str]]:
    """The figures of all talks, and a sentence for each talk that has none."""
    rows: list[Row] = []
    failures: list[str] = []
    async with opened as stage:
        for talk in planned:
            warn_of(talk.sound)
            path = talk.sound.path
            result = await interpret_with_progress(stage, talk, out / path.stem / talk.policy)
            try:
                rows += await _score(stage, talk, floors[path], result)
            except InterpretationError as error:
                failures.append(f"{path.stem}, {talk.policy}: {error}")
    return rows, failures


async def _score(stage: Stage, talk: Talk, timed: TimedTalk, result: Interpreted) -> list[Row]:
    sentences = heard_sentences(result.events, languages.load(talk.source), timed.floor)
    rows = []
    for target in talk.targets:
        language = languages.load(target)
        heard = read_sound_intervals(result.directory / f"{target}.wav")
        references = await _translate(stage.settings, talk.source, target, sentences)
        row = row_of(
            timed.wav.stem,
            talk.policy,
            result.events,
            languages.load(talk.source),
            language,
            timed.floor,
            heard,
            references,
            is_gated=timed.is_gated,
        )
        rows.append(row)
    return rows


async def _translate(
    settings: Settings, source: str, target: str, sentences: list[str]
) -> list[str]:
    """Whole sentences by the translator that interpreted the talk."""
    translator = open_translator(source, target, settings.model_copy(update={"llm_delay_ms": 0}))
    try:
        translations = []
        for sentence in sentences:
            pieces = [piece async for piece in translator.translate(TranslationRequest(sentence))]
            translations.append("".join(pieces).strip())
        return translations
    finally:
        await translator.aclose()


def _tell(rows: list[Row], missed: list[str], json_file: Path | None) -> None:
    """Print the table; exit code 1 when a talk failed, or a clean one misses a mark."""
    console = Console()
    console.print(table_of(rows))
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(json_of(rows, missed), encoding="utf-8")
    for sentence in missed:
        console.print(sentence, style="red", markup=False, highlight=False)
    if missed:
        raise typer.Exit(1)
