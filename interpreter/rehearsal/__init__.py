"""A talk through a real room: a sound file speaks, a listener's ears record what comes out; and
talks in the whole product, hurt in mid-speech; and what an agent needs to run in virtual time.

stage.py            server, worker and room for talks; one talk from its first to its last sound
speaker.py          a sound file as a speaker's microphone
listener.py         what a listener hears and reads, recorded on the talk's clock
talk_events.py      a talk's events: when all is spoken, its own clock; pure
tokens.py           what a talk and its listener may do
fault_run.py        one talk with one fault in it, from start to evidence
faults.py           what goes wrong, how it is made to, and what must be reached then
product.py          the whole product on free ports, its processes and jobs by name
place.py            a place in a meeting, taken and kept as a page does
witness.py          a listener who notes when voice and captions arrive, in whatever room
looped_talk.py      a talk that goes on by the clock whatever happens to its connection
virtual_time.py     a loop whose clock jumps to the next timer
remembered_room.py  a room that only remembers
loop_track.py       a voice track that nobody hears, in the loop's time
sound_file.py       any sound file → mono samples, with what is wrong with it said
"""
