"""An engine's trouble as the log has it: once, however often its engine is tried; again where it
becomes another one; and its end."""

import logging


class LastingTrouble:
    """Of one engine that somebody asks."""

    def __init__(
        self, logger: logging.Logger, begun: str, over: str, extra: dict[str, str]
    ) -> None:
        self._logger = logger
        self._begun = begun
        self._over = over
        self._extra = extra
        self._kind = ""
        """Empty: all is well."""

    def failed(self, error: BaseException, shown: BaseException | None = None) -> None:
        """It has failed once more; `shown` is written in the error's place."""
        kind = _kind_of(error)
        if kind != self._kind:
            self._kind = kind
            self._logger.warning(self._begun, extra=self._extra, exc_info=shown or error)

    def answered(self) -> None:
        """It has done what it was asked."""
        if self._kind:
            self._kind = ""
            self._logger.warning(self._over, extra=self._extra)


def _kind_of(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return " ".join(map(_kind_of, error.exceptions))
    return type(error).__name__
