"""Home, a new meeting, its links, how it is interpreted, and from what."""

import secrets
from dataclasses import replace
from functools import partial
from typing import Annotated

import segno
from babel import Locale
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from interpreter.engines import reach
from interpreter.store import Meeting
from web import modes, queries, relays
from web.booths import peopled_channels
from web.contexts import ChannelMode, ChannelSource, HomePage, LinksPage, RelayOutOfReach
from web.errors import (
    LanguageNotOffered,
    ModeUnknown,
    RelayInCircle,
    RelayTooDeep,
    RelayUnknown,
)
from web.forms import (
    NewMeeting,
    cut_at_pauses,
    left_to_humans,
    over_relay,
    reachable,
    read_new_meeting,
    unrecognised,
)
from web.i18n import translations
from web.modes import channels_of, read_change, read_channels
from web.pages.costs import read_costs
from web.permissions import SpeakersMeeting, captioner_key
from web.rendering import (
    error_sentence,
    language_choice,
    locale_of,
    mode_choices,
    unchecked_facts,
)
from web.security import same_origin
from web.services import Services, UsesServices, page_url
from web.unchecked import unchecked_in

PRESELECTED = 4
"""So many languages are ticked on a new form: fewer clicks for most, few to untick."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request, services: UsesServices) -> Response:
    return services.pages.render(request, "home.html", _home(request, services))


@router.post("/meetings", dependencies=[Depends(same_origin)])
async def create_meeting(
    request: Request,
    services: UsesServices,
    name: Annotated[str, Form()] = "",
    spoken: Annotated[list[str], Form()] = [],  # noqa: B006  (FastAPI copies it)
    offered: Annotated[list[str], Form()] = [],  # noqa: B006
    mode: Annotated[str, Form()] = modes.DEFAULT,
) -> Response:
    form = read_new_meeting(name, spoken, offered, mode)
    if form.errors:
        page = _home(request, services, form)
        return services.pages.render(request, "home.html", page, status=422)
    meeting = Meeting(
        id=secrets.token_urlsafe(9),
        name=form.name,
        spoken=form.spoken,
        offered=form.offered,
        speaker_key=secrets.token_urlsafe(18),
        mode=form.mode,
    )
    await services.db.run(lambda session: queries.add_meeting(session, meeting))
    return RedirectResponse(_links_path(meeting), status_code=303)


@router.get("/m/{meeting_id}/links")
async def links(
    request: Request, services: UsesServices, meeting: SpeakersMeeting, changed: str = ""
) -> Response:
    page = replace(
        await _links(request, services, meeting),
        is_changed=changed == "1",
        are_relays_changed=changed == "relays",
    )
    return services.pages.render(request, "links.html", page)


@router.post("/m/{meeting_id}/links", dependencies=[Depends(same_origin)])
async def change_modes(
    request: Request,
    services: UsesServices,
    meeting: SpeakersMeeting,
    mode: Annotated[str, Form()] = "",
    channel: Annotated[list[str], Form()] = [],  # noqa: B006
) -> Response:
    """Each `channel` is a language and its mode, `es=fast`, or `es=` for one like the meeting."""
    try:
        change = read_change(meeting, mode or None, read_channels(channel))
    except (ModeUnknown, LanguageNotOffered) as error:
        page = await _links(request, services, meeting)
        page = replace(page, error=error_sentence(request, error))
        return services.pages.render(request, "links.html", page, status=422)
    await services.change_meeting(meeting.id, partial(modes.apply_change, change=change))
    return RedirectResponse(f"{_links_path(meeting)}&changed=1#modes", status_code=303)


@router.post("/m/{meeting_id}/relays", dependencies=[Depends(same_origin)])
async def change_relays(
    request: Request,
    services: UsesServices,
    meeting: SpeakersMeeting,
    depth: Annotated[int, Form(ge=min(relays.DEPTHS), le=max(relays.DEPTHS))] = 1,
    channel: Annotated[list[str], Form()] = [],  # noqa: B006
) -> Response:
    """Each `channel` is a language and what it is interpreted from, `ca=en`, or `ca=` for one that
    goes as it comes."""
    peopled = await _peopled(services, meeting)
    try:
        change = relays.read_change(meeting, relays.read_channels(channel), depth, peopled)
    except (LanguageNotOffered, RelayUnknown, RelayInCircle, RelayTooDeep) as error:
        page = await _links(request, services, meeting)
        page = replace(page, relays_error=error_sentence(request, error))
        return services.pages.render(request, "links.html", page, status=422)
    await services.change_meeting(meeting.id, partial(relays.apply_change, change=change))
    return RedirectResponse(f"{_links_path(meeting)}&changed=relays#relays", status_code=303)


def _links_path(meeting: Meeting) -> str:
    return f"/m/{meeting.id}/links?key={meeting.speaker_key}"


async def _peopled(services: Services, meeting: Meeting) -> set[str]:
    return await services.db.run(lambda session: peopled_channels(session, meeting.id))


async def _links(request: Request, services: Services, meeting: Meeting) -> LinksPage:
    path, locale = f"/m/{meeting.id}", locale_of(request)
    peopled = await _peopled(services, meeting)
    listener_url = page_url(request, services, path)
    return LinksPage(
        meeting_name=meeting.name,
        listener_url=listener_url,
        speaker_url=page_url(request, services, f"{path}/speak?key={meeting.speaker_key}"),
        captioner_url=page_url(request, services, f"{path}/caption?key={captioner_key(meeting)}"),
        transcript_url=page_url(request, services, f"{path}/transcript"),
        listener_qr_svg=segno.make(listener_url, error="m").svg_inline(omitsize=True, border=2),
        modes_url=_links_path(meeting),
        interpreters_url=f"{path}/interpreters?key={meeting.speaker_key}",
        glossaries_url=f"{path}/glossaries?key={meeting.speaker_key}",
        engines_url=f"{path}/engines?key={meeting.speaker_key}",
        unrecognised=[language_choice(tag, locale) for tag in unrecognised(meeting.spoken)],
        cut_at_pauses=[language_choice(tag, locale) for tag in cut_at_pauses(meeting.spoken)],
        unchecked=unchecked_facts(unchecked_in(meeting, peopled=peopled), locale),
        modes=mode_choices(locale),
        mode=meeting.mode,
        channels=[
            ChannelMode(language_choice(tag, locale), meeting.channel_modes.get(tag, ""))
            for tag in channels_of(meeting)
        ],
        relays_url=f"{path}/relays?key={meeting.speaker_key}",
        sources=_sources(meeting, peopled, locale),
        depths=list(relays.DEPTHS),
        depth=meeting.relay_depth,
        costs=await read_costs(request, services, meeting),
        out_of_reach=[
            RelayOutOfReach(
                language_choice(one.spoken, locale),
                language_choice(one.target, locale),
                language_choice(one.over, locale),
                one.has_pair,
            )
            for one in relays.too_deep(meeting, peopled)
        ],
    )


def _sources(meeting: Meeting, peopled: set[str], locale: Locale) -> list[ChannelSource]:
    return [
        ChannelSource(
            language_choice(tag, locale),
            [language_choice(one, locale) for one in relays.choices(meeting, tag)],
            meeting.channel_sources.get(tag, ""),
            [language_choice(one, locale) for one in relays.ways_over(meeting, tag, peopled)],
        )
        for tag in channels_of(meeting)
    ]


def _home(request: Request, services: Services, form: NewMeeting | None = None) -> HomePage:
    locale = locale_of(request)
    speak = translations(str(locale)).gettext
    demo = services.settings.demo_meeting
    spoken, offered = reach.supported_sources(), reachable()
    places = form.places if form else {}
    names = {place: language_choice(tag, locale).name for place, tag in places.items()}
    relayed = over_relay(spoken)
    return HomePage(
        spoken=[language_choice(tag, locale) for tag in spoken],
        more_spoken=[language_choice(tag, locale) for tag in left_to_humans(spoken)],
        offered=[language_choice(tag, locale) for tag in offered],
        more_offered=[language_choice(tag, locale) for tag in left_to_humans(offered)],
        over={tag: language_choice(over, locale).name for tag, over in relayed.items()},
        modes=mode_choices(locale),
        demo_url=f"/m/{demo}" if demo else "",
        name=form.name if form else "",
        chosen_spoken=form.spoken if form else spoken[:1],
        chosen_offered=form.offered if form else offered[:PRESELECTED],
        chosen_mode=form.mode if form else modes.DEFAULT,
        errors={key: speak(text).format(**names) for key, text in form.errors.items()}
        if form
        else {},
    )
