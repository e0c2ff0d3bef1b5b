"""What may be asked: the table of refusals, and that the address checked is the one connected."""

import ipaddress

import pytest

from lockstep_server.outside.addresses import Addresses
from lockstep_server.outside.outcomes import AddressRefused, Later
from lockstep_server.outside.posting import Poster

from .receiver import receiving


class Names:
    """A resolver with one list of answers per question, in their order."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self._answers.pop(0)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "//example.com/",
        "https://",
        "https:///path",
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://example.com@127.0.0.1/",
        "https://127.0.0.1/",
        "https://127.0.0.1:8443/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.1./",
        "https://１２７.0.0.1/",
        "https://" + "a" * 2048 + ".example/",
        "https://exa mple.com/",
        "https://example.com\r\nHost: other/",
        "https://[bad/",
        "https://[::1/",
        "https://example.com:99999/",
        "https://example.com:0/",
        "https://[fe80::1%25eth0]/",
    ],
)
def test_a_url_that_is_refused_as_it_stands(url: str) -> None:
    with pytest.raises(AddressRefused):
        Addresses().check(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/push/abc?d=e",
        "https://example.com:8443/",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]/",
        "https://bücher.example/",
    ],
)
def test_a_url_that_may_be_asked(url: str) -> None:
    assert Addresses().check(url).host


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1111%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
async def test_a_name_that_leads_to_such_an_address_is_refused(address: str) -> None:
    assert not Addresses().permits(ipaddress.ip_address(address))
    for answer in ([address], ["8.8.8.8", address]):
        with pytest.raises(AddressRefused, match="not public"):
            await Addresses(resolve=Names(answer)).find("name.example", 443)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "192.0.1.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::8.8.8.8"]
)
async def test_a_public_address_is_found(address: str) -> None:
    found = await Addresses(resolve=Names([address])).find("name.example", 443)
    assert found == [ipaddress.ip_address(address)]


async def test_the_systems_names_for_this_machine_are_refused() -> None:
    for host in ("localhost", "LOCALHOST"):
        with pytest.raises(AddressRefused, match="not public"):
            await Addresses().find(host, 443)


async def test_a_name_that_no_resolver_can_be_asked_for_is_refused() -> None:
    with pytest.raises(AddressRefused, match="not a host name"):
        await Addresses().find("a" * 64 + ".example", 443)


@pytest.mark.parametrize(
    ("allow", "url"),
    [
        ("127.0.0.0/8", "http://127.0.0.1:80/"),
        ("127.0.0.1", "https://127.0.0.1/"),
        ("::1", "http://[::1]/"),
        ("Push.Internal", "http://push.internal/"),
        ("push.internal", "http://PUSH.internal./"),
    ],
)
def test_what_an_operator_allows(allow: str, url: str) -> None:
    assert Addresses((allow,)).check(url).host
    with pytest.raises(AddressRefused):
        Addresses(("10.0.0.0/8", "other.internal")).check(url)


async def test_an_allowed_network_is_for_names_as_well_but_not_without_tls() -> None:
    addresses = Addresses(("10.0.0.0/8",), Names(["10.0.0.7"]))
    assert await addresses.find("hooks.internal", 443) == [ipaddress.ip_address("10.0.0.7")]
    with pytest.raises(AddressRefused, match="https"):
        addresses.check("http://hooks.internal/")


async def test_an_allowed_name_does_not_allow_its_address_under_other_names() -> None:
    addresses = Addresses(("hooks.internal",), Names(["10.0.0.7"], ["10.0.0.7"]))
    assert await addresses.find("hooks.internal", 80) == [ipaddress.ip_address("10.0.0.7")]
    with pytest.raises(AddressRefused):
        await addresses.find("elsewhere.example", 443)


@pytest.mark.parametrize(
    "wrong", ["10.0.0.1/8", "10.0.0.0/33", "300.0.0.1", "https://a.example", "*.example", ""]
)
def test_what_is_neither_a_name_nor_a_network_is_said_at_once(wrong: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        Addresses((wrong,))


async def test_the_address_that_was_checked_is_the_one_connected_to() -> None:
    # Were the name resolved again for the connection, the second answer would be used.
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    poster = Poster(Addresses(("hooks.internal",), names))
    async with receiving() as receiver:
        url = receiver.url("hooks.internal")
        assert (await poster.post(url, headers={}, body=b"x")).status == 201
        await poster.close()
    assert names.asked == ["hooks.internal"]
    assert receiver.came[0].headers["host"] == f"hooks.internal:{receiver.port}"


async def test_a_second_address_is_tried_when_the_first_is_away() -> None:
    async with receiving() as receiver:
        # The receiver listens on 127.0.0.1 alone.
        poster = Poster(Addresses(("hooks.internal",), Names(["127.0.0.9", "127.0.0.1"])))
        answer = await poster.post(receiver.url("hooks.internal"), headers={}, body=b"x")
        assert answer.status == 201
        await poster.close()


async def test_a_name_without_an_address_is_for_later() -> None:
    async def none(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    poster = Poster(Addresses(resolve=none))
    with pytest.raises(Later, match="no such name"):
        await poster.post("https://nowhere.example/", headers={}, body=b"")
    await poster.close()
