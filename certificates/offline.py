"""The offline verifier: one HTML file with its keys, style and scripts inside, which asks nobody.

Its scripts are the very modules of the verify page; here each becomes a function that returns what the
module exports, so that their inner names do not meet.
"""

import base64
import hashlib
import re
from functools import cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from certificates.proof import known_keys

STATIC = settings.BASE_DIR / "static"
# Each after those that it imports.
MODULES = (
    "vendor/noble-ed25519-3.2.0/index.js",
    *(
        f"js/verify/{name}.js"
        for name in ("bytes", "ed25519", "claim", "statuslist", "show", "offline")
    ),
)
IMPORT = re.compile(r"^import .*?;\n", re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async function|function|class) (\w+))", re.MULTILINE)
EXPORTS = re.compile(r"^export \{([^}]*)\};?\n?", re.MULTILINE)
PICTURE = re.compile(r'url\("\.\./(img/[\w-]+\.svg)"\)')
ICONS = (
    "check-circle-fill",
    "exclamation-triangle-fill",
    "x-circle-fill",
    "info-circle",
    "qr-code",
)


def public_keys():
    """Every key that ever signed here, as JSON Web Keys with what becomes of them."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "use": "sig",
                "kid": key.kid,
                "x": _base64url(bytes.fromhex(key.public_key)),
                "retired_on": key.retired_on and key.retired_on.isoformat(),
                "is_compromised": key.is_compromised,
            }
            for key in known_keys().values()
        ]
    }


def offline_page():
    style, script, icons = _parts()
    policy = (
        f"default-src 'none'; script-src '{_source(script)}'; style-src '{_source(style)}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    context = {
        "policy": policy,
        "style": mark_safe(f"<style>{style}</style>"),
        "script": mark_safe(f'<script type="module">{script}</script>'),
        "icons": mark_safe(icons),
        "keys": public_keys(),
        "today": timezone.localdate(),
        "language": get_language(),
        "status_url": f"{settings.PUBLIC_BASE_URL}/v/status/0",
    }
    return render_to_string("certificates/verify_offline.html", context)


@cache
def _parts():
    """(style, script, icons); they change with a new version of the program only."""
    style = PICTURE.sub(_data_url, (STATIC / "css/verify.css").read_text())
    script = "\n".join(_as_function((STATIC / name).read_text()) for name in MODULES)
    sprite = (STATIC / "img/icons.svg").read_text()
    symbols = [
        re.search(rf'<symbol id="{name}".*?</symbol>', sprite, re.DOTALL)[0] for name in ICONS
    ]
    return style, script, f'<svg width="0" height="0" aria-hidden="true">{"".join(symbols)}</svg>'


def _as_function(source):
    """A module's source with its imports left out and its exports returned."""
    named = [one.strip() for found in EXPORTS.findall(source) for one in found.split(",")]
    names = ", ".join([*filter(None, named), *EXPORT.findall(source)])
    body = EXPORTS.sub("", EXPORT.sub("", IMPORT.sub("", source)))
    return f"const {{ {names} }} = (() => {{\n{body}return {{ {names} }};\n}})();"


def _data_url(found):
    picture = (STATIC / found[1]).read_bytes()
    return f'url("data:image/svg+xml;base64,{base64.b64encode(picture).decode()}")'


def _source(code):
    return f"sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}"


def _base64url(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
