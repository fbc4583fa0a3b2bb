"""The report of a glossary's file, in the reader's language: for the page, and as a file."""

import csv
import io
from collections.abc import Sequence

from fastapi import Request

from glossaries import BadRow
from web.glossary_contexts import Report, ReportRow
from web.i18n import N_, translations
from web.rendering import language_choice, locale_of

_SHOWN = 100


def report_of(request: Request, bad_rows: Sequence[BadRow], url: str = "") -> Report | None:
    """What was wrong; None where nothing was."""
    if not bad_rows:
        return None
    shown = [ReportRow(one.row, sentence(request, one), one.is_taken) for one in bad_rows[:_SHOWN]]
    left_out = sum(one.row > 0 and not one.is_taken for one in bad_rows)
    return Report(shown, left_out, max(len(bad_rows) - _SHOWN, 0), url)


def sentence(request: Request, bad: BadRow) -> str:
    """What is wrong and what to do, in the reader's language."""
    locale = locale_of(request)
    values = dict(bad.values)
    if language := values.get("language"):
        values["language"] = language_choice(language, locale).name
    return translations(str(locale)).gettext(bad.problem.value).format(**values)


def report_file(request: Request, bad_rows: Sequence[BadRow]) -> bytes:
    """Every row of the report, for a spreadsheet."""
    speak = translations(str(locale_of(request))).gettext
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([speak(N_("Row")), speak(N_("Taken")), speak(N_("What to do"))])
    for one in bad_rows:
        taken = speak(N_("yes")) if one.is_taken else speak(N_("no"))
        writer.writerow([one.row, taken, sentence(request, one)])
    return text.getvalue().encode("utf-8-sig")
