"""The queue hands over messages: each goes as far as it can, and none is in another's way."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pydantic import ValidationError

from connector.reauth_requests.message_result import ComeBack, Done, Failed, Fate
from connector.reauth_requests.model import ReauthRequest
from connector.reauth_requests.queue import RequestQueue


@dataclass(frozen=True, slots=True)
class Message:
    """One message, as SQS delivered it. The id stays at each delivery, the receipt does not."""

    id: str
    receipt: str
    body: str


class NotYet(Exception):  # noqa: N818 - an answer to SQS, not an error of the program
    """The message has not been dealt with: SQS must keep it and deliver it again."""


class Request(Protocol):
    """What is done with one account's request."""

    def __call__(self, request: ReauthRequest, claimant: str) -> Fate:
        """Go on with it."""


class TakeMessages:
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
        self._turned_away: ComeBack | None = None

    def take(self, message: Message) -> None:
        """Deal with a message: whoever returns has dealt with it for good. Raise NotYet."""
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
            case Failed(kind, because):
                self._lay_aside(message, message.body, kind, because)
            case ComeBack(seconds, because):
                self._queue.put_back(message.receipt, seconds)
                raise NotYet(because)

    def _fate(self, request: ReauthRequest, message: Message) -> Fate:
        if self._turned_away:
            return self._turned_away
        if self._seconds_left() < self.ENOUGH_SECONDS:
            return ComeBack(1, "no time was left")
        fate = self._request(request, message.id)
        if isinstance(fate, ComeBack) and fate.everyone:
            self._turned_away = fate
        return fate

    def _spread_out(self, message: Message, entries: list[object]) -> None:
        """Make each of many a message of its own, so that it comes back, fails and is counted by itself.

        After a crash in the middle some are sent twice, which is one request each.
        """
        if self._seconds_left() < self.ENOUGH_TO_SPREAD_SECONDS:
            self._queue.put_back(message.receipt, 1)
            raise NotYet("no time was left for a list")
        if not entries:
            self._lay_aside(message, message.body, "malformed", "an empty list asks for nothing")
        read = [(entry, self._read(message, entry, json.dumps(entry))) for entry in entries]
        self._queue.ask(entry for entry, request in read if request)

    def _read(self, message: Message, entry: object, body: str) -> ReauthRequest | None:
        """Read a request; lay aside what is none."""
        if not isinstance(entry, dict):
            self._lay_aside(message, body, "malformed", "not a JSON object")
            return None
        try:
            return ReauthRequest.model_validate(entry)
        except ValidationError as error:
            faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
            self._lay_aside(message, body, "malformed", "; ".join(faults))
            return None

    def _lay_aside(self, message: Message, body: str, kind: str, because: str) -> None:
        self._queue.lay_aside(body, kind, because)
        self._count(f"Request{kind.capitalize()}")
        self._alarm(message.id, kind, because)


def _entries(body: str) -> list[object]:
    """Return what a message asks for: one request, or a list of them. What is not JSON is one that is none."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return [body]
    return asked if isinstance(asked, list) else [asked]
