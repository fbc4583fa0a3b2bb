"""What web answers when something cannot be done: a status, a code for programs, words for people.

WebError
├── MeetingNotFound     404
├── GlossaryNotFound    404
├── FileNotOffered      404   an export in a language that the meeting has not
├── MeetingOver         410
├── KeyWrong            403   the speaker link's key
│   └── ConsoleKeyWrong       an interpreter's own
├── NotAllowed          403   a valid token that does not allow this, or a foreign page's form
├── TokenWrong          401   missing, expired, forged, or of another room
├── NotOfChannel        403   an interpreter of another channel
├── ChannelTaken        409   another interpreter was faster, or is on air
├── HandoverOver        409   an answer to an offer that has ended
├── HandoverOpen        409   a channel has one offer at a time
├── FileTooLarge        413
├── FormBroken          400
├── LanguageNotOffered  422
├── MessageEmpty        422
├── MessageTooLong      422
├── ModeUnknown         422   a way of interpreting that there is not
├── RelayUnknown        422   from where no pair leads
├── RelayInCircle       422   a channel made from itself
├── RelayTooDeep        422   from more interpretations than allowed
├── TooMany             429   one page or one address asks too often
├── MediaServerAway     503
└── DatabaseAway        503
"""

from interpreter.errors import InterpretationError
from web.i18n import N_


class WebError(InterpretationError):
    """`title` and `sentence` are message ids of the catalogues; `{place}` is filled in after."""

    status = 500
    title = N_("Something went wrong")
    sentence = N_("Try again; if it happens again, tell whoever runs this server.")
    next_url = "/"
    next_label = ""
    """The page's link to where people go from here; empty means the start page."""

    def __init__(self, sentence: str = "", **places: str) -> None:
        self.message = sentence or self.sentence
        self.places = places
        super().__init__(self.message.format(**places) if places else self.message)


class MeetingNotFound(WebError):
    status = 404
    code = "meeting_not_found"
    title = N_("No such meeting")
    sentence = N_("Check that the link is complete, or ask the organiser for it again.")


class GlossaryNotFound(WebError):
    status = 404
    code = "glossary_not_found"
    title = N_("No such glossary")
    sentence = N_(
        "It was deleted, or the link is not complete. Open the meeting’s glossaries again."
    )


class FileTooLarge(WebError):
    status = 413
    code = "file_too_large"
    title = N_("This file is too large")
    sentence = N_("A file may have {most} MB. Split it, then go back and send the parts.")


class FormBroken(WebError):
    status = 400
    code = "form_broken"
    title = N_("The form did not arrive whole")
    sentence = N_("Go back and send it again.")


class FileNotOffered(WebError):
    status = 404
    code = "file_not_offered"
    title = N_("No such file")
    sentence = N_(
        "This meeting has no captions in “{language}”. Its transcript page lists every language."
    )


class MeetingOver(WebError):
    status = 410
    code = "meeting_over"
    title = N_("This meeting is over")
    sentence = N_("Nobody can join any more. The transcript of every language stays.")
    next_label = N_("Read the transcript")

    def __init__(self, meeting_id: str) -> None:
        super().__init__()
        self.next_url = f"/m/{meeting_id}/transcript"


class KeyWrong(WebError):
    status = 403
    code = "key_wrong"
    title = N_("This link does not let you speak")
    sentence = N_("Its key is missing or wrong. Ask the organiser for the speakers’ link again.")


class ConsoleKeyWrong(KeyWrong):
    title = N_("This link opens no console")
    sentence = N_("Its key is missing or wrong. Ask the organiser for your link again.")


class CaptionerKeyWrong(KeyWrong):
    title = N_("This link does not let you caption")
    sentence = N_("Its key is missing or wrong. Ask the organiser for the captioners’ link again.")


class NotAllowed(WebError):
    status = 403
    code = "not_allowed"
    title = N_("Not allowed")
    sentence = N_("You may not do this. Open the meeting's link again.")


class TokenWrong(WebError):
    status = 401
    code = "token_wrong"
    title = N_("Join again")
    sentence = N_("Your place in this meeting has expired. Reload the page to join again.")


class NotOfChannel(WebError):
    status = 403
    code = "not_of_channel"
    title = N_("Not your channel")
    sentence = N_("You are not assigned to “{language}”. Ask the organiser to assign you.")


class ChannelTaken(WebError):
    status = 409
    code = "channel_taken"
    title = N_("Somebody was faster")
    sentence = N_("The channel has just changed hands. Look who is on air, then try again.")


class HandoverOver(WebError):
    status = 409
    code = "handover_over"
    title = N_("This handover has ended")
    sentence = N_("It was answered, taken back or overtaken. Look who is on air, then try again.")


class HandoverOpen(WebError):
    """The default is for who neither gives nor takes."""

    status = 409
    code = "handover_open"
    title = N_("A handover is open already")
    sentence = N_(
        "{giver} and {taker} are handing over this channel, and only they can answer or cancel "
        "that. Try again when it has ended."
    )
    to_answer = N_("{other} has just offered you this channel or asked you for it. Answer first.")
    to_cancel = N_("Your handover with {other} is open still. Cancel it first.")


class LanguageNotOffered(WebError):
    status = 422
    code = "language_not_offered"
    title = N_("Language not in this meeting")
    sentence = N_("This meeting has no “{language}”. It has: {known}.")


class MessageEmpty(WebError):
    status = 422
    code = "message_empty"
    title = N_("Nothing was written")
    sentence = N_("Write something first.")


class MessageTooLong(WebError):
    status = 422
    code = "message_too_long"
    title = N_("This message is too long")
    sentence = N_("Shorten the message to {most} letters.")


class ModeUnknown(WebError):
    status = 422
    code = "mode_unknown"
    title = N_("No such way of interpreting")
    sentence = N_("There is no mode “{mode}”. Choose one of: {known}.")


class RelayUnknown(WebError):
    status = 422
    code = "relay_unknown"
    title = N_("No such interpretation")
    sentence = N_(
        "Nothing interprets from {source} into {language}. Choose one of: {known}; "
        "or leave it to the meeting."
    )


class RelayInCircle(WebError):
    status = 422
    code = "relay_in_circle"
    title = N_("An interpretation of itself")
    sentence = N_(
        "{language} cannot be interpreted from {source}, which is itself made from {language}. "
        "Choose “Only what is spoken” for one of them."
    )


class RelayTooDeep(WebError):
    status = 422
    code = "relay_too_deep"
    title = N_("Too many interpretations in between")
    sentence = N_(
        "{language} cannot be interpreted from {source}, which is an interpretation of "
        "interpretations itself: more than the {depth} in between that this meeting allows. "
        "Allow more, or choose another language to interpret from."
    )


class MediaServerAway(WebError):
    status = 503
    code = "media_server_away"
    title = N_("The media server does not answer")
    sentence = N_("Sound cannot be carried right now. Try again in a moment.")
    retryable = True


class DatabaseAway(WebError):
    status = 503
    code = "database_away"
    title = N_("The database does not answer")
    sentence = N_("What goes on in a meeting goes on. Try again in a moment.")
    retryable = True


class TooMany(WebError):
    status = 429
    code = "too_many"
    title = N_("Too many requests")
    sentence = N_("This came too often in a short time. Wait a minute, then try again.")
    retryable = True
