"""Processing a batch of messages: each independently of the others."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from pydantic import ValidationError

from connector.reauth_requests.message_result import DeadLetter, Done, MessageResult, Retry
from connector.reauth_requests.model import ReauthRequest
from connector.reauth_requests.queue import RequestQueue
from connector.runtime.observability import count, logger


@dataclass(frozen=True, slots=True)
class Message:
    """One message, as SQS delivered it. Its id is the same at each delivery, its receipt is not."""

    id: str
    receipt: str
    body: str


class MalformedRequestError(ValueError):
    """A message is neither a request nor a list of requests. The message quotes no value."""


class MessageRetryError(Exception):
    """The message is not finished: SQS must keep it and deliver it again."""


@dataclass
class ProcessMessages:
    """One batch of messages, within the time of one invocation. `seconds_left` returns what remains of it."""

    queue: RequestQueue
    process_request: Callable[[ReauthRequest, str], MessageResult]
    seconds_left: Callable[[], float]

    MESSAGE_SECONDS = 25.0
    """Less than this is not enough to begin a message: two requests of 8 s each, and the writes.

    A message that Lambda ends, because Sage ID was slow too, returns after its visibility time-out.
    """
    LIST_SECONDS = 60.0
    """The longest time to split a list (240 KiB, three thousand accounts). A list that is cut short starts again."""

    _stopped: Retry | None = field(default=None, init=False)

    def take(self, message: Message) -> None:
        """Process a message to its end. Raise MessageRetryError where SQS must deliver it again."""
        try:
            found = _read(message.body)
        except MalformedRequestError as error:
            self._send_dead_letter(message, DeadLetter("malformed", str(error)))
            return
        if isinstance(found, ReauthRequest):
            self._process(message, found)
        else:
            self._split(message, found)

    def _process(self, message: Message, request: ReauthRequest) -> None:
        match self._result(request, message):
            case Done(how):
                count(f"Request{how.capitalize()}")
            case DeadLetter() as letter:
                self._send_dead_letter(message, letter)
            case Retry(seconds, reason):
                self._retry(message, seconds, reason)

    def _result(self, request: ReauthRequest, message: Message) -> MessageResult:
        if self._stopped:
            return self._stopped
        if self.seconds_left() < self.MESSAGE_SECONDS:
            return Retry(1, "no time was left")
        result = self.process_request(request, message.id)
        if isinstance(result, Retry) and result.stops_batch:
            self._stopped = result
        return result

    def _split(self, message: Message, entries: list[ReauthRequest]) -> None:
        """Send each entry as a message of its own, so that it is retried and counted by itself.

        After a crash in the middle some entries are sent twice; two messages for one account are one request.
        """
        if self.seconds_left() < self.LIST_SECONDS:
            self._retry(message, 1, "no time was left for a list")
        self.queue.send(entry.model_dump(by_alias=True) for entry in entries)

    def _retry(self, message: Message, seconds: float, reason: str) -> NoReturn:
        self.queue.delay(message.receipt, seconds)
        raise MessageRetryError(reason)

    def _send_dead_letter(self, message: Message, letter: DeadLetter) -> None:
        """Send to the dead letters, count and log. The log line has nothing of the message's body."""
        self.queue.send_dead_letter(message.body, letter.kind, letter.reason)
        count(f"Request{letter.kind.capitalize()}")
        logger.error(
            "request failed for good", extra={"message_id": message.id, "kind": letter.kind, "reason": letter.reason}
        )


def _read(body: str) -> ReauthRequest | list[ReauthRequest]:
    """Read a request, or a list of two or more of them. Raise MalformedRequestError, also for one malformed entry."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedRequestError("not JSON") from None
    if not isinstance(found, list):
        return _request(found)
    if not found:
        raise MalformedRequestError("the list is empty")
    requests = []
    for number, entry in enumerate(found, start=1):
        try:
            requests.append(_request(entry))
        except MalformedRequestError as error:
            raise MalformedRequestError(f"entry {number} of {len(found)}: {error}") from None
    return requests if len(requests) > 1 else requests[0]


def _request(entry: object) -> ReauthRequest:
    if not isinstance(entry, dict):
        raise MalformedRequestError("not a JSON object")
    try:
        return ReauthRequest.model_validate(entry)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise MalformedRequestError("; ".join(faults)) from None
