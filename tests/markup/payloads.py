"""Payloads made by others, where this machine has them, and a few of our own that are about Markdown."""

import os
from pathlib import Path

import pytest

from bench.payloads import read_payloads

SHARED = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
SANITISE = SHARED / "sanitise"
LISTS = {
    "dompurify": SANITISE / "dompurify" / "expect.json",
    "xss_payloadbox": SANITISE / "xss_payloadbox" / "xss-payload-list.txt",
    "commonmark": SANITISE / "commonmark" / "spec.json",
}
OURS = [
    "[a](javascript:alert(1))",
    "[a](  javascript:alert(1))",
    "[a](java&#115;cript:alert(1))",
    "[a](java&Tab;script:alert(1))",
    "[a](&#x6A;avascript&colon;alert(1))",
    "[a](javascript&#58;alert(1))",
    "[a](<java\tscript:alert(1)>)",
    "[a](\u0001javascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[a](vbscript:msgbox(1))",
    "[a](//evil.example/x)",
    "[a](/\\evil.example/x)",
    "[a](https:evil.example)",
    '[a](https://evil.example/"onmouseover="alert(1))',
    "[a](https://evil.example/ \"title' onmouseover='alert(1)\")",
    "<javascript:alert(1)>",
    '<https://evil.example/"onmouseover=alert(1)//>',
    "![a](javascript:alert(1))",
    '![a](https://evil.example/x.png"onerror="alert(1))',
    "[![a](x)](javascript:alert(1))",
    "[a]: javascript:alert(1)\n\n[a]",
    "[a][a]\n\n[a]: data:text/html,<script>alert(1)</script>",
    '```"><img src=x onerror=alert(1)>\nx\n```',
    "```html\n</code></pre><img src=x onerror=alert(1)>\n```",
    "`<img src=x onerror=alert(1)>`",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "> <script>alert(1)\n> </script>",
    '1" onmouseover="alert(1). a',
    'http://evil.example/"onclick="alert(1)',
    "www.evil.example/'onclick='alert(1)",
    'jo@evil.example"onclick="alert(1)',
    "https://evil.example/<script>alert(1)</script>",
    "**<b onclick=alert(1)>**",
    '<a@b.example"onclick=alert(1)>',
    "@jo<img src=x onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=alert(1) src>">',
    "<p id=cookie name=body class=notice style=position:fixed>",
    "\ud800<script>alert(1)</script>",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    "\u202e<script>alert(1)</script>",
]


def shared(name: str) -> list[str]:
    """One of the lists made by others; skips the test where it is absent."""
    if not LISTS[name].exists():
        pytest.skip("needs ../shared/data (or SHARED_DATA=folder)")
    return read_payloads(LISTS[name])


def every(name: str) -> list[str]:
    return OURS if name == "ours" else shared(name)


NAMES = ["ours", *LISTS]
