"""Pages for people, one router an area.

serving.py      which engine serves each channel of a meeting
meetings.py     home, a new meeting, its links and how it is interpreted
costs.py        what a meeting costs while it goes on
interpreters.py who interprets what: people, their channels and links
glossaries.py   a meeting's glossaries, and a new one from a file, from pasted text or a sample
glossary.py     one glossary: its terms, changed one by one, replaced, downloaded
technician.py   what interpreters call the technician for, seen and answered
listen.py       the listener's page
speak.py        the speaker's page
captioner.py    the captioner's page
console.py      the interpreter's console
transcripts.py  the transcript and its files
"""
