"""The addresses at a postcode: from the sample, or from a service that is told the postcode and nothing else."""

import httpx
import pytest

from screening.addresses.by_http import AddressesByHttp
from screening.addresses.sample import SampleAddresses

ONE = {"line_1": "1 Mill Lane", "line_2": "Hursley", "post_town": "WINCHESTER", "postcode": "SO21 2JW"}


def asked(answer):
    """A look-up whose service answers so, and what the service was asked."""
    seen = []

    def serve(request):
        seen.append(request)
        return answer if isinstance(answer, httpx.Response) else answer(request)

    return AddressesByHttp("https://addresses.example.org/v1/", "key-1", httpx.MockTransport(serve)), seen


def test_the_sample_county_knows_its_own_addresses():
    found = SampleAddresses().at("PO9 9ZZ")

    assert ("86 Surrey Drive", "Havant") in {(one.line_1, one.town) for one in found}
    assert SampleAddresses().at("ZZ1 1ZZ") == []


def test_a_service_is_told_the_postcode_and_its_key_in_a_header():
    service, seen = asked(httpx.Response(200, json={"result": [ONE]}))

    (found,) = service.at("SO21 2JW")

    assert (found.line_1, found.town, found.postcode) == ("1 Mill Lane, Hursley", "Winchester", "SO21 2JW")
    assert seen[0].url.raw_path == b"/v1/postcodes/SO21%202JW"
    assert "key-1" in seen[0].headers["Authorization"]


def test_a_postcode_that_the_service_does_not_know_has_no_addresses():
    service, _ = asked(httpx.Response(404, json={"code": 4040}))

    assert service.at("SO21 2JW") == []


def refuse(request):
    raise httpx.ConnectTimeout("SO21 2JW took too long", request=request)


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(500), httpx.Response(200, text="<html>"), httpx.Response(200, json={"result": [7]}), refuse],
)
def test_a_service_that_does_not_answer_as_agreed_could_not_be_asked(answer):
    service, _ = asked(answer)

    with pytest.raises(LookupError) as told:
        service.at("SO21 2JW")
    assert "SO21" not in str(told.value)
