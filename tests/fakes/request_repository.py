"""The records of requests in memory, with the domain's own rule (`RequestRecord.admits`)."""

from dataclasses import replace

from connector.reauth_requests.model import (
    AlreadyRequestedError,
    ReauthRequest,
    RequestRecord,
    RequestStatus,
    RequestUpdate,
)


class MemoryRequestRepository:
    def __init__(self) -> None:
        self.records: dict[str, RequestRecord] = {}

    def claim(self, request: ReauthRequest, claimant: str, *, window_seconds: int, now: float) -> RequestRecord:
        found = self.records.get(request.bank_account_id)
        if found and found.claimant == claimant:
            return found
        if found and not found.admits(claimant, int(now)):
            raise AlreadyRequestedError
        history = found.history if found else ()
        begins = [n for n, entry in enumerate(history) if entry["event"] == "requested"]
        record = RequestRecord(
            bank_account_id=request.bank_account_id,
            bank_id=request.bank_id,
            claimant=claimant,
            request_status=RequestStatus.REQUESTED,
            requested_at=int(now),
            window_until=int(now) + window_seconds,
            history=(*history[begins[-1] if begins else 0 :], {"at": int(now * 1000), "event": "requested"}),
        )
        self.records[request.bank_account_id] = record
        return record

    def write(self, record: RequestRecord, update: RequestUpdate) -> None:
        found = self.records[record.bank_account_id]
        if found.claimant != record.claimant:
            raise AlreadyRequestedError
        history = (*found.history, update.entry)
        changed = {**update.sets, "request_status": update.request_status, "history": history}
        self.records[record.bank_account_id] = replace(found, **changed)  # type: ignore[arg-type]  # of its own fields

    def find(self, bank_account_id: str) -> RequestRecord | None:
        return self.records.get(bank_account_id)
