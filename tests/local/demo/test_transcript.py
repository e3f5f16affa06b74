from typing import Any

from local.demo.transcript import transcript

WIDEST = 100


def exchange(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - members of JSON
    return {
        "at": "2026-01-01T12:00:00.000+00:00",
        "from": "banking_service",
        "to": "connector",
        "method": "POST",
        "path": "/live/notification",
        "status": 200,
        "milliseconds": 12.3,
    } | changes


def test_a_line_has_the_parties_the_request_the_status_and_the_duration() -> None:
    [line] = transcript([exchange()])
    assert " ".join(line.split()) == "Banking Service → connector POST /live/notification 200 12 ms"


def test_lines_are_in_the_order_in_which_the_exchanges_began() -> None:
    late = exchange(at="2026-01-01T12:00:02.000+00:00", path="/late")
    early = exchange(at="2026-01-01T12:00:01.000+00:00", path="/early")
    assert ["/early" in line for line in transcript([late, early])] == [True, False]


def test_of_two_exchanges_that_began_together_the_longer_one_comes_first() -> None:
    inner, outer = exchange(path="/inner", milliseconds=1), exchange(path="/outer", milliseconds=50)
    assert ["/outer" in line for line in transcript([inner, outer])] == [True, False]


def test_equal_exchanges_in_a_row_are_one_line_with_their_number() -> None:
    [line] = transcript([exchange(at=f"2026-01-01T12:00:0{second}.000+00:00") for second in range(3)])
    assert line.endswith("x3")


def test_ids_are_shortened_so_that_a_line_fits_a_terminal() -> None:
    path = "/v1/authorisations/a7d66d27-e9ab-40b4-850a-447a541ca263"
    [line] = transcript([exchange(path=path)])
    assert "/v1/authorisations/a7d66d27… " in line
    assert len(line) <= WIDEST


def test_a_longer_path_is_cut() -> None:
    [line] = transcript([exchange(path="/" + "long" * 50, milliseconds=29_000)])
    assert len(line) <= WIDEST


def test_an_exchange_without_a_response_has_no_status() -> None:
    [line] = transcript([exchange(status=None)])
    assert " --- " in line


def test_colour_is_off_by_default() -> None:
    [plain], [good] = transcript([exchange()]), transcript([exchange()], colour=True)
    [bad] = transcript([exchange(status=500)], colour=True)
    assert "\x1b" not in plain
    assert "\x1b[32m200\x1b[0m" in good
    assert "\x1b[31m500\x1b[0m" in bad
