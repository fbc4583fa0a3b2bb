"""`interpreter file`: interpret a sound file through a real room, and keep what a listener would
hear."""

import asyncio
from collections import Counter
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

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
from interpreter.engines.reach import supported_sources, supported_targets
from interpreter.errors import InputError, UnknownLanguage, UnsupportedPair
from interpreter.glossary_option import GlossaryFile, read_glossary
from interpreter.pair.policy import BALANCED, POLICIES
from interpreter.rehearsal.sound_file import SoundFile, check_sound
from interpreter.rehearsal.stage import Interpreted, Stage, Talk, private_stage
from interpreter.settings import EngineChoice
from languages import available

say = Console(highlight=False)


def file(
    talk: Annotated[Path, typer.Argument(help="A sound file: WAV, FLAC, MP3, OGG or M4A.")],
    to: Annotated[list[str], typer.Option("--to", help="Target language; may be repeated.")],
    source: Annotated[str, typer.Option("--from", help="Language of the talk.")] = "en",
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("out"),
    policy: Annotated[
        str,
        typer.Option(
            "--mode", "--policy", help="fast, balanced, accurate, consecutive, or the baseline."
        ),
    ] = BALANCED,
    llm_delay_ms: Annotated[int, typer.Option(help="Added before a translation begins.")] = 0,
    tts_delay_ms: Annotated[int, typer.Option(help="Added before a voice begins.")] = 0,
    profile: ProfileName = "",
    translator: TranslatorClass = "",
    translator_option: TranslatorOptions = None,
    stt: SttClass = "",
    stt_option: SttOptions = None,
    tts: TtsClass = "",
    tts_option: TtsOptions = None,
    glossary: GlossaryFile = None,
    livekit_url: Annotated[
        str,
        typer.Option(help="A LiveKit server to use (keys from the environment); none: our own."),
    ] = "",
    state_dir: Annotated[Path, typer.Option(help="Where `make setup` put the server.")] = Path(
        "var"
    ),
) -> None:
    """Interpret a sound file in real time through a room; write .wav, .vtt and events.jsonl."""
    engines = engine_choice(
        (translator, translator_option), (stt, stt_option), (tts, tts_option), profile
    )
    check_languages(source, to, engines)
    check_policy(policy)
    with say.status(escape(f"Checking {talk} …")):
        sound = check_sound(talk)
    warn_of(sound)
    entries = read_glossary(glossary, source, to)
    planned = Talk(sound, source, tuple(dict.fromkeys(to)), policy, entries)
    stage = private_stage(
        state_dir,
        llm_delay_ms=llm_delay_ms,
        tts_delay_ms=tts_delay_ms,
        livekit_url=livekit_url,
        engines=engines,
    )
    result = asyncio.run(_run(planned, out, stage))
    tell_failures(result)
    for path in sorted(result.directory.iterdir()):
        say.print(f"  {path}", markup=False)


async def _run(talk: Talk, out: Path, opened: AbstractAsyncContextManager[Stage]) -> Interpreted:
    async with opened as stage:
        return await interpret_with_progress(stage, talk, out)


async def interpret_with_progress(stage: Stage, talk: Talk, out: Path) -> Interpreted:
    """Interpret one talk on a stage, with a progress bar in the terminal."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f} s"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=say) as bar:
        task = bar.add_task(talk.sound.path.name, total=talk.sound.duration_s)

        def progress(doing: str, second: float) -> None:
            bar.update(task, description=f"{talk.sound.path.name}: {doing}", completed=second)

        return await stage.interpret(talk, out, progress)


def check_languages(source: str, targets: list[str], engines: EngineChoice | None = None) -> None:
    """Raise a sentence for languages that cannot be interpreted here."""
    for tag in (source, *targets):
        if tag not in available():
            raise UnknownLanguage(
                f"There is no language {tag!r}. Known languages: {', '.join(available())}."
            )
    if source not in supported_sources(engines):
        raise UnsupportedPair(
            f"No recogniser for {source!r} here. Spoken languages: "
            f"{', '.join(supported_sources(engines))}."
        )
    for target in targets:
        if target not in supported_targets(source, engines):
            raise UnsupportedPair(
                f"No translator from {source!r} to {target!r} here. Targets of {source!r}: "
                f"{', '.join(supported_targets(source, engines))}."
            )


def check_policy(policy: str) -> None:
    """Raise a sentence for a policy that does not exist."""
    if policy not in POLICIES:
        raise InputError(f"There is no policy {policy!r}. Policies: {', '.join(POLICIES)}.")


def warn_of(sound: SoundFile) -> None:
    """Say what will make the recogniser's work hard."""
    if sound.is_clipped:
        say.print(
            f"{sound.path} is clipped in {sound.clipped_share:.1%} of its samples: "
            "expect recognition errors. Record at a lower level.",
            style="yellow",
            markup=False,
        )


def tell_failures(result: Interpreted) -> None:
    """Say which engines failed, and how often: what they would have said is missing."""
    failed = Counter(str(e["engine"]) for e in result.events if e["event"] == "engine_failed")
    for engine, times in failed.items():
        say.print(
            f"[red]The {engine} failed {times} times; what it missed is missing in the results. "
            "`interpreter doctor` tells what is wrong."
        )
