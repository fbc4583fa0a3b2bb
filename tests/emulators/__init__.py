"""Providers' wire formats, spoken by servers of our own: the real SDKs talk to them unmodified.

faults.py                what a server does wrong, on command or by a seeded share
places.py                where an aiohttp server runs: a thread of its own, or the running loop
tones.py                 words as tones: sound in which no word is lost or doubled unseen
ears.py                  what hears under an emulated recogniser: tones, or pocketsphinx
talk_ears.py             ears that know the talk: real speech, and no word heard wrongly
providers.py             each engine of a profile on an emulator of its own, and where to spoil it
toml.py                  a profile as the text of engines.toml; pure
mouths.py                what speaks under an emulated voice: a hum, or eSpeak
openai_server.py         OpenAI's speech endpoints at one address, and its key
openai_errors.py         how it says no
openai_speech.py         POST /audio/speech
openai_transcription.py  POST /audio/transcriptions
openai_realtime.py       the WebSocket /realtime?intent=transcription
deepgram.py              Deepgram at one address, and its key
deepgram_listen.py       the WebSocket /v1/listen
deepgram_speak.py        the WebSocket /v1/speak
proxy.py                 a company's proxy before any of them
sockets.py               how an emulated WebSocket breaks off
turns.py                 a server's own voice detection: when a turn begins and ends; pure
azure_server.py          Azure's speech services at one address, and their key
azure_speech.py          SSML in, sound out
azure_recognition.py     the recogniser's WebSocket (USP)
google_server.py         Google's speech services over gRPC, at one address
google_recognition.py    StreamingRecognize, versions 1 and 2
google_speech.py         StreamingSynthesize
google_errors.py         how Google says no
completions.py           OpenAI's chat completions
azure_openai.py          Azure's, where they are not OpenAI's
gemini.py                Gemini over HTTP
gemini_errors.py         how it says no
translating_llm.py       an LLM that translates, behind any of them; serves OpenAI's
translating.py           what it understands of a chat, and Apertium's translation of it
manners.py               how it answers
habits.py                what it gets wrong of a glossary and of numbers
llm_translator.py        the product's LLM translator on it
replaying.py             Deepgram and OpenAI in a process of their own: what was prepared, replayed
prepared_ears.py         what hears under it
"""
