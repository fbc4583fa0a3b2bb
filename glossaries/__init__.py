"""Words that a meeting wants rendered in its own way: sample glossaries, and what reads them.

entry.py         one entry: a term, its renderings, what is known about them

Imports nothing of ours.
"""
