"""Forms with a file: how large one may be, and a sentence for whoever sends a larger one."""

from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from web.errors import FileTooLarge, FormBroken

_FORM_BYTES = 100_000
"""What a form says besides its file."""
_DRAINED_BYTES = 200_000_000
"""A browser reads no answer before it has sent everything."""


@dataclass(frozen=True, slots=True)
class SentForm:
    """What a form said; of a name that came several times the last."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Name of the field → name and content of its file."""

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    def file(self, name: str) -> tuple[str, bytes]:
        """Both empty where none was chosen."""
        return self.files.get(name, ("", b""))


async def read_form(request: Request, most_bytes: int) -> SentForm:
    """The form of a request; raises FileTooLarge before anything of it is kept."""
    most = most_bytes + _FORM_BYTES
    said = request.headers.get("content-length", "")
    if not said.isdecimal() or int(said) > most:
        await _drain(request)
        raise FileTooLarge(most=str(max(most_bytes, _FORM_BYTES * 10) // 1_000_000))
    sent = SentForm()
    try:
        async with request.form(max_files=1, max_fields=1000, max_part_size=most) as form:
            for name, value in form.items():
                if isinstance(value, UploadFile):
                    sent.files[name] = (value.filename or "", await value.read())
                else:
                    sent.texts[name] = value
    except MultiPartException as error:
        raise FormBroken from error
    return sent


async def _drain(request: Request) -> None:
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > _DRAINED_BYTES:
            return
