"""A picture of every page, at 1366×768 and at 390 px, light and (the home page) dark, in var/screenshots/.

Uses the site at BASE (the one `make run` starts) and starts it when it is not up; the demo password
stands in DATA_DIR.
"""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

BASE = os.environ.get("BASE", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
DATA_DIR = Path(os.environ.get("DATA_DIR", "var"))
OUT = DATA_DIR / "screenshots"
SIZES = {"1366": (1366, 768), "390": (390, 844)}
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]

# username: page name → address, or the link to click (a CSS selector) on an address
PAGES = {
    "petugas.jember": {
        "home": "/",
        "agreement-list": "/partnerships/agreements/",
        "agreement-list-nothing": "/partnerships/agreements/?q=xyz",
        "agreement-new": "/partnerships/agreements/new/",
        "agreement": ("/partnerships/agreements/", "td a.row-name"),
        "partner-list": "/partnerships/partners/",
        "partner": ("/partnerships/partners/", "td a.row-name"),
        "program-list": "/programs/",
        "program": ("/programs/", "td a.row-name"),
        "batch-list": "/programs/batches/",
        "batch": ("/programs/batches/?q=JBR-BKR-A2", "td a.row-name"),
        "batch-new": "/programs/batches/new/",
        "inmate-list": "/participants/inmates/",
        "inmate": ("/participants/inmates/?q=Mohammad", "td a.row-name"),
        "inmate-new": "/participants/inmates/new/",
        "roster-imports": "/participants/rosters/",
        "scans": "/participants/scans/",
        "scan-upload": ("/participants/scans/", "td a[href*='/uploads/']"),
        "scan-page": ("/participants/scans/", "#pages td a.row-name"),
        "rules": "/participants/rules/",
        "statement-import": "/participants/statements/import/",
        "certificate-list": "/certificates/",
        "report": "/reports/",
        "search": "/search/?q=bakery",
        "not-found": "/programs/batches/999999/",
        "forbidden": "/users/",
    },
    "instruktur.jember": {
        "home-instructor": "/",
        "batch-instructor": ("/programs/batches/?q=A2", "td a.row-name"),
    },
    "sertifikat.metro": {
        "certificates-batch": ("/certificates/?status=sealed", "td a[href*='/certificates/']"),
        "certificate-list-metro": "/certificates/",
    },
    "kepala.jember": {"home-head": "/"},
    "koordinator.smkn3": {"home-school": "/", "agreements-school": "/partnerships/agreements/"},
    "pusat": {"home-nation": "/", "report-nation": "/reports/"},
    "auditor": {"audit": "/audit/"},
    "admin": {"users": "/users/", "user-new": "/users/new/"},
}


def is_up():
    try:
        return urlopen(f"{BASE}/healthz", timeout=5).status == 200
    except URLError:
        return False


@contextmanager
def site():
    """The running site, or one of our own for as long as the pictures take."""
    if is_up():
        yield
        return
    server = subprocess.Popen([sys.executable, "scripts/run.py"])
    try:
        while server.poll() is None and not is_up():
            time.sleep(0.5)
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def sign_in(page, username, password):
    page.goto(f"{BASE}/accounts/login/")
    page.fill("#id_login", username)
    page.fill("#id_password", password)
    page.click("form .btn-teal")
    page.wait_for_url(f"{BASE}/")


def shoot(page, name, place, width):
    address, link = place if isinstance(place, tuple) else (place, None)
    page.goto(BASE + address)
    if link:
        page.goto(BASE + page.locator(link).first.get_attribute("href"))
    page.wait_for_load_state("networkidle")
    page.screenshot(path=OUT / f"{name}-{width}.png", full_page=True)


def shoot_special(page, width, password):
    """Pages that want a click or a state: sign-in with an error, an attendance sheet, results, verify."""
    page.goto(f"{BASE}/accounts/login/")
    page.screenshot(path=OUT / f"login-{width}.png")
    page.fill("#id_login", "petugas.jember")
    page.fill("#id_password", "salah")
    page.click("form .btn-teal")
    page.screenshot(path=OUT / f"login-wrong-{width}.png")
    sign_in(page, "petugas.jember", password)
    page.goto(f"{BASE}/programs/batches/?q=JBR-BKR-A2")
    page.click("td a.row-name")
    batch = re.search(r"/batches/(\d+)/", page.url)[1]
    page.wait_for_load_state("networkidle")
    sheets = page.locator("a[href*='/attendance/']").evaluate_all("links => links.map(a => a.href)")
    for name, address in (("sheet-locked", sheets[0]), ("sheet-open", sheets[-1])):
        page.goto(address)
        page.screenshot(path=OUT / f"{name}-{width}.png")
    page.goto(f"{BASE}/participants/batches/{batch}/results/")
    page.screenshot(path=OUT / f"results-{width}.png", full_page=True)
    page.goto(f"{BASE}/participants/batches/{batch}/enroll/")
    page.screenshot(path=OUT / f"enroll-{width}.png")
    page.goto(f"{BASE}/programs/batches/{batch}/sessions/")
    page.screenshot(path=OUT / f"session-new-{width}.png", full_page=True)
    page.goto(f"{BASE}/partnerships/agreements/new/")
    page.fill("#id_ends_on", "31-02-2026")
    page.click("form .btn-teal >> nth=-1")
    page.screenshot(path=OUT / f"agreement-errors-{width}.png", full_page=True)
    page.goto(f"{BASE}/certificates/batches/{batch}/")
    page.screenshot(path=OUT / f"certificates-blocked-{width}.png", full_page=True)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    wanted = set(sys.argv[1:])
    with site(), sync_playwright() as playwright:
        password = (DATA_DIR / "demo_password").read_text().strip()
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for width, (across, down) in SIZES.items():
            size = {"width": across, "height": down}
            if not wanted or "special" in wanted:
                page = browser.new_context(viewport=size).new_page()
                shoot_special(page, width, password)
            for username, pages in PAGES.items():
                chosen = {
                    name: place for name, place in pages.items() if not wanted or name in wanted
                }
                if not chosen:
                    continue
                page = browser.new_context(viewport=size).new_page()
                sign_in(page, username, password)
                for name, place in chosen.items():
                    shoot(page, name, place, width)
            dark = browser.new_context(viewport=size, color_scheme="dark").new_page()
            if not wanted or "dark" in wanted:
                sign_in(dark, "petugas.jember", password)
                shoot(dark, "home-dark", "/", width)
                shoot(dark, "agreement-dark", PAGES["petugas.jember"]["agreement"], width)
    print(f"{len(list(OUT.glob('*.png')))} pictures in {OUT}")


if __name__ == "__main__":
    main()
