"""The floor agent: one job a room; speech → words → captions of every spoken language, and the
pairs that must run.

agent.py         one room: READ THIS FIRST
microphones.py   which microphones are heard
hearing.py       microphone track → mono frames with audio time → hypotheses
voice_activity.py  when a voice sounds in a microphone, without words
stability.py     hypotheses → committed words; pure
captioning.py    words → the caption segments of the spoken language; pure
speaker.py       one speaker: hypotheses → line, captions, store
typed_time.py    when a line is typed, and its recogniser's words are left out; pure
typed.py         one captioner: what they type → line, captions, store
captioners.py    who types in one room, and when recognisers are heard again
unrecognised.py  a speaker whose language has no recogniser: speech without words
vocabulary.py    the words that recognisers are told to expect
occurring.py     the glossaries' terms in what is said, for the booths
speakers.py      who is heard in one room
routing.py       which line each channel is interpreted from; pure
relay_watch.py   which relays are lost, and back; pure
relay_lines.py   the lines that machines write, for pairs that read their channels
supervision.py   which channels machines feed, and which pairs have died; pure
patience.py      how long a silent pair is waited for, and how many may start at once; pure
pairs.py         starts and stops the pair agents of one room
readers.py       sends the lines' items, and again what readers miss
voices.py        whose turn it is to speak in a channel that two pairs feed
on_air.py        who is heard in a channel: the floor, a human, the machine, nobody; pure
booths.py        what is known of the humans who should be on air
human_captions.py  whose words are a channel's captions while a human is on air; pure
relay_depth.py   from how many interpretations a channel is made; pure
sound_events.py  several people speak, nothing is interpreted: when to say so; pure
marks.py         says so in the captions of each channel
channels.py      how every channel is, for every page; pure
state_track.py   tells the pages
"""
