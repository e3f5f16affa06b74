from typing import Any

import requests


def test_the_bank_has_a_name_a_logo_and_a_health_check(simulation: dict[str, Any], http: requests.Session) -> None:
    url = simulation["bank"]["url"]
    about = http.get(f"{url}/about").json()
    assert about["name"] in http.get(url).text
    logo = http.get(url + about["logo"])
    assert (logo.status_code, logo.headers["Content-Type"].partition(";")[0]) == (200, "image/svg+xml")
    assert http.get(f"{url}/health").json() == {"status": "ok"}
