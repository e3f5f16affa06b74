"""The queue hands over messages: each goes as far as it can, and none is in another's way."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pydantic import ValidationError

from connector.reauth_requests.message_result import DeadLetter, Done, MessageResult, Retry
from connector.reauth_requests.model import ReauthRequest
from connector.reauth_requests.queue import RequestQueue


@dataclass(frozen=True, slots=True)
class Message:
    """One message, as SQS delivered it. The id stays at each delivery, the receipt does not."""

    id: str
    receipt: str
    body: str


class MessageRetryError(Exception):
    """The message has not been dealt with: SQS must keep it and deliver it again."""


class Request(Protocol):
    """What is done with one account's request."""

    def __call__(self, request: ReauthRequest, claimant: str) -> MessageResult:
        """Go on with it."""


class ProcessMessages:
    """One batch of messages, within the time of one invocation."""

    ENOUGH_SECONDS = 25.0
    """What one message may take, with Banking Service and Sage ID at their slowest."""
    ENOUGH_TO_SPREAD_SECONDS = 60.0
    """What the longest list may take (1 MiB, ten thousand accounts). One cut short would begin anew, for ever."""

    def __init__(
        self,
        queue: RequestQueue,
        request: Request,
        seconds_left: Callable[[], float],
        count: Callable[[str], None],
        alarm: Callable[[str, str, str], None],
    ) -> None:
        """`alarm` is told of each failure: the message's id, the kind, the reason. Nothing of the message is in it."""
        self._queue = queue
        self._request = request
        self._seconds_left = seconds_left
        self._count = count
        self._alarm = alarm
        self._turned_away: Retry | None = None

    def take(self, message: Message) -> None:
        """Deal with a message: whoever returns has dealt with it for good. Raise MessageRetryError."""
        entries = _entries(message.body)
        if len(entries) == 1:
            self._take_one(message, entries[0])
        else:
            self._spread_out(message, entries)

    def _take_one(self, message: Message, entry: object) -> None:
        request = self._read(message, entry, message.body)
        if request is None:
            return
        match self._fate(request, message):
            case Done(how):
                self._count(f"Request{how.capitalize()}")
            case DeadLetter(kind, reason):
                self._send_dead_letter(message, message.body, kind, reason)
            case Retry(seconds, reason):
                self._queue.delay(message.receipt, seconds)
                raise MessageRetryError(reason)

    def _fate(self, request: ReauthRequest, message: Message) -> MessageResult:
        if self._turned_away:
            return self._turned_away
        if self._seconds_left() < self.ENOUGH_SECONDS:
            return Retry(1, "no time was left")
        fate = self._request(request, message.id)
        if isinstance(fate, Retry) and fate.everyone:
            self._turned_away = fate
        return fate

    def _spread_out(self, message: Message, entries: list[object]) -> None:
        """Make each of many a message of its own, so that it comes back, fails and is counted by itself.

        After a crash in the middle some are sent twice, which is one request each.
        """
        if self._seconds_left() < self.ENOUGH_TO_SPREAD_SECONDS:
            self._queue.delay(message.receipt, 1)
            raise MessageRetryError("no time was left for a list")
        if not entries:
            self._send_dead_letter(message, message.body, "malformed", "an empty list asks for nothing")
        read = [(entry, self._read(message, entry, json.dumps(entry))) for entry in entries]
        self._queue.ask(entry for entry, request in read if request)

    def _read(self, message: Message, entry: object, body: str) -> ReauthRequest | None:
        """Read a request; lay aside what is none."""
        if not isinstance(entry, dict):
            self._send_dead_letter(message, body, "malformed", "not a JSON object")
            return None
        try:
            return ReauthRequest.model_validate(entry)
        except ValidationError as error:
            faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
            self._send_dead_letter(message, body, "malformed", "; ".join(faults))
            return None

    def _send_dead_letter(self, message: Message, body: str, kind: str, reason: str) -> None:
        self._queue.send_dead_letter(body, kind, reason)
        self._count(f"Request{kind.capitalize()}")
        self._alarm(message.id, kind, reason)


def _entries(body: str) -> list[object]:
    """Return what a message asks for: one request, or a list of them. What is not JSON is one that is none."""
    try:
        prompt = json.loads(body)
    except (ValueError, RecursionError):
        return [body]
    return prompt if isinstance(prompt, list) else [prompt]
