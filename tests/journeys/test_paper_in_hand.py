"""A stranger's phone with a paper in hand: genuine, forged, of another; then its file; then without a network."""

import json

import pytest

from certificates import proof, services
from certificates.models import Certificate
from tests.certificates import stages
from tests.certificates.proofs import bytes_of, with_bytes


class Visitor:
    """A stranger's browser; what it asks for and complains about is written down."""

    def __init__(self, page):
        self.page, self.asked, self.faults = page, [], []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda one: one.type == "error" and self.faults.append(one.text))

    def panel(self, address):
        """What the page says of the paper in hand, and the name it shows."""
        self.page.goto("about:blank")
        self.page.goto(address)
        self.page.wait_for_selector("#paper:not([hidden])")
        return self.page.inner_text("#paper"), self.page.inner_text("#name")


@pytest.fixture
def visitor(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    one = Visitor(context.new_page())
    yield one
    context.close()
    assert one.faults == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_paper_in_hand(training, live_server, visitor, walker, monkeypatch, tmp_path):
    monkeypatch.setattr("certificates.services.sealing.certificate_pdfs", stages.cheap_pdfs)
    training.finish()
    first, second, _ = stages.all_the_way(training)
    key = services.issuer_key()
    texts = [proof.qr_text(one, key) for one in (first, second)]
    claims = [text.partition("#")[2] for text in texts]
    home, page = live_server.url, visitor.page

    raw = bytes_of(texts[0])
    flipped = with_bytes(texts[0], raw[:-1] + bytes([raw[-1] ^ 1])).partition("#")[2]
    seen = (
        (claims[0], "Lembar ini asli", first.content["name"]),
        (flipped, "tidak cocok", "A*** F***"),
        (claims[1], "tidak cocok", "A*** F***"),
        (claims[0][:9], "tidak terbaca", "A*** F***"),
    )

    # By the browser's own cryptography, and then by the library that is shipped along.
    for script in ("", "if (crypto.subtle) crypto.subtle.importKey = () => Promise.reject()"):
        page.add_init_script(script)
        for claim, said, expected in seen:
            panel, name = visitor.panel(f"{home}{first.public_path}#{claim}")
            assert (said in panel, name) == (True, expected)

    # Our record says otherwise than the paper.
    Certificate.objects.filter(pk=first.pk).update(content=first.content | {"hours": 800})
    panel, name = visitor.panel(f"{home}{first.public_path}#{claims[0]}")
    assert ("jumlah jam" in panel, "hari pertama" in panel, name) == (True, False, "A*** F***")
    Certificate.objects.filter(pk=first.pk).update(content=first.content)

    # The file itself, and one that was changed after it was sealed.
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(first.path.read_bytes() + b"\n")
    for file, said in (
        (first.path, "asli"),
        (changed, "bukan berkas"),
        (second.path, "milik sertifikat lain"),
    ):
        page.set_input_files("#file input", str(file))
        page.wait_for_function(
            "said => document.querySelector('.answer').innerText.includes(said)", arg=said
        )

    # Somebody pastes all that the code holds where only the printed code is asked for.
    page.goto(f"{home}/v/")
    page.fill("#id_code", texts[0])
    page.wait_for_url(f"{home}{first.public_path}#{claims[0]}")

    # Whatever was asked, no claim and no file went out.
    assert [
        url for url in visitor.asked if "#" not in url and any(one in url for one in claims)
    ] == []
    for address in ("/v/", "/v/?code=abc", f"/v/{'A' * 26}", f"{first.public_path}#{claims[0]}"):
        walker().go(address)
    services.end(certificate=second, status="revoked", reason="mistake", by=None)
    walker().go(f"{second.public_path}#{claims[1]}")
    kept, saved = tmp_path / "offline.html", tmp_path / "status.json"
    kept.write_bytes(page.request.get(f"{home}/v/offline").body())
    saved.write_bytes(page.request.get(f"{home}/v/status/0").body())
    page.context.set_offline(True)
    visitor.asked.clear()
    page.goto(f"file://{kept}")
    page.set_input_files("#list input", str(saved))
    page.wait_for_selector("[data-when=loaded]:not([hidden])")
    for text, said in (
        (texts[0].lower(), "Tidak dicabut"),
        (texts[1], "Tidak berlaku lagi"),
        (texts[0].replace(claims[0], flipped), "tidak asli"),
        (texts[0].partition("#")[0], "Hanya alamat"),
    ):
        page.fill("#text", text)
        page.get_by_role("button", name="Periksa").click()
        page.wait_for_function("said => document.body.innerText.includes(said)", arg=said)
    assert visitor.asked == [f"file://{kept}"]
    assert json.loads(saved.read_text())["proof"]["cryptosuite"] == "eddsa-jcs-2022"
