"""One file per export format; each turns segments on one clock into a file.

vtt.py    WebVTT, for video players
lines.py  every line with how it kept to the glossary, for spreadsheets
"""
