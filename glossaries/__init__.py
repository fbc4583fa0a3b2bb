"""Words that a meeting wants rendered in its own way: sample glossaries (`council.csv`,
`medical.csv`, `football.csv`, and `council.tbx`), and what reads and writes glossaries.

entry.py         one entry: a term, its renderings, what is known about them
read.py          a file or pasted text → a glossary: entries, and a report of every bad row
report.py        what is wrong with a row, and what to do
encoding.py      bytes → text, whatever a program saved them as
table.py         text → rows of cells, whichever sign stands between them
columns.py       the first row → what each column means, by names that people use
rows.py          rows of cells → entries
cells.py         texts of a cell: cleaned, parted, made harmless for spreadsheets
tbx.py           TBX ↔ entries
merging.py       rows of the same term become one entry; contradictions are reported
csv_file.py      entries → CSV, and one entry ↔ the fields of a form
orientation.py   entries as one pair reads them, whichever way they were written
samples.py       the sample glossaries by name

Imports nothing of ours.
"""

from glossaries.columns import Kind, language_of
from glossaries.csv_file import field_name, fields_of, languages_of, read_fields, write_csv
from glossaries.entry import Entry, Rendering
from glossaries.merging import merged
from glossaries.orientation import oriented
from glossaries.read import MOST_BYTES, load, read
from glossaries.report import BadRow, Glossary, Problem
from glossaries.samples import SAMPLES, sample
from glossaries.tbx import write_tbx

__all__ = [
    "MOST_BYTES",
    "SAMPLES",
    "BadRow",
    "Entry",
    "Glossary",
    "Kind",
    "Problem",
    "Rendering",
    "field_name",
    "fields_of",
    "language_of",
    "languages_of",
    "load",
    "merged",
    "oriented",
    "read",
    "read_fields",
    "sample",
    "write_csv",
    "write_tbx",
]
