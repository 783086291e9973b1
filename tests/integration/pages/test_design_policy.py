"""The pages of the analysts may set styles by script, and no other page may."""

from __future__ import annotations

from flask import Flask

from webui.guard import CSP, DESIGN_CSP


def test_only_the_pages_of_the_analysts_allow_styles_set_by_scripts(app: Flask) -> None:
    client = app.test_client()
    paths = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and "<" not in rule.rule]

    policies = {path: client.get(path).headers["Content-Security-Policy"] for path in ["/design/bpmn/x", *paths]}

    loose = {path for path, policy in policies.items() if "unsafe-inline" in policy}
    assert "/design/bpmn/x" in loose
    assert all(path.startswith("/design/") for path in loose)
    assert CSP.replace("style-src 'self';", "style-src 'self' 'unsafe-inline';") == DESIGN_CSP
    assert all("script-src 'self';" in policy for policy in policies.values() if "sandbox" not in policy)
