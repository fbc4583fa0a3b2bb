"""docs/languages.md lists every language with what its file has."""

from pathlib import Path

import languages
from languages import Language

DOC = Path(__file__).parents[2] / "docs" / "languages.md"
HEAD = (
    "| tag | language | script | units close at | number words | line | letters a second | pace "
    "| offline | Deepgram | Google | Azure | OpenAI |\n" + "|" + " --- |" * 13
)
OFFLINE = {"pocketsphinx": "recogniser", "apertium": "translator", "espeak": "voice"}


def test_the_table_of_languages_is_what_their_files_say() -> None:
    """When it fails: put the table that it prints into the page."""
    table = "\n".join([HEAD, *(_row(languages.load(tag)) for tag in languages.available())])

    assert table in DOC.read_text(encoding="utf-8"), f"\n{table}\n"


def _row(language: Language) -> str:
    engines = language.engines
    cells = [
        language.tag,
        f"{language.name}, {language.endonym}",
        language.script + (" ←" if language.direction == "rtl" else ""),
        "pauses, clauses, caps" if language.is_cut_by_clauses else "pauses, caps",
        "→ digits" if language.numbers else "as recognised",
        str(language.caption_line_length),
        f"{language.reading_speed_cps:g}",
        f"{language.natural_pace_cps:g}" + ("" if "espeak" in engines else " (estimate)"),
        ", ".join(word for engine, word in OFFLINE.items() if engine in engines) or "–",
        engines.get("deepgram_stt", "–"),
        engines.get("google_stt", "–"),
        engines["azure_voice"],
        engines.get("openai_stt", "–"),
    ]
    return f"| {' | '.join(cells)} |"
