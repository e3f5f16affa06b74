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
    """The longest time to split a list (1 MiB, ten thousand accounts). A list that is cut short starts again."""

    _stopped: Retry | None = field(default=None, init=False)

    def take(self, message: Message) -> None:
        """Process a message to its end. Raise MessageRetryError where SQS must deliver it again."""
        entries = _entries(message.body)
        if len(entries) == 1:
            self._process(message, entries[0])
        else:
            self._split(message, entries)

    def _process(self, message: Message, entry: object) -> None:
        request = self._read(message, entry, message.body)
        if request is None:
            return
        match self._result(request, message):
            case Done(how):
                count(f"Request{how.capitalize()}")
            case DeadLetter(kind, reason):
                self._send_dead_letter(message, message.body, kind, reason)
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

    def _split(self, message: Message, entries: list[object]) -> None:
        """Send each entry as a message of its own, so that it is retried and counted by itself.

        After a crash in the middle some entries are sent twice; two messages for one account are one request.
        """
        if self.seconds_left() < self.LIST_SECONDS:
            self._retry(message, 1, "no time was left for a list")
        if not entries:
            self._send_dead_letter(message, message.body, "malformed", "the list is empty")
        read = [(entry, self._read(message, entry, json.dumps(entry))) for entry in entries]
        self.queue.send(entry for entry, request in read if request)

    def _read(self, message: Message, entry: object, body: str) -> ReauthRequest | None:
        """Read a request; send an entry that is none to the dead letters."""
        if not isinstance(entry, dict):
            self._send_dead_letter(message, body, "malformed", "not a JSON object")
            return None
        try:
            return ReauthRequest.model_validate(entry)
        except ValidationError as error:
            faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
            self._send_dead_letter(message, body, "malformed", "; ".join(faults))
            return None

    def _retry(self, message: Message, seconds: float, reason: str) -> NoReturn:
        self.queue.delay(message.receipt, seconds)
        raise MessageRetryError(reason)

    def _send_dead_letter(self, message: Message, body: str, kind: str, reason: str) -> None:
        """Send to the dead letters, count and log. The log line has nothing of the message's body."""
        self.queue.send_dead_letter(body, kind, reason)
        count(f"Request{kind.capitalize()}")
        logger.error("request failed for good", extra={"message_id": message.id, "kind": kind, "reason": reason})


def _entries(body: str) -> list[object]:
    """Return the entries of a message: one request, or a list of them. A body that is not JSON is one wrong entry."""
    try:
        entries = json.loads(body)
    except (ValueError, RecursionError):
        return [body]
    return entries if isinstance(entries, list) else [entries]
