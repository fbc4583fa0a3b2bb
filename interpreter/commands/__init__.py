"""One file per subcommand of `interpreter`; each imports what it needs only when it is called for.

demo.py      everything on this machine until Ctrl-C: servers, agents, a recorded speaker
worker.py    this machine's floor and pair agents
file.py      a sound file through a real room, and what a listener would hear
bench.py     talks under several policies → one table of figures
eval.py      talks as a recogniser heard them, in virtual time → one table of figures
faults.py    the whole product, hurt in mid-speech → one table of how it recovered
play.py      a sound file speaks in a meeting
talks.py     speak the test talks into files
backup.py    a copy of what is kept, taken while everything runs
restore.py   a backup back in place
doctor.py    every requirement of this machine, its state and its remedy; a profile's engines, tried
engines.py   the engine profiles, and what each has for a language
"""
