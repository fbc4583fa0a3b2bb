"""Pages for people, one router an area.

meetings.py     home, a new meeting, its links and how it is interpreted
interpreters.py who interprets what: people, their channels and links
listen.py       the listener's page
speak.py        the speaker's page
console.py      the interpreter's console
transcripts.py  the transcript and its files
"""
