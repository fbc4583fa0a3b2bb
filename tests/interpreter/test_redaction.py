"""Nothing secret is logged, whoever logs it."""

import logging
from collections.abc import Iterator

import pytest

from interpreter.redaction import HIDDEN, hide_secrets
from interpreter.settings import secrets_of

KEY = "sk-that-nobody-may-read"


@pytest.fixture(autouse=True)
def hiding() -> Iterator[None]:
    before = logging.getLogRecordFactory()
    hide_secrets({KEY})
    yield
    logging.setLogRecordFactory(before)


def fail() -> None:
    raise ValueError(f"Incorrect API key provided: {KEY}.")


def test_a_key_is_in_no_message(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("library").warning("refused: %s", KEY)
    assert caplog.messages == [f"refused: {HIDDEN}"]


def test_a_key_is_in_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    try:
        fail()
    except ValueError:
        logging.getLogger("library").exception("it failed")
    assert KEY not in caplog.text
    assert f"Incorrect API key provided: {HIDDEN}." in caplog.text


def test_other_records_stay_as_they_are(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("library").warning("%d of %s", 3, "four")
    assert caplog.messages == ["3 of four"]
    assert caplog.records[0].args == (3, "four")


def test_what_is_secret_in_an_environment() -> None:
    environment = {
        "OPENAI_API_KEY": KEY,
        "AZURE_SPEECH_KEY": "0123456789",
        "AZURE_SPEECH_KEY_2": "9876543210",
        "OUR_LLM_PASS": "a-pass-phrase",
        "AWS_SECRET_ACCESS_KEY_ID": "abcdefghij",
        "HF_TOKEN": "hf_0123456789",
        "SOME_TOKEN": "copied-with-a-space ",
        "PATH": "/usr/local/bin",
        "SSH_KEY_PATH": "/home/somebody/.ssh",
        "LIVEKIT_API_KEY": "key",
    }
    assert secrets_of(environment) == {
        KEY,
        "0123456789",
        "9876543210",
        "a-pass-phrase",
        "hf_0123456789",
        "copied-with-a-space ",
        "copied-with-a-space",
    }


def test_a_proxys_password_is_not_written_as_libraries_repeat_it() -> None:
    """With their complaint about an address without a scheme."""
    hidden = {"jane:hunter%4022", "hunter%4022", "hunter@22"}
    assert secrets_of({"HTTPS_PROXY": "http://jane:hunter%4022@proxy.example:3128"}) == hidden
    assert secrets_of({"HTTPS_PROXY": "jane:hunter%4022@proxy.example:3128"}) == hidden
    assert secrets_of({"http_proxy": "http://proxy.example:3128", "NO_PROXY": "a.example"}) == set()
