from simulator.rules.rate_limit import RateLimit


def test_no_window_has_more_requests_than_the_limit() -> None:
    now = 0.0
    limit = RateLimit(window=1, clock=lambda: now)
    allowed = []
    while now < 5:
        if limit.allows("client", 10):
            allowed.append(now)
        now += 0.01
    assert len(allowed) == 50
    assert all(later - earlier >= 1 for earlier, later in zip(allowed, allowed[10:], strict=False))


def test_each_client_has_its_own_limit() -> None:
    limit = RateLimit(window=1, clock=lambda: 0)
    assert [limit.allows(client, 1) for client in ("a", "b", "a")] == [True, True, False]


def test_zero_means_no_limit() -> None:
    limit = RateLimit(window=1, clock=lambda: 0)
    assert all(limit.allows("client", 0) for _ in range(100))
